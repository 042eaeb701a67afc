"""Which step of a shipping method's prices counts for a weight."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shop.kernel.money import Money


@dataclass(frozen=True, kw_only=True)
class RateStep:
    """A price up to a weight (None: any), free from a value of the goods when that is set."""

    max_weight_grams: int | None
    price: Money
    free_from: Money | None = None
    is_free_by_list: bool = False


@dataclass(frozen=True, kw_only=True)
class GoodsValue:
    """What the goods come to before and after discounts."""

    listed: Money
    paid: Money


@dataclass(frozen=True, kw_only=True)
class ShippingOption:
    """A way to deliver, as it is offered for one cart."""

    code: str
    name: str
    carrier: str
    price: Money
    days_from: int
    days_to: int

    @property
    def promise(self) -> str:
        """The days in plain words, in the active language."""
        return describe_promise(self.days_from, self.days_to)


def describe_promise(days_from: int, days_to: int) -> str:
    """`2 to 4 working days`."""
    if days_from == days_to:
        return ngettext("%(days)d working day", "%(days)d working days", days_to) % {"days": days_to}
    return _("%(first)d to %(last)d working days") % {
        "first": days_from,
        "last": days_to,
    }


def find_shipping_price(steps: Sequence[RateStep], *, weight_grams: int, goods: GoodsValue) -> Money | None:
    """The price of the lowest step that carries the weight; None when it is too heavy for all.

    Whether discounts count towards free delivery is the operator's choice, step by step.
    """
    fitting = [
        step for step in steps if step.max_weight_grams is None or step.max_weight_grams >= weight_grams
    ]
    if not fitting:
        return None
    step = min(
        fitting,
        key=lambda step: (step.max_weight_grams is None, step.max_weight_grams or 0),
    )
    value = goods.listed if step.is_free_by_list else goods.paid
    is_free = step.free_from is not None and value >= step.free_from
    return Money.zero(step.price.currency) if is_free else step.price.quantized()
