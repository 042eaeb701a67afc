"""What goes back for articles of an order: what was really paid for them in the end."""

from collections.abc import Iterable
from decimal import Decimal

from django.conf import settings

from catalog.domain.promotions.groups import LinePart, find_final_percent, work_out_return
from catalog.domain.promotions.traces import Trace
from orders.models import BuyingGroup, GroupPlace, Order, OrderLine
from orders.queries.groups import read_group_terms
from shop.kernel.money import Money


def list_line_returns(order: Order, lines: Iterable[OrderLine]) -> dict[int, Money]:
    """What was paid for the open part of each line, by its key; rounded to the minor unit. One query.

    After discounts, with its tax, and without what its group has given back already.
    """
    place = GroupPlace.objects.select_related("group").filter(order=order, returned_amount__gt=0).first()
    return {line.pk: _work_out_open_part(order, line, group=place.group if place else None) for line in lines}


def _work_out_open_part(order: Order, line: OrderLine, *, group: BuyingGroup | None) -> Money:
    paid = line.subtotal_amount - line.discount_amount
    if not order.prices_include_tax:
        paid += line.tax_amount
    if group is not None:
        paid -= Money.from_minor(work_out_group_return(line, group), order.currency).amount
    return Money(paid * Decimal(line.open_quantity) / line.quantity, order.currency).quantized()


def work_out_group_return(line: OrderLine, group: BuyingGroup) -> int:
    """What the group's final step is worth for a line beyond what was paid at once, in minor units."""
    part = _find_part(line, promotion_id=group.promotion_id)
    if part is None:
        return 0
    percent = find_final_percent(read_group_terms(group.terms), group.paid_quantity)
    return work_out_return(part, percent=percent, floor_percent=settings.PROMOTION_FLOOR_PERCENT)


def _find_part(line: OrderLine, *, promotion_id: int) -> LinePart | None:
    """The line's part of the group price, from its own trace; None for a line that the group did not reduce."""
    entries = Trace.from_json(line.price_trace).applied
    taken = sum(
        entry.lines.get(line.variant_id, 0) for entry in entries if entry.promotion_id == promotion_id
    )
    if not taken:
        return None
    return LinePart(
        list_minor=line.subtotal.to_minor(),
        taken_minor=taken,
        discount_minor=line.discount.to_minor(),
        tax_minor=line.tax.to_minor(),
        has_tax_inside=line.order.prices_include_tax,
    )
