"""Paths as they may be kept: without the keys that some of them carry."""

from __future__ import annotations

import re

_KEYS = re.compile(
    r"^((?:/[a-z]{2}(?:-[a-z]+)?)?/(?:supplier|preview|notices|account/password/reset/key|account/confirm-email)/)[^/]+",
    re.IGNORECASE,
)


def hide_keys(path: str) -> str:
    """Put ``*`` in the place of a part that opens a page to whoever knows it."""
    return _KEYS.sub(r"\1*", path)
