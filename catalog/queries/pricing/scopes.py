"""Which articles a rule on prices looks at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Q, QuerySet

from catalog.domain.tags import tidy_tag
from catalog.models import CollectionProduct, PricingRule, Product, Variant


def list_rule_variants(rule: PricingRule, *, before: Sequence[PricingRule] = ()) -> QuerySet[Variant]:
    """Return the variants of a rule that none of the rules `before` it has, by primary key."""
    found = Variant.objects.filter(
        _build_scope(rule),
        is_active=True,
        product__status=Product.Status.PUBLISHED,
        prices__currency=rule.currency,
    )
    for other in before:
        if other.currency == rule.currency:
            found = found.exclude(pk__in=Variant.objects.filter(_build_scope(other)).values("pk"))
    return found.order_by("pk")


def _build_scope(rule: PricingRule) -> Q:
    scope = _match_any(rule.include) if rule.include else Q(pk__isnull=False)
    return scope & ~_match_any(rule.exclude) if rule.exclude else scope


def _match_any(keys: Iterable[str]) -> Q:
    found = Q(pk__in=())
    for key in keys:
        kind, _colon, value = key.partition(":")
        found |= _match(kind, value)
    return found


def _match(kind: str, value: str) -> Q:
    if kind == "category":
        shelf = Q(product__category__path=value) | Q(product__category__path__startswith=f"{value}/")
        return Q(pk__in=Variant.objects.filter(shelf).values("pk"))
    if kind == "collection":
        members = CollectionProduct.objects.filter(collection__slug=value)
        return Q(product__in=members.values("product"))
    if kind == "brand":
        return Q(pk__in=Variant.objects.filter(product__brand__slug=value).values("pk"))
    if kind == "tag":
        return Q(pk__in=Variant.objects.filter(product__tags__contains=[tidy_tag(value)]).values("pk"))
    return Q(product__slug=value) if kind == "product" else Q(sku=value)
