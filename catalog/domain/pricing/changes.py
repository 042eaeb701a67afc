"""New prices from old ones: by per cent, by amount, or set; with an ending that looks like the shop."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shop.kernel.errors import Conflict, Invalid, NotAllowed
from shop.kernel.money import minor_unit, quantize_amount

HUNDRED = Decimal(100)
MOST_AMOUNT = Decimal(10) ** 12


class ChangeKind(StrEnum):
    """How a price is changed; a negative value lowers it."""

    PERCENT = "percent"
    AMOUNT = "amount"
    SET = "set"


class CompareAt(StrEnum):
    """What becomes of the compare-at price."""

    KEEP = "keep"
    OLD_PRICE = "old_price"
    CLEAR = "clear"


class PriceChangeInvalid(Invalid):
    """A change that cannot be meant."""

    code = "price_change_invalid"


class BatchMoved(Conflict):
    """The change of prices is not where the caller thinks."""

    code = "price_batch_moved"

    def __init__(self) -> None:
        super().__init__(_("This change has moved on. Please look at it again."))


class OwnPriceChange(NotAllowed):
    """A change with large moves is confirmed by somebody else than who put it together."""

    code = "own_price_change"

    def __init__(self, quantity: int) -> None:
        super().__init__(
            ngettext(
                "%(count)d price moves further than its mark: somebody else than who put the change together confirms it.",
                "%(count)d prices move further than their mark: somebody else than who put the change together confirms it.",
                quantity,
            )
            % {"count": quantity},
            quantity=quantity,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class PriceRule:
    """What is done to every price that is chosen; `ending` such as 0.99 of whole units of the currency, or none."""

    kind: ChangeKind
    value: Decimal
    ending: Decimal | None = None
    compare_at: CompareAt = CompareAt.KEEP

    def __post_init__(self) -> None:
        if abs(self.value) > MOST_AMOUNT or (self.kind is ChangeKind.SET and self.value < 0):
            raise PriceChangeInvalid(_("This value cannot be meant."), field="value")
        if self.kind is ChangeKind.PERCENT and not -HUNDRED <= self.value <= 10 * HUNDRED:
            raise PriceChangeInvalid(_("Write a percentage from -100 to 1000."), field="value")
        if self.ending is not None and not 0 <= self.ending < 1:
            raise PriceChangeInvalid(_("An ending is 0 or more and below 1, such as 0.99."), field="ending")


@dataclass(frozen=True, kw_only=True, slots=True)
class NewPrice:
    """A price after its change."""

    amount: Decimal
    compare_at: Decimal | None


def compute_new_price(
    amount: Decimal, *, compare_at: Decimal | None, rule: PriceRule, currency: str
) -> NewPrice:
    """Return the new price, never below zero; a compare-at price that would not be above it goes."""
    raw = {
        ChangeKind.PERCENT: amount + amount * rule.value / HUNDRED,
        ChangeKind.AMOUNT: amount + rule.value,
        ChangeKind.SET: rule.value,
    }[rule.kind]
    fresh = max(Decimal(0), quantize_amount(raw, currency))
    if rule.ending is not None and fresh:
        fresh = round_to_ending(fresh, ending=rule.ending, currency=currency)
    wanted = {CompareAt.KEEP: compare_at, CompareAt.OLD_PRICE: amount, CompareAt.CLEAR: None}[rule.compare_at]
    return NewPrice(amount=fresh, compare_at=wanted if wanted is not None and wanted > fresh else None)


def round_to_ending(amount: Decimal, *, ending: Decimal, currency: str) -> Decimal:
    """Return the nearest amount with the ending; of two as near the lower one, and never nothing."""
    whole = amount.to_integral_value(rounding=ROUND_FLOOR)
    candidates = [whole + step + quantize_amount(ending, currency) for step in (-1, 0, 1)]
    usable = [found for found in candidates if found >= minor_unit(currency)]
    return min(usable, key=lambda found: (abs(found - amount), found))
