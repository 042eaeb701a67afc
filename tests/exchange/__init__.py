"""Real files in and out: every product file of a folder is imported, exported and imported again (`make check-data`)."""
