"""Wish lists."""

from __future__ import annotations

from catalog.domain.wishes import MOST_WISHES
from catalog.models import Wish


def list_wish_ids(user_id: int) -> tuple[int, ...]:
    """Return the products that a customer wished for, newest first; one query."""
    wishes = Wish.objects.filter(user_id=user_id).order_by("-created_at", "-pk")
    return tuple(wishes.values_list("product_id", flat=True)[:MOST_WISHES])
