"""What differs between what a shopper was shown and what is true now, line by line."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from shop.kernel.money import Money


class ProblemCode(StrEnum):
    """The kinds of difference."""

    PRICE_CHANGED = "price_changed"
    SOLD_OUT = "sold_out"
    FEWER_LEFT = "fewer_left"
    UNAVAILABLE = "unavailable"
    NOT_IN_CURRENCY = "not_in_currency"
    SHIPPING_CHANGED = "shipping_changed"
    TOTAL_CHANGED = "total_changed"
    COUPON_REFUSED = "coupon_refused"
    PROMOTION_GONE = "promotion_gone"


# A price that changed is told and may be accepted; the others need the shopper to act first.
BLOCKING = frozenset(
    {
        ProblemCode.SOLD_OUT,
        ProblemCode.FEWER_LEFT,
        ProblemCode.UNAVAILABLE,
        ProblemCode.NOT_IN_CURRENCY,
        ProblemCode.SHIPPING_CHANGED,
    }
)


@dataclass(frozen=True, kw_only=True)
class CartProblem:
    """One difference; `line_id` is None when it concerns the whole cart."""

    code: ProblemCode
    message: str
    line_id: int | None = None
    sku: str = ""
    name: str = ""
    available_quantity: int | None = None
    old: Money | None = None
    new: Money | None = None
    coupon_code: str = ""

    @property
    def is_blocking(self) -> bool:
        """Whether no order can be placed before the shopper has acted."""
        return self.code in BLOCKING

    def to_facts(self) -> dict[str, object]:
        """The difference as plain values, for programs."""
        return {
            "line_id": self.line_id,
            "sku": self.sku,
            "code": self.code.value,
            "message": self.message,
            "available_quantity": self.available_quantity,
            "old": self.old,
            "new": self.new,
        }


def describe_problem(code: ProblemCode, *, available_quantity: int = 0) -> str:
    """The remedy in plain words, in the active language."""
    if code is ProblemCode.FEWER_LEFT:
        return _("Only %(left)d left. Choose %(left)d or fewer.") % {"left": available_quantity}
    return {
        ProblemCode.PRICE_CHANGED: _("The price has changed since you added it."),
        ProblemCode.SOLD_OUT: _("Sold out. Remove it, or keep it here and come back later."),
        ProblemCode.UNAVAILABLE: _("No longer for sale. Please remove it."),
        ProblemCode.NOT_IN_CURRENCY: _("Not for sale in this currency. Change the currency or remove it."),
        ProblemCode.SHIPPING_CHANGED: _("The chosen delivery is no longer offered. Please choose again."),
        ProblemCode.TOTAL_CHANGED: _("The total has changed."),
        ProblemCode.COUPON_REFUSED: _("This code is not valid any more."),
        ProblemCode.PROMOTION_GONE: _("This discount has just been used up."),
    }[code]
