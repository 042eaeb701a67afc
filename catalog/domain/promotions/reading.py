"""Conditions and actions from JSON and back; whatever is wrong is named by its place in the document."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from datetime import time
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any, Final, TypeVar, get_type_hints

from django.utils.translation import gettext as _

from catalog.domain.promotions.terms import (
    ACTIONS,
    CONDITIONS,
    HUNDRED,
    TARGET_KINDS,
    Action,
    Amounts,
    Bundle,
    BuyGet,
    CheapestFree,
    Condition,
    Gift,
    GroupPrice,
    GroupStep,
    Part,
    SpendSteps,
    Step,
    Target,
)
from shop.kernel.errors import Invalid
from shop.kernel.money import minor_unit

T = TypeVar("T")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
MOST_QUANTITY: Final = 999
MOST_AMOUNT: Final = Decimal(10) ** 12
MOST_TERMS: Final = 20
MOST_KEYS: Final = 500
MOST_LENGTH: Final = 200
MOST_PEOPLE: Final = 100
MOST_GROUP_HOURS: Final = 720


class PromotionInvalid(Invalid):
    """A promotion's terms cannot be right; ``field`` is the place, such as ``action.percent``."""

    code = "invalid_promotion"


def read_conditions(stored: object, *, path: str = "conditions") -> tuple[Condition, ...]:
    """Return the conditions of a JSON list; raises PromotionInvalid."""
    rows = _read_list(stored, path)
    return tuple(_read_term(row, CONDITIONS, f"{path}.{index}") for index, row in enumerate(rows))


def read_action(stored: object, *, path: str = "action") -> Action:
    """Return the action of a JSON object; raises PromotionInvalid."""
    action = _read_term(stored, ACTIONS, path)
    check_action(action, path)
    return action


def check_action(action: Action, path: str = "action") -> None:
    """Raise PromotionInvalid for terms that are each well-formed but make no sense together."""
    if isinstance(action, SpendSteps):
        _check_steps(action, path)
    if isinstance(action, Bundle) and not action.parts:
        raise PromotionInvalid(_("Name at least one part."), field=f"{path}.parts")
    if isinstance(action, CheapestFree) and action.free_quantity >= action.of_quantity:
        raise PromotionInvalid(
            _("Fewer articles must be free than are counted."), field=f"{path}.free_quantity"
        )
    if isinstance(action, GroupPrice):
        _check_group(action, path)
    target = _find_given(action)
    if target is not None and not target.include:
        raise PromotionInvalid(_("Say which articles are given."), field=f"{path}.target")


def _check_steps(action: SpendSteps, path: str) -> None:
    if not action.steps:
        raise PromotionInvalid(_("Name at least one step."), field=f"{path}.steps")
    for index, step in enumerate(action.steps):
        if (step.amounts is None) is (step.percent is None):
            raise PromotionInvalid(
                _("Each step takes off an amount or a percentage."), field=f"{path}.steps.{index}"
            )


def _check_group(action: GroupPrice, path: str) -> None:
    steps = action.steps
    if not steps or steps[0].people < 2 or steps[-1].people > MOST_PEOPLE:  # noqa: PLR2004  one is no group
        raise PromotionInvalid(
            _("Name steps from 2 to %(most)d people.") % {"most": MOST_PEOPLE}, field=f"{path}.steps"
        )
    for index, (small, large) in enumerate(pairwise(steps), start=1):
        if large.people <= small.people or large.percent <= small.percent:
            raise PromotionInvalid(
                _("Each step has more people, and takes off more, than the one before."),
                field=f"{path}.steps.{index}",
            )
    if action.minimum_people and not steps[0].people <= action.minimum_people <= steps[-1].people:
        raise PromotionInvalid(
            _("The least number of people lies within the steps."), field=f"{path}.minimum_people"
        )
    if action.group_hours > MOST_GROUP_HOURS:
        raise PromotionInvalid(
            _("A group has at most %(most)d hours.") % {"most": MOST_GROUP_HOURS}, field=f"{path}.group_hours"
        )
    if not action.target.include or any(
        key.partition(":")[0] not in {"product", "sku"} for key in action.target.include
    ):
        raise PromotionInvalid(
            _("Name the articles one by one, as product:name or sku:number."), field=f"{path}.target.include"
        )


