"""The products that a collection's rule chooses: one query."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import reduce
from operator import and_, or_

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from catalog.domain.attributes import YES
from catalog.domain.cells import is_true
from catalog.domain.collections import (
    MOST_PRODUCTS,
    CollectionOrder,
    Condition,
    RuleField,
    RuleOperator,
    parse_condition,
)
from catalog.domain.tags import tidy_tag
from catalog.models import AttributeValue, Collection, Listing, Product, Variant
from shop.kernel.clock import now

_ORDERS: dict[CollectionOrder, tuple[str, ...]] = {
    CollectionOrder.MANUAL: ("-is_featured", "-published_at", "-pk"),
    CollectionOrder.FEATURED: ("-is_featured", "-published_at", "-pk"),
    CollectionOrder.NEWEST: ("-published_at", "-pk"),
    CollectionOrder.NAME: ("name_en", "-pk"),
}
# As many digits as an attribute's number has.
_NUMBER = re.compile(r"-?[0-9]{1,10}(?:\.[0-9]{1,4})?")
_SUFFIX = {RuleOperator.AT_LEAST: "__gte", RuleOperator.AT_MOST: "__lte"}


def list_chosen_ids(collection: Collection) -> list[int]:
    """Return the products that the rule chooses, in the collection's order; none for a rule without a condition.

    Raises RuleInvalid for a condition that cannot be read. Two queries: the conditions, the products.
    """
    conditions = [parse_condition(row.field, row.operator, row.value) for row in collection.conditions.all()]
    if not conditions:
        return []
    found = choose_products(conditions, matches_all=collection.match == Collection.Match.ALL)
    ordered = found.order_by(*_ORDERS[CollectionOrder(collection.order)])
    return list(ordered.values_list("pk", flat=True)[:MOST_PRODUCTS])


def choose_products(conditions: Sequence[Condition], *, matches_all: bool) -> QuerySet[Product]:
    """Return the listed products that fit all, or any, of the conditions."""
    listed = Product.objects.filter(Exists(Listing.objects.filter(product=OuterRef("pk"))))
    return listed.filter(reduce(and_ if matches_all else or_, (_build(one) for one in conditions)))


def _build(condition: Condition) -> Q:
    builders: dict[RuleField, Callable[[Condition], Q]] = {
        RuleField.CATEGORY: _in_category,
        RuleField.BRAND: lambda one: Q(brand__slug=one.text),
        RuleField.TYPE: lambda one: Q(product_type__key=one.text),
        RuleField.TAG: lambda one: Q(tags__contains=[tidy_tag(one.text)]),
        RuleField.ATTRIBUTE: _states,
        RuleField.OPTION: _has_option,
        RuleField.PRICE: _has_price,
        RuleField.STOCK: _has_stock,
        RuleField.REDUCED: _is_reduced,
        RuleField.FEATURED: lambda one: Q(is_featured=one.flag),
        RuleField.AGE_DAYS: _is_aged,
        RuleField.NAME: _is_named,
    }
    built = builders[condition.field](condition)
    return ~built if condition.operator is RuleOperator.IS_NOT else built


def _in_category(condition: Condition) -> Q:
    path = condition.text.strip("/")
    return Q(category__path=path) | Q(category__path__startswith=f"{path}/")


def _states(condition: Condition) -> Q:
    values = AttributeValue.objects.filter(product=OuterRef("pk"), attribute__key=condition.key)
    if suffix := _SUFFIX.get(condition.operator):
        return Q(Exists(values.filter(**{f"number{suffix}": condition.number})))
    text = condition.text
    number = Q(number=text) if _NUMBER.fullmatch(text) else Q(pk__in=())
    stated = Q(choice__key=text) | number | Q(text_en__iexact=text)
    if text.casefold() in {"yes", "no", "true", "false"}:
        stated |= Q(flag=text.casefold() == YES or is_true(text))
    return Q(Exists(values.filter(stated)))


def _has_option(condition: Condition) -> Q:
    variants = Variant.objects.filter(product=OuterRef("pk"), is_active=True)
    chosen = variants.filter(option_values__option__key=condition.key, option_values__key=condition.text)
    return Q(Exists(chosen))


def _has_price(condition: Condition) -> Q:
    listings = Listing.objects.filter(product=OuterRef("pk"), currency=condition.key)
    return Q(Exists(listings.filter(**{f"amount{_SUFFIX[condition.operator]}": condition.number})))


def _has_stock(condition: Condition) -> Q:
    variants = Variant.objects.filter(product=OuterRef("pk"), is_active=True).order_by()
    totals = variants.values("product").annotate(total=Coalesce(Sum("available_quantity"), 0))
    return Q(Exists(totals.filter(**{f"total{_SUFFIX[condition.operator]}": condition.number})))


def _is_reduced(condition: Condition) -> Q:
    reduced = Q(Exists(Listing.objects.filter(product=OuterRef("pk"), compare_at_amount__isnull=False)))
    return reduced if condition.flag else ~reduced


def _is_aged(condition: Condition) -> Q:
    """Compare the age: at most 30 days means published since then."""
    instant = now() - timedelta(days=min(int(condition.number), 36500))
    is_young = condition.operator is RuleOperator.AT_MOST
    return Q(published_at__gte=instant) if is_young else Q(published_at__lte=instant)


def _is_named(condition: Condition) -> Q:
    lookup = "icontains" if condition.operator is RuleOperator.CONTAINS else "iexact"
    return Q(**{f"name_en__{lookup}": condition.text}) | Q(**{f"name_zh_hans__{lookup}": condition.text})
