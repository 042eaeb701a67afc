"""The two commands, the embedded servers, and the files of a deployment."""
