"""Writes of files that come in: looked at first, let in batch by batch, gone on with after a stop."""
