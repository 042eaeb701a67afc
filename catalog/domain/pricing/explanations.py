"""The arithmetic of a suggested price in words, line by line; what is stored is codes and figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalog.domain.pricing.repricing import Held, Rounding, Trigger
from shop.kernel.money import Money, format_money

AMOUNTS: Final = frozenset({"cost", "list", "low", "high", "amount"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Explained:
    """A line: what was done, and the amount that it led to."""

    text: str
    amount: Money | None


def explain_lines(lines: Iterable[Mapping[str, Any]], *, currency: str) -> list[Explained]:
    """Return stored lines in the active language."""
    return [
        Explained(
            text=_say(str(line["code"]), line.get("facts", {}), currency),
            amount=Money(Decimal(line["amount"]), currency).quantized() if line.get("amount") else None,
        )
        for line in lines
    ]


def _say(code: str, facts: Mapping[str, Any], currency: str) -> str:
    texts = {
        "competitor": _("Lowest competitor: %(competitor)s, seen on %(seen_on)s"),
        "undercut": _say_undercut(facts),
        "cost_plus": _("Cost %(cost)s plus a margin of %(percent)s %%"),
        "step": _("%(trigger)s: %(days)s; the step from %(from)s is reached"),
        "markdown": _("%(percent)s %% off the list price of %(list)s"),
        "floor": _("Floor: cost %(cost)s and a margin of %(percent)s %%"),
        "ceiling": _("Ceiling: %(percent)s %% of the list price"),
        "daily": _("Within a day's move: from %(low)s to %(high)s"),
        "moved": _("Last moved %(hours)s hours ago"),
        "bounded": _("Brought between the bounds"),
        "rounded": _("Rounded: %(rounding)s"),
    }
    known = {name: _translate(name, value, currency) for name, value in facts.items()}
    return texts[code] % known if code in texts else code


def _say_undercut(facts: Mapping[str, Any]) -> str:
    """Only by what is asked for: a rule mostly has a percentage or an amount."""
    if not Decimal(str(facts.get("amount", 0))):
        return _("Undercut by %(percent)s %%")
    if not Decimal(str(facts.get("percent", 0))):
        return _("Undercut by %(amount)s")
    return _("Undercut by %(percent)s %% and %(amount)s")


def _translate(name: str, value: object, currency: str) -> str:
    if name in AMOUNTS:
        return format_money(Money(Decimal(str(value)), currency).quantized(), get_language() or "en")
    if name == "percent":
        return f"{Decimal(str(value)).normalize():f}"
    if name == "trigger":
        return str(Trigger(str(value)).label)
    if name == "rounding":
        return str(Rounding(str(value)).label)
    return str(value)


def describe_held(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return why nothing was suggested, in words, with how often; the most frequent first."""
    found = [(str(Held(code).label), count) for code, count in counts.items() if code in Held.values]
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))
