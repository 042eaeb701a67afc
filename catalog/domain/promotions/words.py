"""A promotion and its trace in plain words, in the active language; what is stored is codes and figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from catalog.domain.promotions.payment_methods import name_payment_method
from catalog.domain.promotions.traces import Cause, Reason, Trace, TraceEntry
from shop.kernel.money import Money, format_money

# What a shopper can act on, or would wonder about; the rest (tier, segment, channel) is nobody else's business.
FOR_SHOPPERS: Final = frozenset(
    {
        Reason.MINIMUM,
        Reason.MINIMUM_QUANTITY,
        Reason.MORE_ARTICLES,
        Reason.GIFT_MISSING,
        Reason.NOT_COMBINED,
        Reason.DELIVERY_NOT_CHOSEN,
        Reason.DELIVERY_METHOD,
        Reason.PAYMENT_METHOD,
        Reason.LIMITED,
        Reason.USED_UP,
        Reason.GROUP_PRICE,
        Reason.SALE_SOLD_OUT,
        Reason.SALE_PART,
    }
)


@dataclass(frozen=True, kw_only=True)
class TraceLine:
    """One rule of a trace in words; ``gift_keys`` are articles that could be had for nothing."""

    title: str
    coupon_code: str
    is_applied: bool
    amount: Money
    reasons: tuple[str, ...]
    gift_keys: tuple[str, ...] = ()
    outcome: str = ""
    key: str = ""

    @property
    def gift_skus(self) -> tuple[str, ...]:
        """The free articles that can be named exactly."""
        return tuple(key.removeprefix("sku:") for key in self.gift_keys if key.startswith("sku:"))


def describe_trace(trace: Trace, *, is_for_shopper: bool = True) -> tuple[TraceLine, ...]:
    """Return the trace in words; a shopper is told what applies, and what could apply or was asked for by a coupon."""
    return tuple(
        _describe_entry(entry, trace.currency)
        for entry in trace.entries
        if not is_for_shopper or _concerns_shopper(entry)
    )


def describe_applied(trace: Trace) -> tuple[TraceLine, ...]:
    """Return in words what took something off."""
    return tuple(_describe_entry(entry, trace.currency) for entry in trace.applied)


def _concerns_shopper(entry: TraceEntry) -> bool:
    if entry.is_applied or entry.coupon_code:
        return True
    return bool(entry.causes) and all(cause.reason in FOR_SHOPPERS for cause in entry.causes)


def _describe_entry(entry: TraceEntry, currency: str) -> TraceLine:
    gifts = [cause.facts.get("keys", ()) for cause in entry.causes if cause.reason is Reason.GIFT_MISSING]
    return TraceLine(
        title=get_title(entry),
        coupon_code=entry.coupon_code,
        is_applied=entry.is_applied,
        amount=Money.from_minor(entry.total_minor, currency),
        reasons=tuple(describe_cause(cause, currency) for cause in entry.causes),
        gift_keys=tuple(key for keys in gifts for key in keys),
        outcome=entry.outcome.value,
        key=entry.key,
    )


def get_title(entry: TraceEntry | Mapping[str, Any]) -> str:
    """Return the promotion's title in the active language."""
    facts = {"title_en": "", "title_zh_hans": ""} | (
        dict(entry)
        if isinstance(entry, Mapping)
        else {"title_en": entry.title_en, "title_zh_hans": entry.title_zh_hans, "key": entry.key}
    )
    is_chinese = (get_language() or "").startswith("zh")
    chinese, english = facts["title_zh_hans"], facts["title_en"]
    return str((chinese if is_chinese else english) or english or chinese or facts.get("key", ""))


def describe_cause(cause: Cause, currency: str) -> str:
    """Return a reason with its figures, as a sentence that says what to do where something can be done."""
    return _WORDS[cause.reason](cause.facts, currency)


def _say(text: Callable[[], str]) -> Callable[[Mapping[str, Any], str], str]:
    return lambda _facts, _currency: text()


def _write_amount(minor: int, currency: str) -> str:
    return format_money(Money.from_minor(minor, currency), get_language() or "en")