def _find_given(action: Action) -> Target | None:
    if isinstance(action, Gift):
        return action.target
    return action.get if isinstance(action, BuyGet) else None


def dump_conditions(conditions: tuple[Condition, ...]) -> list[dict[str, Any]]:
    """Return conditions as JSON values."""
    return [dump_term(condition) for condition in conditions]


def dump_term(term: Condition | Action) -> dict[str, Any]:
    """Return a condition or an action as a JSON object."""
    return {"kind": term.kind} | _dump_fields(term)


def _dump_fields(value: Any) -> dict[str, Any]:
    return {
        field.name: _dump(getattr(value, field.name))
        for field in fields(value)
        if getattr(value, field.name) is not None
    }


def _dump(value: object) -> Any:
    match value:
        case Amounts():
            dumped: Any = {name: str(amount) for name, amount in sorted(value.by_currency.items())}
        case frozenset():
            dumped = sorted(value)
        case tuple():
            dumped = [_dump(item) for item in value]
        case Decimal():
            dumped = f"{value.normalize():f}"
        case time():
            dumped = value.isoformat("minutes")
        case Target() | Step() | Part() | GroupStep():
            dumped = _dump_fields(value)
        case _:
            dumped = value
    return dumped


def _read_term(stored: object, classes: tuple[type[T], ...], path: str) -> T:
    row = _read_object(stored, path)
    by_kind = {getattr(one, "kind", ""): one for one in classes}
    chosen = by_kind.get(str(row.get("kind", "")))
    if chosen is None:
        kinds = ", ".join(by_kind)
        raise PromotionInvalid(_("Choose one of: %(kinds)s.") % {"kinds": kinds}, field=f"{path}.kind")
    return _build(chosen, {name: value for name, value in row.items() if name != "kind"}, path)


def _build(chosen: type[T], row: Mapping[str, Any], path: str) -> T:
    hints = get_type_hints(chosen)
    known = {field.name: field for field in fields(chosen)}  # type: ignore[arg-type]  # every term is a dataclass
    for name in row:
        if name not in known:
            raise PromotionInvalid(_("There is no such field here."), field=f"{path}.{name}")
    values = {}
    for name, field in known.items():
        place = f"{path}.{name}"
        if row.get(name) is not None:
            values[name] = _READERS[str(hints[name])](row[name], place)
        elif field.default is MISSING and field.default_factory is MISSING:
            raise PromotionInvalid(_("This is needed."), field=place)
    return chosen(**values)


def _read_object(stored: object, path: str) -> Mapping[str, Any]:
    if not isinstance(stored, Mapping):
        raise PromotionInvalid(_("This must be an object."), field=path)
    return stored


def _read_list(stored: object, path: str, most: int = MOST_TERMS) -> list[Any]:
    if not isinstance(stored, list) or len(stored) > most:
        raise PromotionInvalid(_("This must be a list of at most %(most)d.") % {"most": most}, field=path)
    return stored


def _read_number(stored: object, path: str, *, most: Decimal) -> Decimal:
    is_number = isinstance(stored, (str, int)) and not isinstance(stored, bool)
    try:
        number = Decimal(str(stored)) if is_number and len(str(stored)) <= MOST_LENGTH else Decimal(-1)
    except InvalidOperation:
        number = Decimal(-1)
    if not number.is_finite() or not 0 <= number <= most:
        raise PromotionInvalid(
            _("This must be a number from 0 to %(most)s, written as text.") % {"most": most}, field=path
        )
    return number


def _read_percent(stored: object, path: str) -> Decimal:
    number = _read_number(stored, path, most=HUNDRED)
    if not number or number != round(number, 3):
        raise PromotionInvalid(_("Write a percentage above 0, with at most three decimals."), field=path)
    return number


