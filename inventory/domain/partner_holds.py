"""The references under which partners hold stock: each key has its own."""

import re
from typing import Final

_PATTERN: Final = re.compile(r"partner:(\d+):(.+)", re.ASCII)


def name_partner_hold(key_id: int, *, given: str) -> str:
    """Our reference for what the partner calls `given`: no key can name another's holds, nor those of orders."""
    return f"partner:{key_id}:{given}"


def find_partner(reference: str) -> int | None:
    """The key that holds under this reference; None for one of an order."""
    found = _PATTERN.fullmatch(reference)
    return int(found[1]) if found else None
