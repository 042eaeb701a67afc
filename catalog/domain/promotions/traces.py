"""The trace of an evaluation: every rule that was looked at, what came of it, why, and where its money fell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from catalog.domain.promotions.terms import PromotionClass


class Outcome(StrEnum):
    """What came of a rule."""

    APPLIED = "applied"
    MISSED = "missed"
    BLOCKED = "blocked"


class Reason(StrEnum):
    """Why a rule gave nothing, or less than it would have."""

    MINIMUM = "minimum"
    MINIMUM_QUANTITY = "minimum_quantity"
    TIER = "tier"
    SEGMENT = "segment"
    CHANNEL = "channel"
    FIRST_ORDER = "first_order"
    HOURS = "hours"
    PAYMENT_METHOD = "payment_method"
    NOT_YET = "not_yet"
    OVER = "over"
    OTHER_CURRENCY = "other_currency"
    NO_ARTICLES = "no_articles"
    MORE_ARTICLES = "more_articles"
    GIFT_MISSING = "gift_missing"
    NOTHING_LEFT = "nothing_left"
    USED_UP = "used_up"
    NOT_COMBINED = "not_combined"
    DELIVERY_NOT_CHOSEN = "delivery_not_chosen"
    DELIVERY_METHOD = "delivery_method"
    LIMITED = "limited"
    GROUP_PRICE = "group_price"
    SALE_SOLD_OUT = "sale_sold_out"
    SALE_PART = "sale_part"


@dataclass(frozen=True, kw_only=True, slots=True)
class Cause:
    """A reason with the figures that make it concrete; amounts in minor units."""

    reason: Reason
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class TraceEntry:
    """One rule's part; ``lines`` maps a line's key to what was taken off it, ``units`` to how many of it were reduced."""

    promotion_id: int
    key: str
    promotion_class: PromotionClass
    outcome: Outcome
    title_en: str = ""
    title_zh_hans: str = ""
    coupon_code: str = ""
    causes: tuple[Cause, ...] = ()
    lines: Mapping[int, int] = field(default_factory=dict)
    units: Mapping[int, int] = field(default_factory=dict)
    shipping_minor: int = 0

    @property
    def total_minor(self) -> int:
        """All that the rule took off."""
        return sum(self.lines.values()) + self.shipping_minor

    @property
    def is_applied(self) -> bool:
        """Whether the rule took something off."""
        return self.outcome is Outcome.APPLIED


@dataclass(frozen=True, kw_only=True, slots=True)
class Trace:
    """All rules in the order in which they were worked out."""

    currency: str
    entries: tuple[TraceEntry, ...] = ()

    @property
    def applied(self) -> tuple[TraceEntry, ...]:
        """The rules that took something off."""
        return tuple(entry for entry in self.entries if entry.is_applied)

    def narrow(self, key: int) -> Trace:
        """Return what concerns one line: only its own share of each discount."""
        own = (
            TraceEntry(
                promotion_id=entry.promotion_id,
                key=entry.key,
                promotion_class=entry.promotion_class,
                outcome=entry.outcome,
                title_en=entry.title_en,
                title_zh_hans=entry.title_zh_hans,
                coupon_code=entry.coupon_code,
                causes=entry.causes,
                lines={key: entry.lines[key]},
                units={key: entry.units[key]} if key in entry.units else {},
            )
            for entry in self.entries
            if entry.lines.get(key)
        )
        return Trace(currency=self.currency, entries=tuple(own))

    def to_json(self) -> dict[str, Any]:
        """Return plain values to store."""
        return {"currency": self.currency, "entries": [_entry_to_json(entry) for entry in self.entries]}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Return the trace that ``to_json`` stored; nothing stored is an empty trace."""
        entries: Iterable[Mapping[str, Any]] = stored.get("entries", ())
        return cls(
            currency=stored.get("currency", ""), entries=tuple(_entry_from_json(entry) for entry in entries)
        )


def _entry_to_json(entry: TraceEntry) -> dict[str, Any]:
    return {
        "promotion_id": entry.promotion_id,
        "key": entry.key,
        "class": entry.promotion_class.value,
        "outcome": entry.outcome.value,
        "title_en": entry.title_en,
        "title_zh_hans": entry.title_zh_hans,
        "coupon_code": entry.coupon_code,
        "causes": [{"reason": cause.reason.value, "facts": dict(cause.facts)} for cause in entry.causes],
        "lines": {str(key): minor for key, minor in entry.lines.items()},
        "units": {str(key): count for key, count in entry.units.items()},
        "shipping_minor": entry.shipping_minor,
    }


def _entry_from_json(stored: Mapping[str, Any]) -> TraceEntry:
    return TraceEntry(
        promotion_id=stored["promotion_id"],
        key=stored["key"],
        promotion_class=PromotionClass(stored["class"]),
        outcome=Outcome(stored["outcome"]),
        title_en=stored["title_en"],
        title_zh_hans=stored["title_zh_hans"],
        coupon_code=stored["coupon_code"],
        causes=tuple(
            Cause(reason=Reason(cause["reason"]), facts=cause["facts"]) for cause in stored["causes"]
        ),
        lines={int(key): minor for key, minor in stored["lines"].items()},
        units={int(key): count for key, count in stored["units"].items()},
        shipping_minor=stored["shipping_minor"],
    )