def _read_quantity(stored: object, path: str) -> int:
    is_whole = isinstance(stored, int) and not isinstance(stored, bool)
    if not is_whole or not 1 <= int(str(stored)) <= MOST_QUANTITY:
        raise PromotionInvalid(
            _("This must be a whole number from 1 to %(most)d.") % {"most": MOST_QUANTITY}, field=path
        )
    return int(str(stored))


def _read_amounts(stored: object, path: str) -> Amounts:
    row = _read_object(stored, path)
    if not row:
        raise PromotionInvalid(_("Name an amount in at least one currency."), field=path)
    amounts = {}
    for currency, text in row.items():
        place = f"{path}.{currency}"
        if not _CURRENCY.fullmatch(str(currency)):
            raise PromotionInvalid(_("A currency has three capital letters."), field=place)
        amount = _read_number(text, place, most=MOST_AMOUNT)
        if amount % minor_unit(currency):
            raise PromotionInvalid(_("This currency has fewer decimals."), field=place)
        amounts[currency] = amount
    return Amounts(amounts)


def _read_names(stored: object, path: str) -> frozenset[str]:
    names = _read_list(stored, path, MOST_KEYS)
    if not all(
        isinstance(name, str) and 0 < len(name) <= MOST_LENGTH and name.isprintable() for name in names
    ):
        raise PromotionInvalid(_("This must be a list of names."), field=path)
    return frozenset(names)


def _read_keys(stored: object, path: str) -> frozenset[str]:
    keys = _read_names(stored, path)
    for key in keys:
        kind, _colon, value = key.partition(":")
        if kind not in TARGET_KINDS or not value:
            raise PromotionInvalid(
                _("“%(key)s” must read kind:name, the kind one of %(kinds)s.")
                % {"key": key, "kinds": ", ".join(TARGET_KINDS)},
                field=path,
            )
    return keys


def _read_weekdays(stored: object, path: str) -> frozenset[int]:
    days = _read_list(stored, path, 7)
    if not days or not all(isinstance(day, int) and 0 <= day <= 6 for day in days):  # noqa: PLR2004  seven days
        raise PromotionInvalid(_("Name days of the week from 0 (Monday) to 6."), field=path)
    return frozenset(days)


def _read_time(stored: object, path: str) -> time:
    try:
        found = time.fromisoformat(str(stored))
    except ValueError:
        found = None
    if found is None or found.tzinfo is not None:
        raise PromotionInvalid(_("Write a time such as 18:30."), field=path)
    return found


def _read_target(stored: object, path: str) -> Target:
    row = _read_object(stored, path)
    for name in row:
        if name not in {"include", "exclude"}:
            raise PromotionInvalid(_("There is no such field here."), field=f"{path}.{name}")
    return Target(
        include=_read_keys(row.get("include", []), f"{path}.include"),
        exclude=_read_keys(row.get("exclude", []), f"{path}.exclude"),
    )


def _read_rows(chosen: type[T]) -> Callable[[object, str], tuple[T, ...]]:
    def read(stored: object, path: str) -> tuple[T, ...]:
        return tuple(
            _build(chosen, _read_object(row, f"{path}.{index}"), f"{path}.{index}")
            for index, row in enumerate(_read_list(stored, path))
        )

    return read


_BY_TYPE: Final[tuple[tuple[Any, Callable[[object, str], Any]], ...]] = (
    (Decimal, _read_percent),
    (Decimal | None, _read_percent),
    (int, _read_quantity),
    (int | None, _read_quantity),
    (Amounts, _read_amounts),
    (Amounts | None, _read_amounts),
    (Target, _read_target),
    (Target | None, _read_target),
    (frozenset[str], _read_names),
    (frozenset[int], _read_weekdays),
    (time, _read_time),
    (tuple[Step, ...], _read_rows(Step)),
    (tuple[Part, ...], _read_rows(Part)),
    (tuple[GroupStep, ...], _read_rows(GroupStep)),
)
_READERS: Final = {str(hint): reader for hint, reader in _BY_TYPE}
