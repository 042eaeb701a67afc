"""What goods cost once they lie on the shelf: freight and duty spread over the lines that carry them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from shop.kernel.money import Money, split_amount


@dataclass(frozen=True, kw_only=True)
class LandedLine:
    """A line's own cost, its share of what came on top, and what one unit costs with it."""

    goods: Money
    share: Money
    quantity: int

    @property
    def unit_cost(self) -> Decimal:
        """To three decimals more than the currency's own cent would tell: the sum of units is the line again."""
        if not self.quantity:
            return Decimal(0)
        return ((self.goods + self.share).amount / self.quantity).quantize(Decimal("0.0001"))


def split_landed_cost(goods: Sequence[tuple[Money, int]], *, extra: Money) -> list[LandedLine]:
    """Spreads `extra` over (value, quantity) lines by value so that the shares add up to it to the cent.

    Largest remainder; lines without value share by quantity. Source: INCOTERMS practice of ad-valorem allocation.
    """
    if not goods:
        return []
    values = [value.amount for value, _ in goods]
    weights: list[Decimal | int] = list(values) if any(values) else [quantity for _, quantity in goods]
    shares = split_amount(extra, weights)
    return [
        LandedLine(goods=value, share=share, quantity=quantity)
        for (value, quantity), share in zip(goods, shares, strict=True)
    ]


def find_landed_share(share: Money, *, ordered_quantity: int, before: int, after: int) -> Money:
    """What of a line's share falls on the units from `before` to `after`: the parts of all deliveries add up to it.

    Units beyond the ordered ones carry none.
    """

    def reach(quantity: int) -> Money:
        return (share * (Decimal(min(quantity, ordered_quantity)) / ordered_quantity)).quantized()

    return reach(after) - reach(before)
