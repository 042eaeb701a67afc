"""Faults on purpose: real servers and processes are killed, cut off and outnumbered; see docs/reliability.md."""
