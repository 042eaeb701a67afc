"""Stand-ins for the outside world that run as real processes."""
