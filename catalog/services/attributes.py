"""What products state: writing the values of their attributes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from catalog.domain.attributes import AttributeKind, StatedValue
from catalog.domain.errors import AttributeInvalid
from catalog.locks import lock_products
from catalog.models import Attribute, AttributeChoice, AttributeValue, Product
from shop.kernel.audit import record_audit
from shop.kernel.transactions import transactional

Values = Mapping[str, Sequence[StatedValue]]


@transactional
def set_attributes(
    product_id: int, values: Values, *, actor: str, creates_choices: bool = False
) -> tuple[str, ...]:
    """Write what a product states of some attributes by key; an empty list takes the statement away.

    Locks the product. Raises AttributeInvalid for an attribute or a choice that is not there (`creates_choices` makes
    the choice) and for several values where one is allowed. Call finish_product afterwards. Returns the keys that
    changed, with an audit row when there are any. Repeatable.
    """
    lock_products([product_id])
    attributes = {one.key: one for one in Attribute.objects.filter(key__in=values)}
    if unknown := sorted(set(values) - set(attributes)):
        raise AttributeInvalid(_("There is no attribute “%(key)s”.") % {"key": unknown[0]}, field=unknown[0])
    choices = _list_choices(attributes, values, creates=creates_choices)
    wanted = {
        key: [
            _build_row(product_id, attributes[key], one, choices)
            for one in _check_count(attributes[key], stated)
        ]
        for key, stated in values.items()
    }
    changed = _write(product_id, attributes, wanted)
    if changed:
        slug = Product.objects.values_list("slug", flat=True).get(pk=product_id)
        record_audit(
            actor, action="catalog.set_attributes", target=f"product:{slug}", attributes=list(changed)
        )
    return changed


def _check_count(attribute: Attribute, stated: Sequence[StatedValue]) -> Sequence[StatedValue]:
    if len(stated) > 1 and not attribute.is_multiple:
        raise AttributeInvalid(
            _("“%(name)s” takes one value only.") % {"name": str(attribute)}, field=attribute.key
        )
    return stated


def _list_choices(
    attributes: Mapping[str, Attribute], values: Values, *, creates: bool
) -> dict[tuple[int, str], AttributeChoice]:
    """Return the choices by attribute and key; makes the missing ones when it may."""
    wanted = {
        (attributes[key].pk, one.choice_key): one
        for key, stated in values.items()
        for one in stated
        if one.choice_key
    }
    rows = AttributeChoice.objects.filter(attribute__in={attribute_id for attribute_id, _ in wanted})
    known = {(row.attribute_id, row.key): row for row in rows}
    for (attribute_id, key), one in wanted.items():
        if (attribute_id, key) in known:
            continue
        if not creates:
            name = next(key for key, attribute in attributes.items() if attribute.pk == attribute_id)
            raise AttributeInvalid(
                _("“%(choice)s” is not among the choices.") % {"choice": one.choice_en or key}, field=name
            )
        known[attribute_id, key] = AttributeChoice.objects.create(
            attribute_id=attribute_id,
            key=key,
            value_en=one.choice_en,
            value_zh_hans=one.choice_zh_hans,
            swatch=one.swatch,
            position=sum(owner == attribute_id for owner, _ in known),
        )
    return known


def _build_row(
    product_id: int,
    attribute: Attribute,
    stated: StatedValue,
    choices: Mapping[tuple[int, str], AttributeChoice],
) -> AttributeValue:
    kind = AttributeKind(attribute.kind)
    parts: dict[AttributeKind, dict[str, Any]] = {
        AttributeKind.NUMBER: {"number": stated.number},
        AttributeKind.BOOLEAN: {"flag": stated.flag},
        AttributeKind.DATE: {"day": stated.day},
        AttributeKind.TEXT: {"text_en": stated.text_en or None, "text_zh_hans": stated.text_zh_hans or None},
    }
    part = parts.get(kind, {"choice": choices.get((attribute.pk, stated.choice_key))})
    if all(value is None for value in part.values()):
        raise AttributeInvalid(
            _("“%(name)s” takes another kind of value.") % {"name": str(attribute)}, field=attribute.key
        )
    return AttributeValue(product_id=product_id, attribute=attribute, **part)


def _write(
    product_id: int, attributes: Mapping[str, Attribute], wanted: Mapping[str, list[AttributeValue]]
) -> tuple[str, ...]:
    rows = AttributeValue.objects.filter(product_id=product_id, attribute__in=attributes.values())
    known: dict[int, set[tuple[Any, ...]]] = {}
    for row in rows:
        known.setdefault(row.attribute_id, set()).add(_compare(row))
    changed = tuple(
        key
        for key, fresh in wanted.items()
        if {_compare(row) for row in fresh} != known.get(attributes[key].pk, set())
    )
    if changed:
        rows.filter(attribute__key__in=changed).delete()
        AttributeValue.objects.bulk_create([row for key in changed for row in wanted[key]])
    return changed


def _compare(row: AttributeValue) -> tuple[Any, ...]:
    return (row.choice_id, row.number, row.flag, row.day, row.text_en, row.text_zh_hans)
