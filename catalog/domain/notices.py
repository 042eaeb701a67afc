"""Limits of back-in-stock notices."""

from datetime import timedelta

MOST_PER_ADDRESS = 10
"""Open or asked for within a day: nobody fills somebody else's mailbox."""
PERIOD = timedelta(days=1)
UNPROVEN_FOR = timedelta(days=7)
"""After so long an address that was never proven is forgotten."""
