"""Which offers a shopper was shown and does not get any more, line by line."""

from __future__ import annotations

from collections import defaultdict

from django.utils.translation import gettext as _

from catalog.domain.promotions.traces import Reason, Trace, TraceEntry
from catalog.domain.promotions.words import FOR_SHOPPERS, describe_cause, get_title
from orders.domain.carts import CartLineView, CartView
from orders.domain.problems import CartProblem, ProblemCode
from shop.kernel.money import Money


def list_lost_offers(shown: Trace, view: CartView) -> tuple[CartProblem, ...]:
    """Return a problem for each line, and one for the delivery, that an offer took more off when it was shown.

    Each says which offers these were and why, with what the line came to by them and comes to now.
    """
    if shown.currency != view.currency:
        return ()
    lost: dict[int, list[TraceEntry]] = defaultdict(list)
    delivery: list[TraceEntry] = []
    given = {entry.promotion_id: entry for entry in view.trace.applied}
    for entry in shown.applied:
        now = given.get(entry.promotion_id)
        for key, minor in entry.lines.items():
            if minor > (now.lines.get(key, 0) if now else 0):
                lost[key].append(entry)
        if entry.shipping_minor > (now.shipping_minor if now else 0):
            delivery.append(entry)
    lines = [
        _tell_line(line, lost[line.variant_id], shown, view) for line in view.lines if line.variant_id in lost
    ]
    return (*(one for one in lines if one), *([_tell_delivery(delivery, view)] if delivery else []))


def _tell_line(
    line: CartLineView, entries: list[TraceEntry], shown: Trace, view: CartView
) -> CartProblem | None:
    if line.totals is None or line.net is None:
        return None
    before = sum(entry.lines.get(line.variant_id, 0) for entry in shown.applied)
    return CartProblem(
        code=ProblemCode.PROMOTION_GONE,
        message=_say(entries, view),
        line_id=line.line_id,
        sku=line.sku,
        name=line.name,
        old=line.totals.subtotal - Money.from_minor(before, view.currency),
        new=line.net,
    )


def _tell_delivery(entries: list[TraceEntry], view: CartView) -> CartProblem:
    return CartProblem(code=ProblemCode.PROMOTION_GONE, message=_say(entries, view), name=_("Delivery"))


def _say(entries: list[TraceEntry], view: CartView) -> str:
    return " ".join(dict.fromkeys(_say_one(entry, view) for entry in entries))


def _say_one(entry: TraceEntry, view: CartView) -> str:
    title = get_title(entry)
    found = next((one for one in view.trace.entries if one.promotion_id == entry.promotion_id), None)
    if found is None or any(cause.reason is Reason.OVER for cause in found.causes):
        return _("“%(offer)s” has ended.") % {"offer": title}
    reasons = [describe_cause(cause, view.currency) for cause in found.causes if cause.reason in FOR_SHOPPERS]
    told = (
        _("“%(offer)s” gives less than before.") if found.is_applied else _("“%(offer)s” no longer applies.")
    )
    return " ".join([told % {"offer": title}, *reasons])
