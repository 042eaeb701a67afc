"""A promotion in one sentence, for the back office: what it does, for which articles, and when."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from catalog.domain.promotions.groups import get_minimum
from catalog.domain.promotions.terms import (
    EVERYTHING,
    HUNDRED,
    Action,
    AmountOff,
    Amounts,
    Bundle,
    BuyGet,
    Channels,
    CheapestFree,
    Condition,
    FirstOrder,
    FixedPrice,
    FreeShipping,
    Gift,
    GroupPrice,
    Hours,
    Minimum,
    MinimumQuantity,
    PaymentMethods,
    PercentOff,
    Segments,
    SpendSteps,
    Step,
    Target,
    Tiers,
)
from catalog.domain.promotions.words import name_weekday

Describer = Callable[[Any], str]


def describe_promotion(
    action: Action, conditions: tuple[Condition, ...], *, names: Mapping[str, str] | None = None
) -> str:
    """Return the whole promotion in plain words, in the active language; `names` says what keys are called.

    Without `names` it tells keys, as programs know them.
    """
    told, *terms = (_name_all(term, names or {}) for term in (action, *conditions))
    parts = [_ACTIONS[type(told)](told)]
    parts += [_CONDITIONS[type(term)](term) for term in terms]
    return ", ".join(parts) + _(".")


def list_target_keys(action: Action, conditions: tuple[Condition, ...]) -> frozenset[str]:
    """Return the keys of articles that a promotion names anywhere."""
    found: set[str] = set()

    def note(target: Target) -> Target:
        found.update(target.include, target.exclude)
        return target

    for term in (action, *conditions):
        _walk_targets(term, note)
    return frozenset(found)


def list_method_keys(action: Action, conditions: tuple[Condition, ...]) -> frozenset[str]:
    """Return the keys of everything else that a promotion names: ways to deliver and to pay, channels."""
    return frozenset(
        f"{prefix}:{code}"
        for term in (action, *conditions)
        if type(term) in _CODED
        for prefix, part in [_CODED[type(term)]]
        for code in getattr(term, part)
    )


# Terms that hold codes of other things: what stands before each code as a key, and where they stand.
_CODED: Final[dict[type[Any], tuple[str, str]]] = {
    FreeShipping: ("delivery", "methods"),
    PaymentMethods: ("payment", "names"),
    Channels: ("channel", "names"),
}


def _name_all(term: Any, names: Mapping[str, str]) -> Any:
    """The same term with all that it names called by its name."""
    named = _name_targets(term, names)
    if type(term) not in _CODED:
        return named
    prefix, part = _CODED[type(term)]
    codes = getattr(term, part)
    return replace(named, **{part: frozenset(names.get(f"{prefix}:{code}", code) for code in codes)})


def _name_targets(term: Any, names: Mapping[str, str]) -> Any:

    def name(target: Target) -> Target:
        return Target(
            include=frozenset(names.get(key, key) for key in target.include),
            exclude=frozenset(names.get(key, key) for key in target.exclude),
        )

    return _walk_targets(term, name)


def _walk_targets(term: Any, change: Callable[[Target], Target]) -> Any:
    if isinstance(term, Target):
        return change(term)
    if isinstance(term, tuple):
        return tuple(_walk_targets(part, change) for part in term)
    if not is_dataclass(term) or isinstance(term, type):
        return term
    return replace(term, **{one.name: _walk_targets(getattr(term, one.name), change) for one in fields(term)})


def _percent(percent: Decimal) -> str:
    return f"{percent.normalize():f} %"


def _amounts(amounts: Amounts | None) -> str:
    if amounts is None:
        return ""
    return " / ".join(f"{amount} {currency}" for currency, amount in sorted(amounts.by_currency.items()))


def _target(target: Target | None) -> str:
    if target is None or target == EVERYTHING:
        return _("all articles")
    text = _(" or ").join(sorted(target.include)) or _("all articles")
    return text + (
        _(" but not %(keys)s") % {"keys": ", ".join(sorted(target.exclude))} if target.exclude else ""
    )


def _free(percent: Decimal) -> str:
    return _("free") if percent == HUNDRED else _("%(percent)s off") % {"percent": _percent(percent)}


def _percent_off(action: PercentOff) -> str:
    text = _("%(percent)s off %(target)s") % {
        "percent": _percent(action.percent),
        "target": _target(action.target),
    }
    return text + (_(", %(most)s at most") % {"most": _amounts(action.most)} if action.most else "")


def _step(step: Step) -> str:
    off = _percent(step.percent) if step.percent is not None else _amounts(step.amounts)
    return _("%(off)s off from %(reached)s") % {"off": off, "reached": _amounts(step.reached)}


def _buy_get(action: BuyGet) -> str:
    return _("buy %(buy)d of %(bought)s, get %(get)d of %(got)s %(free)s") % {
        "buy": action.buy_quantity,
        "bought": _target(action.buy),
        "get": action.get_quantity,
        "got": _target(action.get) if action.get else _("the same"),
        "free": _free(action.percent),
    }


def _bundle(action: Bundle) -> str:
    parts = " + ".join(f"{part.quantity} × {_target(part.target)}" for part in action.parts)
    return _("%(parts)s together for %(price)s") % {"parts": parts, "price": _amounts(action.amounts)}


def _group(action: GroupPrice) -> str:
    steps = "; ".join(
        _("%(percent)s off for %(people)d people")
        % {"percent": _percent(step.percent), "people": step.people}
        for step in action.steps
    )
    return _("buy %(target)s together within %(hours)d hours: %(steps)s; from %(least)d people on") % {
        "target": _target(action.target),
        "hours": action.group_hours,
        "steps": steps,
        "least": get_minimum(action),
    }


def _shipping(action: FreeShipping) -> str:
    text = _("delivery %(free)s") % {"free": _free(action.percent)}
    return text + (f" ({', '.join(sorted(action.methods))})" if action.methods else "")


def _hours(condition: Hours) -> str:
    days = ", ".join(name_weekday(day) for day in sorted(condition.weekdays))
    if condition.begins == condition.ends:
        return _("on %(days)s") % {"days": days}
    return _("on %(days)s from %(begins)s to %(ends)s") % {
        "days": days,
        "begins": condition.begins.isoformat("minutes"),
        "ends": condition.ends.isoformat("minutes"),
    }


def _names(condition: Tiers | Segments | Channels | PaymentMethods) -> dict[str, str]:
    return {"names": ", ".join(sorted(condition.names))}


_ACTIONS: Final[dict[type[Any], Describer]] = {
    PercentOff: _percent_off,
    AmountOff: lambda action: (
        _("%(amount)s off %(target)s")
        % {"amount": _amounts(action.amounts), "target": _target(action.target)}
    ),
    FixedPrice: lambda action: (
        _("%(target)s for %(price)s each")
        % {"target": _target(action.target), "price": _amounts(action.amounts)}
    ),
    SpendSteps: lambda action: (
        _("spend more, save more: %(steps)s (%(target)s)")
        % {"steps": "; ".join(_step(step) for step in action.steps), "target": _target(action.target)}
    ),
    BuyGet: _buy_get,
    CheapestFree: lambda action: (
        _("of every %(of)d of %(target)s the cheapest %(count)d %(free)s")
        % {
            "of": action.of_quantity,
            "count": action.free_quantity,
            "target": _target(action.target),
            "free": _free(action.percent),
        }
    ),
    Gift: lambda action: (
        _("%(count)d of %(target)s free") % {"count": action.quantity, "target": _target(action.target)}
    ),
    Bundle: _bundle,
    FreeShipping: _shipping,
    GroupPrice: _group,
}
_CONDITIONS: Final[dict[type[Any], Describer]] = {
    Minimum: lambda condition: (
        _("from %(amount)s of %(target)s on")
        % {"amount": _amounts(condition.amounts), "target": _target(condition.target)}
    ),
    MinimumQuantity: lambda condition: (
        _("from %(count)d of %(target)s on")
        % {"count": condition.quantity, "target": _target(condition.target)}
    ),
    Tiers: lambda condition: _("for tier %(names)s") % _names(condition),
    Segments: lambda condition: _("for segment %(names)s") % _names(condition),
    Channels: lambda condition: _("through %(names)s") % _names(condition),
    FirstOrder: lambda _condition: _("on the first order"),
    Hours: _hours,
    PaymentMethods: lambda condition: _("when paid by %(names)s") % _names(condition),
}