def _say_minimum(facts: Mapping[str, Any], currency: str) -> str:
    return _("Add %(missing)s more to reach %(wanted)s.") % {
        "missing": _write_amount(facts["missing_minor"], currency),
        "wanted": _write_amount(facts["wanted_minor"], currency),
    }


def _say_more(facts: Mapping[str, Any], _currency: str) -> str:
    missing = facts["missing"]
    return ngettext(
        "Add %(missing)d more matching article.", "Add %(missing)d more matching articles.", missing
    ) % {"missing": missing}


def _say_rival(facts: Mapping[str, Any], _currency: str) -> str:
    return _("Cannot be combined with “%(other)s”.") % {"other": get_title(facts)}


def _say_hours(facts: Mapping[str, Any], _currency: str) -> str:
    days = ", ".join(name_weekday(day) for day in facts["weekdays"])
    if facts["begins"] == facts["ends"]:
        return _("Only on %(days)s.") % {"days": days}
    values = {"days": days, "begins": facts["begins"], "ends": facts["ends"]}
    return _("Only on %(days)s from %(begins)s to %(ends)s.") % values


def _say_group(facts: Mapping[str, Any], _currency: str) -> str:
    return _("Group price: %(percent)s%% off when at least %(people)d people buy together.") % {
        "percent": facts["percent"],
        "people": facts["people"],
    }


def _say_part(facts: Mapping[str, Any], _currency: str) -> str:
    return _("Only %(count)d of them: the sale has no more for you.") % {"count": facts["count"]}


def _say_payment(facts: Mapping[str, Any], _currency: str) -> str:
    methods = [name_payment_method(name) for name in facts.get("names", ())]
    if not methods:
        return _("Only with another way to pay.")
    return _("Pay by %(methods)s to get it.") % {"methods": " / ".join(methods)}


def name_weekday(day: int) -> str:
    """Return the short name of a day of the week, Monday being 0."""
    return (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))[day]


def write_date(text: str) -> str:
    """Return the day of a stored instant."""
    return str(date_format(datetime.fromisoformat(text), "DATE_FORMAT"))


_WORDS: Final[dict[Reason, Callable[[Mapping[str, Any], str], str]]] = {
    Reason.MINIMUM: _say_minimum,
    Reason.MINIMUM_QUANTITY: _say_more,
    Reason.MORE_ARTICLES: _say_more,
    Reason.TIER: _say(lambda: _("For customers of another tier.")),
    Reason.SEGMENT: _say(lambda: _("For a group of customers that you are not in.")),
    Reason.CHANNEL: _say(lambda: _("Not for orders that come in this way.")),
    Reason.FIRST_ORDER: _say(lambda: _("Only for the first order.")),
    Reason.HOURS: _say_hours,
    Reason.PAYMENT_METHOD: _say_payment,
    Reason.NOT_YET: lambda facts, _currency: _("Begins on %(day)s.") % {"day": write_date(facts["at"])},
    Reason.OVER: lambda facts, _currency: _("Ended on %(day)s.") % {"day": write_date(facts["at"])},
    Reason.OTHER_CURRENCY: _say(lambda: _("Not offered in this currency.")),
    Reason.NO_ARTICLES: _say(lambda: _("None of these articles is part of it.")),
    Reason.GIFT_MISSING: _say(lambda: _("Your free article is not in the cart yet.")),
    Reason.NOTHING_LEFT: _say(lambda: _("There is nothing left to take off.")),
    Reason.USED_UP: _say(lambda: _("All of it has been given away.")),
    Reason.NOT_COMBINED: _say_rival,
    Reason.DELIVERY_NOT_CHOSEN: _say(lambda: _("Taken off when you choose how to deliver.")),
    Reason.DELIVERY_METHOD: _say(lambda: _("Not for the chosen delivery.")),
    Reason.GROUP_PRICE: _say_group,
    Reason.SALE_SOLD_OUT: _say(lambda: _("The sale's own stock is sold out, or you have had your share.")),
    Reason.SALE_PART: _say_part,
    Reason.LIMITED: _say(lambda: _("Limited: an article is not sold below its lowest price.")),
}
