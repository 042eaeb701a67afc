"""What articles cost this shopper in this cart: price lists by tier, channel and quantity."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Subquery

from catalog.domain.offers import Offer
from catalog.domain.pricing.selection import PriceFacts
from catalog.models import CustomerStanding
from catalog.queries.offers import OfferStatement, build_offers, list_offers
from catalog.queries.pricing.prices import list_prices
from catalog.queries.promotions.customers import NO_STANDING, Standing, get_standing
from orders.domain.carts import WantedLine
from orders.models import Cart, CartLine
from shop.kernel.clock import now
from shop.kernel.money import Money

_LINE_FIELDS = ("id", "cart_id", "variant_id", "quantity", "seen_amount", "created_at")
_OFFERED_LINES = OfferStatement(
    f"SELECT {', '.join(_LINE_FIELDS)} FROM orders_cartline WHERE cart_id = %(cart_id)s",  # noqa: S608  names from above
    width=len(_LINE_FIELDS),
    order="w.id",
)


_ARTICLE_FIELDS = ("id", "quantity", "seen_amount", "created_at")
_ARTICLE = OfferStatement(
    f"""SELECT a.id AS variant_id, {", ".join(f"l.{name} AS line_{name}" for name in _ARTICLE_FIELDS)}
    FROM catalog_variant a LEFT JOIN orders_cartline l ON l.variant_id = a.id AND l.cart_id = %(cart_id)s
    WHERE upper(a.sku) = upper(%(sku)s)""",  # noqa: S608  names from above
    width=1 + len(_ARTICLE_FIELDS),
    order="w.variant_id",
)


# A line's place counts from 1, as PostgreSQL numbers what it unfolds.
_ARTICLES = OfferStatement(
    """SELECT a.id AS variant_id, k.place
    FROM unnest(%(skus)s::text[]) WITH ORDINALITY AS k (sku, place)
    JOIN catalog_variant a ON upper(a.sku) = upper(k.sku)""",
    width=2,
    order="w.place",
)


@dataclass(frozen=True, kw_only=True)
class ArticleList:
    """What lines name: the variant of each line by its place, its offer, and how many of it all lines want together."""

    variants: Mapping[int, int]
    offers: Mapping[int, Offer]
    quantities: Mapping[int, int]


@dataclass(frozen=True, kw_only=True)
class Article:
    """What somebody wants more of: its offer for all that would then lie in the cart, and its line if it has one."""

    offer: Offer
    line: CartLine | None
    quantity: int


def find_article(cart: Cart, *, sku: str, more: int) -> Article | None:
    """Return the article with this SKU, whatever its case, or None; one query, one more for a signed-in shopper."""
    # PostgreSQL knows no NUL in a text; whoever sends one has no SKU of ours.
    if "\0" in sku:
        return None
    quantities: dict[int, int] = {}  # known with the rows, before the prices are chosen
    facts = _build_facts(cart, quantities, get_standing(cart.user_id))
    rows = _ARTICLE.run(cart_id=cart.pk, sku=sku.strip(), currency=cart.currency, facts=facts)
    if not rows:
        return None
    variant_id, line_id, present, *_ = rows[0]
    quantities[variant_id] = more + (present or 0)
    line = None
    if line_id is not None:
        known = dict(zip(_ARTICLE_FIELDS, rows[0][1 : _ARTICLE.width], strict=True))
        names = (*known, "cart_id", "variant_id")
        line = CartLine.from_db(DEFAULT_DB_ALIAS, names, (*known.values(), cart.pk, variant_id))
    offers = build_offers([rows[0][_ARTICLE.width :]], currency=cart.currency, facts=facts)
    return Article(offer=offers[variant_id], line=line, quantity=quantities[variant_id])


def list_articles(cart: Cart, wanted: Sequence[WantedLine]) -> ArticleList:
    """Return what a guest's new cart shall hold; places count from 0, and unknown SKUs have none. One query."""
    quantities: Counter[int] = Counter()  # known with the rows, before the prices are chosen
    facts = _build_facts(cart, quantities, NO_STANDING)
    # As for one article: no SKU has a NUL in it.
    skus = ["" if "\0" in line.sku else line.sku.strip() for line in wanted]
    rows = _ARTICLES.run(skus=skus, currency=cart.currency, facts=facts) if skus else []
    variants = {place - 1: variant_id for variant_id, place, *_ in rows}
    for place, variant_id in variants.items():
        quantities[variant_id] += wanted[place].quantity
    offers = build_offers([row[_ARTICLES.width :] for row in rows], currency=cart.currency, facts=facts)
    return ArticleList(variants=variants, offers=offers, quantities=quantities)


def list_offered_lines(cart: Cart) -> tuple[list[CartLine], dict[int, Offer], Standing]:
    """Return a cart's lines, their offers and the shopper's standing: one query, two for a signed-in shopper."""
    if cart.user_id is not None:
        lines, standing = _list_user_lines(cart, user_id=cart.user_id)
        quantities = {line.variant_id: line.quantity for line in lines}
        offers = list_cart_offers(cart, quantities, standing=standing) if lines else {}
        return lines, offers, standing
    quantities = {}  # known with the rows, before the prices are chosen
    facts = _build_facts(cart, quantities, NO_STANDING)
    rows = _OFFERED_LINES.run(cart_id=cart.pk, currency=cart.currency, facts=facts)
    width = _OFFERED_LINES.width
    lines = [CartLine.from_db(DEFAULT_DB_ALIAS, _LINE_FIELDS, row[:width]) for row in rows]
    quantities |= {line.variant_id: line.quantity for line in lines}
    return (
        lines,
        build_offers([row[width:] for row in rows], currency=cart.currency, facts=facts),
        NO_STANDING,
    )


def _list_user_lines(cart: Cart, *, user_id: int) -> tuple[list[CartLine], Standing]:
    """The lines and the standing; one query."""
    lines = CartLine.objects.filter(cart=cart).order_by("pk")
    standing = CustomerStanding.objects.filter(pk=user_id)
    found = list(
        lines.annotate(
            tier=Subquery(standing.values("tier")[:1]), segments=Subquery(standing.values("segments")[:1])
        )
    )
    if not found:
        return [], NO_STANDING
    first = found[0]
    return list(found), Standing(tier=first.tier or "", segments=frozenset(first.segments or ()))


def list_cart_offers(
    cart: Cart, quantities: Mapping[int, int], *, standing: Standing | None = None
) -> dict[int, Offer]:
    """Return the offers for these variants in these quantities: one query, one more for a signed-in shopper."""
    known = standing or get_standing(cart.user_id)
    facts = _build_facts(cart, quantities, known)
    return list_offers(list(quantities), currency=cart.currency, facts=facts)


def find_unit_price(cart: Cart, variant_id: int, *, quantity: int) -> Money | None:
    """Return what one of a variant costs in this quantity, whatever its state."""
    facts = _build_facts(cart, {variant_id: quantity}, get_standing(cart.user_id))
    found = list_prices([variant_id], currency=cart.currency, facts=facts).get(variant_id)
    return Money(found.amount, cart.currency).quantized() if found else None


def _build_facts(cart: Cart, quantities: Mapping[int, int], standing: Standing) -> PriceFacts:
    return PriceFacts(now=now(), tier=standing.tier, channel=cart.channel, quantities=quantities)
