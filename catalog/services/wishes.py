"""Wish lists of customers with an account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from catalog.domain.wishes import MOST_WISHES
from catalog.models import Product, Wish
from shop.kernel.clock import now
from shop.kernel.transactions import transactional


@transactional
def add_wishes(user_id: int, product_ids: Sequence[int]) -> None:
    """Put products on a customer's list, the first given on top; unknown ones are passed over. Repeatable.

    Also what a guest wished for before signing in. The oldest go when the list is full.
    """
    wanted = list(dict.fromkeys(product_ids))[:MOST_WISHES]
    known = set(Product.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    at = now()
    Wish.objects.bulk_create(
        [
            Wish(user_id=user_id, product_id=pk, created_at=at - timedelta(microseconds=place))
            for place, pk in enumerate(wanted)
            if pk in known
        ],
        ignore_conflicts=True,
    )
    kept = Wish.objects.filter(user_id=user_id).order_by("-created_at", "-pk")[:MOST_WISHES]
    Wish.objects.filter(user_id=user_id).exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()


@transactional
def remove_wish(user_id: int, product_id: int) -> None:
    """Take a product off a customer's list. Repeatable."""
    Wish.objects.filter(user_id=user_id, product_id=product_id).delete()
