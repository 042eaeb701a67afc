"""What goes with what a shopper looks at, has in the cart, or has looked at of late."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Sum

from catalog.domain.filters import ListingScope
from catalog.models import ProductPair, SearchDocument, Variant
from catalog.queries.cards import ProductCard, find_listings, list_cards
from catalog.queries.nearest import list_nearest

SHOWN = 8
# Some of the best may be sold out, or have no price in the currency.
MOST_CANDIDATES = 40


def list_owners(variant_ids: Sequence[int]) -> tuple[int, ...]:
    """Return the products of these variants; one query, none for none."""
    if not variant_ids:
        return ()
    return tuple(Variant.objects.filter(pk__in=variant_ids).values_list("product_id", flat=True).distinct())


def list_together(product_ids: Sequence[int], *, currency: str) -> list[ProductCard]:
    """Return what others bought in the same basket as these products; two queries. Empty while nothing is known."""
    return _list_cards(_rank(product_ids, [ProductPair.Kind.BASKET]), product_ids, currency=currency)


def list_going_with(product_ids: Sequence[int], *, currency: str) -> list[ProductCard]:
    """Return what goes well with products of which no basket tells: near the first, in other shelves; one query."""
    if not product_ids:
        return []
    first, *others = product_ids
    return list(
        list_nearest(first, currency=currency, most=SHOWN, left_out=tuple(others), beside_shelf=True).cards
    )


def list_for_you(product_ids: Sequence[int], *, currency: str) -> list[ProductCard]:
    """Return what fits to products somebody has looked at, then best sellers, then what is near; at most five queries."""
    ranked = _rank(product_ids, list(ProductPair.Kind))
    cards = _list_cards(ranked, product_ids, currency=currency)
    if len(cards) >= SHOWN:
        return cards
    more = [pk for pk in _list_best_sellers() if pk not in set(ranked)]
    cards = (cards + _list_cards(more, product_ids, currency=currency))[:SHOWN]
    if len(cards) == SHOWN or not product_ids:
        return cards
    first, *others = product_ids
    known = (*others, *(card.product_id for card in cards))
    return [
        *cards,
        *list_nearest(first, currency=currency, most=SHOWN - len(cards), left_out=known).cards,
    ]


def list_best_sellers(*, currency: str) -> list[ProductCard]:
    """Return what sold best of late and is in stock; two queries. Empty while nothing was sold."""
    return _list_cards(_list_best_sellers(), (), currency=currency)


def _rank(product_ids: Sequence[int], kinds: Sequence[str]) -> list[int]:
    if not product_ids:
        return []
    pairs = ProductPair.objects.filter(product_id__in=product_ids, kind__in=kinds)
    sums = pairs.exclude(other_id__in=product_ids).values("other_id").annotate(sum=Sum("score"))
    return list(sums.order_by("-sum", "-other_id").values_list("other_id", flat=True)[:MOST_CANDIDATES])


def _list_best_sellers() -> list[int]:
    best = SearchDocument.objects.filter(sales_score__gt=0).order_by("-sales_score", "-pk")
    return list(best.values_list("pk", flat=True)[:MOST_CANDIDATES])


def _list_cards(ranked: Sequence[int], left_out: Sequence[int], *, currency: str) -> list[ProductCard]:
    wanted = tuple(pk for pk in ranked if pk not in set(left_out))
    if not wanted:
        return []
    listings = find_listings(ListingScope(currency=currency, product_ids=wanted)).filter(in_stock=True)
    places = {pk: place for place, pk in enumerate(wanted)}
    return sorted(list_cards(listings), key=lambda card: places[card.product_id])[:SHOWN]
