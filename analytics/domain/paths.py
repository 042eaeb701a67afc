"""What of an address or a cart may be kept: enough to tell visits apart, nothing that opens a page or names an order."""

from __future__ import annotations

import hashlib
import re

_KEYS = re.compile(
    r"^((?:/[a-z]{2}(?:-[a-z]+)?)?/"
    r"(?:supplier|preview|notices|groups(?!/offers/)|orders|pay|account/(?:addresses|password/reset/key|confirm-email))/)"
    r"[^/]+",
    re.IGNORECASE,
)
_SESSION_LENGTH = 32


def hide_keys(path: str) -> str:
    """Put ``*`` in the place of a part that opens a page to whoever knows it, or that names somebody's order or address."""
    return _KEYS.sub(r"\1*", path)


def name_session(cart_token: str) -> str:
    """Return what the steps of one cart have in common; its token would open the cart (160 bits need no salt)."""
    return hashlib.sha256(cart_token.encode()).hexdigest()[:_SESSION_LENGTH]
