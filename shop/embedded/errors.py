"""What can go wrong before the shop runs, each told in one sentence."""


class EmbeddedError(Exception):
    """Its text is the one sentence that the person at the terminal reads."""


class StopRequested(Exception):
    """Somebody asked the supervisor to stop."""
