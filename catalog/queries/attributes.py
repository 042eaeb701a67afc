"""What products state about themselves: specification tables, filter keys, words of filters."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext

from catalog.domain.attributes import (
    NO,
    YES,
    AttributeDefinition,
    AttributeKind,
    StatedValue,
    build_filter_key,
    list_search_words,
    write_number,
)
from catalog.domain.words import pick_words
from catalog.models import Attribute, AttributeChoice, AttributeValue

_NUMBER = re.compile(r"\d{1,10}(\.\d{1,4})?")
_COLUMNS = (
    "attribute__key",
    "attribute__kind",
    "attribute__name_en",
    "attribute__name_zh_hans",
    "attribute__unit_en",
    "attribute__unit_zh_hans",
    "attribute__is_filterable",
    "choice__key",
    "choice__value_en",
    "choice__value_zh_hans",
    "choice__swatch",
    "number",
    "flag",
    "day",
    "text_en",
    "text_zh_hans",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Specification:
    """One line of a specification table."""

    key: str
    name: str
    value: str
    swatch: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Statements:
    """What a product states: the keys it is filtered by, the words of its choices, and what was written freely."""

    keys: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, slots=True)
class AttributeLabel:
    """The words of a filter key such as "material:oak" in both languages, and where it stands."""

    names: tuple[str, str]
    values: tuple[str, str]
    swatch: str
    position: tuple[int, Decimal]


def list_specifications(rows: Sequence[Sequence[Any]], language: str) -> tuple[Specification, ...]:
    """Return the lines of a table in a language; several values of one attribute share a line."""
    lines: dict[str, Specification] = {}
    for definition, value in (build_stated_value(row) for row in rows):
        words = show_value(definition, value, language)
        known = lines.get(definition.key)
        lines[definition.key] = Specification(
            key=definition.key,
            name=definition.get_name(language),
            value=gettext("%(first)s, %(second)s") % {"first": known.value, "second": words}
            if known
            else words,
            swatch="" if known else value.swatch,
        )
    return tuple(lines.values())


def list_product_specifications(
    product_ids: Collection[int], language: str
) -> dict[int, tuple[Specification, ...]]:
    """Return the tables of several products; one query."""
    return {
        product_id: list_specifications(rows, language)
        for product_id, rows in _list_rows(product_ids).items()
    }


def list_statements(product_ids: Collection[int]) -> dict[int, Statements]:
    """Return what each product is filtered and found by; one query."""
    found = {}
    for product_id, rows in _list_rows(product_ids).items():
        stated = [build_stated_value(row) for row in rows]
        found[product_id] = Statements(
            keys=sorted({key for pair in stated if (key := build_filter_key(*pair))}),
            words=list(dict.fromkeys(word for pair in stated for word in list_search_words(*pair))),
            texts=[text for _, value in stated for text in (value.text_en, value.text_zh_hans) if text],
        )
    return found


def _list_rows(product_ids: Collection[int]) -> dict[int, list[Sequence[Any]]]:
    found: dict[int, list[Sequence[Any]]] = defaultdict(list)
    values = AttributeValue.objects.filter(product_id__in=product_ids).order_by(
        "product_id", "attribute__position", "attribute_id", F("choice__position"), "pk"
    )
    for product_id, *row in values.values_list("product_id", *_COLUMNS):
        found[product_id].append(row)
    return found


def build_stated_value(row: Sequence[Any]) -> tuple[AttributeDefinition, StatedValue]:
    """Return the attribute and its value of one row of the columns above, read by the ORM or as JSON."""
    key, kind, name_en, name_zh, unit_en, unit_zh, is_filterable, *value = row
    choice, choice_en, choice_zh, swatch, number, flag, day, text_en, text_zh = value
    definition = AttributeDefinition(
        key=key,
        kind=AttributeKind(kind),
        name_en=name_en or "",
        name_zh_hans=name_zh or "",
        unit_en=unit_en or "",
        unit_zh_hans=unit_zh or "",
        is_filterable=is_filterable,
    )
    return definition, StatedValue(
        choice_key=choice or "",
        choice_en=choice_en or "",
        choice_zh_hans=choice_zh or "",
        swatch=swatch or "",
        number=None if number is None else Decimal(number),
        flag=flag,
        day=date.fromisoformat(day) if isinstance(day, str) else day,
        text_en=text_en or "",
        text_zh_hans=text_zh or "",
    )


def show_value(definition: AttributeDefinition, value: StatedValue, language: str) -> str:
    """Return a value as a shopper reads it."""
    if value.number is not None:
        plain = write_number(value.number)
        shown = number_format(plain, decimal_pos=len(plain.partition(".")[2]), use_l10n=True)
        return f"{shown} {definition.get_unit(language)}".strip()
    if value.flag is not None:
        return gettext("Yes") if value.flag else gettext("No")
    if value.day is not None:
        return date_format(value.day, "DATE_FORMAT")
    if value.choice_key:
        return pick_words(value.choice_en, value.choice_zh_hans, language)
    return pick_words(value.text_en, value.text_zh_hans, language)


def list_attribute_labels(keys: Collection[str]) -> dict[str, AttributeLabel]:
    """Return the words of filter keys; two queries. Keys that no attribute knows are left out."""
    pairs = [tuple(key.partition(":")[::2]) for key in keys]
    attributes = {one.key: one for one in Attribute.objects.filter(key__in={name for name, _ in pairs})}
    choices = {
        (choice.attribute_id, choice.key): choice
        for choice in AttributeChoice.objects.filter(
            attribute__in=attributes.values(), key__in={value for _, value in pairs}
        )
    }
    found = {}
    for name, value in pairs:
        attribute = attributes.get(name)
        label = attribute and _build_label(attribute, value, choices.get((attribute.pk, value)))
        if label:
            found[f"{name}:{value}"] = label
    return found


def _build_label(attribute: Attribute, value: str, choice: AttributeChoice | None) -> AttributeLabel | None:
    names = (attribute.name_en or "", attribute.name_zh_hans or "")
    place = Decimal(0)
    if choice is not None:
        words = (choice.value_en or "", choice.value_zh_hans or "")
        place = Decimal(choice.position)
    elif attribute.kind == AttributeKind.NUMBER and _NUMBER.fullmatch(value):
        words = (
            f"{value} {attribute.unit_en or ''}".strip(),
            f"{value} {attribute.unit_zh_hans or attribute.unit_en or ''}".strip(),
        )
        place = Decimal(value)
    elif value in {YES, NO}:
        words = ("Yes", "是") if value == YES else ("No", "否")
    else:
        return None
    swatch = choice.swatch if choice else ""
    return AttributeLabel(names=names, values=words, swatch=swatch, position=(attribute.position, place))
