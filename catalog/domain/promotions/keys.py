"""The names by which promotions know articles and customers."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.crypto import salted_hmac


def build_target_keys(
    *, slug: str, sku: str, brand: str, category_path: str, tags: Iterable[str] = ()
) -> frozenset[str]:
    """Return an article's keys: itself, its product, its brand, its tags, and its category with all above it."""
    steps = category_path.split("/") if category_path else []
    found = [f"product:{slug}", f"sku:{sku}"]
    found += [f"brand:{brand}"] if brand else []
    found += [f"tag:{tag}" for tag in tags]
    found += [f"category:{'/'.join(steps[:depth])}" for depth in range(1, len(steps) + 1)]
    return frozenset(found)


def build_customer_keys(*, user_id: int | None, email: str) -> tuple[str, ...]:
    """Return by which names one customer's uses are counted; an address is kept as a digest only."""
    found = [f"user:{user_id}"] if user_id else []
    tidy = email.strip().casefold()
    if tidy:
        found.append(f"email:{salted_hmac('catalog.promotions', tidy, algorithm='sha256').hexdigest()}")
    return tuple(found)


def tidy_code(code: str) -> str:
    """Return a coupon's code as it is compared: without spaces, in capitals."""
    return "".join(code.split()).upper()


def has_kind(keys: Iterable[str], kind: str) -> bool:
    """Whether any key is of a kind."""
    return any(key.startswith(f"{kind}:") for key in keys)
