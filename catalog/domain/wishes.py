"""Wish lists as a cookie keeps them: a guest's own, or the reflection of an account's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MOST_WISHES = 100
# Marks the reflection: it paints hearts, and is never merged, so what was removed elsewhere does not come back.
_REFLECTION = "a."


@dataclass(frozen=True, kw_only=True, slots=True)
class WishCookie:
    """The products of a cookie, newest first."""

    product_ids: tuple[int, ...] = ()
    is_reflection: bool = False


def read_cookie(text: str) -> WishCookie:
    """Return what a cookie holds; nonsense counts as nothing."""
    is_reflection = text.startswith(_REFLECTION)
    parts = text.removeprefix(_REFLECTION).split(".")[:MOST_WISHES]
    ids = dict.fromkeys(int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < 16)  # noqa: PLR2004 - within a bigint
    return WishCookie(product_ids=tuple(ids), is_reflection=is_reflection)


def write_cookie(product_ids: Sequence[int], *, is_reflection: bool) -> str:
    """Return the text of a cookie."""
    text = ".".join(str(pk) for pk in product_ids[:MOST_WISHES])
    return f"{_REFLECTION}{text}" if is_reflection else text
