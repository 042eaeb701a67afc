"""Typed facts about products: what a value may be, how it is written, and the key it is filtered by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from catalog.domain.words import pick_words


class AttributeKind(StrEnum):
    """What kind of value an attribute takes."""

    TEXT = "text"
    CHOICE = "choice"
    NUMBER = "number"
    COLOR = "color"
    BOOLEAN = "boolean"
    DATE = "date"


CHOSEN_KINDS = frozenset({AttributeKind.CHOICE, AttributeKind.COLOR})
FILTERED_KINDS = frozenset({*CHOSEN_KINDS, AttributeKind.NUMBER, AttributeKind.BOOLEAN})
YES, NO = "yes", "no"


@dataclass(frozen=True, kw_only=True, slots=True)
class AttributeDefinition:
    """An attribute in both languages; `unit` belongs to numbers."""

    key: str
    kind: AttributeKind
    name_en: str
    name_zh_hans: str
    unit_en: str = ""
    unit_zh_hans: str = ""
    is_filterable: bool = False

    def get_name(self, language: str) -> str:
        """Return the name in a language."""
        return pick_words(self.name_en, self.name_zh_hans, language)

    def get_unit(self, language: str) -> str:
        """Return the unit in a language."""
        return pick_words(self.unit_en, self.unit_zh_hans, language)


@dataclass(frozen=True, kw_only=True, slots=True)
class StatedValue:
    """One value of one product; exactly one of its parts is set."""

    choice_key: str = ""
    choice_en: str = ""
    choice_zh_hans: str = ""
    swatch: str = ""
    number: Decimal | None = None
    flag: bool | None = None
    day: date | None = None
    text_en: str = ""
    text_zh_hans: str = ""


def write_number(number: Decimal) -> str:
    """Return a number without needless zeros: 320, 0.5."""
    return f"{number.normalize():f}" if number else "0"


def build_filter_key(definition: AttributeDefinition, value: StatedValue) -> str:
    """Return the key that a listing is filtered by, such as "material:oak"; empty when it is not filtered by."""
    if not definition.is_filterable or definition.kind not in FILTERED_KINDS:
        return ""
    if value.choice_key:
        return f"{definition.key}:{value.choice_key}"
    if value.number is not None:
        return f"{definition.key}:{write_number(value.number)}"
    if value.flag is not None:
        return f"{definition.key}:{YES if value.flag else NO}"
    return ""


def list_search_words(definition: AttributeDefinition, value: StatedValue) -> tuple[str, ...]:
    """Return the words that a value is searched by: a choice's in both languages, a number with its unit, what is so.

    "Dishwasher safe: yes" is found by its name; "no" is nothing that anybody looks for.
    """
    found: tuple[str, ...] = ()
    if value.choice_key:
        found = (value.choice_en, value.choice_zh_hans)
    elif value.number is not None and definition.unit_en:
        found = (f"{write_number(value.number)} {definition.unit_en}",)
    elif value.flag:
        found = (definition.name_en, definition.name_zh_hans)
    return tuple(filter(None, found))
