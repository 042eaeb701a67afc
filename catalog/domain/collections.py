"""The rules of collections: which comparison fits which field, and what its value must look like."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from django.utils.translation import gettext as _

from catalog.domain.cells import is_true
from catalog.domain.errors import RuleInvalid

MOST_PRODUCTS = 5000
"""A collection shows no more: its page reads all its members at once."""


class CollectionOrder(StrEnum):
    """In which order a collection shows its products."""

    MANUAL = "manual"
    FEATURED = "featured"
    NEWEST = "newest"
    NAME = "name"


class RuleField(StrEnum):
    """What a condition looks at."""

    CATEGORY = "category"
    BRAND = "brand"
    TYPE = "type"
    TAG = "tag"
    ATTRIBUTE = "attribute"
    OPTION = "option"
    PRICE = "price"
    STOCK = "stock"
    REDUCED = "reduced"
    FEATURED = "featured"
    AGE_DAYS = "age_days"
    NAME = "name"


class RuleOperator(StrEnum):
    """How a condition compares."""

    IS = "is"
    IS_NOT = "is_not"
    CONTAINS = "contains"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


_EQUAL = frozenset({RuleOperator.IS, RuleOperator.IS_NOT})
_SIZED = frozenset({RuleOperator.AT_LEAST, RuleOperator.AT_MOST})
OPERATORS: dict[RuleField, frozenset[RuleOperator]] = {
    RuleField.CATEGORY: _EQUAL,
    RuleField.BRAND: _EQUAL,
    RuleField.TYPE: _EQUAL,
    RuleField.TAG: _EQUAL,
    RuleField.ATTRIBUTE: _EQUAL | _SIZED,
    RuleField.OPTION: _EQUAL,
    RuleField.PRICE: _SIZED,
    RuleField.STOCK: _SIZED,
    RuleField.REDUCED: frozenset({RuleOperator.IS}),
    RuleField.FEATURED: frozenset({RuleOperator.IS}),
    RuleField.AGE_DAYS: _SIZED,
    RuleField.NAME: frozenset({RuleOperator.IS, RuleOperator.IS_NOT, RuleOperator.CONTAINS}),
}
_PAIRED = frozenset({RuleField.ATTRIBUTE, RuleField.OPTION, RuleField.PRICE})
_NUMERIC = frozenset({RuleField.STOCK, RuleField.AGE_DAYS})
_FLAGS = frozenset({RuleField.REDUCED, RuleField.FEATURED})
_HIGHEST = Decimal(10) ** 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Condition:
    """A condition that has been checked; `key` is the part before the colon where the field has one."""

    field: RuleField
    operator: RuleOperator
    key: str = ""
    text: str = ""
    number: Decimal = Decimal(0)
    flag: bool = False


def parse_condition(field: str, operator: str, value: str) -> Condition:
    """Return the checked condition; raises RuleInvalid with the remedy in plain words."""
    known_field, known_operator = RuleField(field), RuleOperator(operator)
    if known_operator not in OPERATORS[known_field]:
        raise RuleInvalid(
            _("This field cannot be compared this way. Choose another comparison."), field="operator"
        )
    value = value.strip()
    key, text = _split(known_field, value)
    is_sized = known_operator in _SIZED
    return Condition(
        field=known_field,
        operator=known_operator,
        key=key.upper() if known_field is RuleField.PRICE else key,
        text=text,
        number=_parse_number(text) if is_sized or known_field in _NUMERIC else Decimal(0),
        flag=is_true(text) if known_field in _FLAGS else False,
    )


def _split(field: RuleField, value: str) -> tuple[str, str]:
    if not value:
        raise RuleInvalid(_("Say what to compare with."), field="value")
    if field not in _PAIRED:
        return "", value
    key, separator, text = value.partition(":")
    if not (separator and key.strip() and text.strip()):
        raise RuleInvalid(
            _("Write the key, a colon and the value, such as material:oak or EUR:50."), field="value"
        )
    return key.strip(), text.strip()


def _parse_number(text: str) -> Decimal:
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or not 0 <= number < _HIGHEST:
        raise RuleInvalid(
            _("“%(text)s” is not a number that can be compared with.") % {"text": text}, field="value"
        )
    return number
