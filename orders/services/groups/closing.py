"""Closing groups when their time is up, and settling their orders: released to packing, or cancelled and paid back."""

from typing import Final

import structlog

from catalog.domain.promotions.groups import Verdict, find_final_percent, judge_group
from orders import locks
from orders.domain.events import GroupOrderReleased
from orders.domain.groups import GroupComplete, GroupNotOpen, write_percent
from orders.domain.outcomes import CancelReason
from orders.domain.states import GroupStatus, OrderStatus, PlaceState
from orders.models import BuyingGroup, GroupPlace, Order
from orders.queries.groups import read_group_terms
from orders.queries.line_returns import work_out_group_return
from orders.services.groups.places import mark_closed
from orders.services.lifecycle import cancel_order
from orders.services.transitions import note_order_event
from shop.kernel.audit import record_audit
from shop.kernel.clock import now
from shop.kernel.events import publish
from shop.kernel.money import Money
from shop.kernel.transactions import transactional

log = structlog.get_logger(__name__)

BATCH: Final = 200


def close_due_groups() -> int:
    """Close the groups whose time is up, each by itself; how many. May run twice at once, or late."""
    due = list(
        BuyingGroup.objects.due(now()).order_by("closes_at", "pk").values_list("pk", flat=True)[:BATCH]
    )
    return sum(close_due_group(group_id) for group_id in due)


@transactional
def close_due_group(group_id: int) -> bool:
    """Complete or release one group whose time is up. Locks the group. False when there is nothing to do (any more)."""
    group = locks.lock_group(group_id)
    if group.status != GroupStatus.OPEN or group.closes_at is None or group.closes_at > now():
        return False
    verdict = judge_group(
        paid=group.paid_quantity, minimum=group.minimum_people, largest=group.largest_people, is_over=True
    )
    mark_closed(group, verdict=verdict, actor="system")
    return True


@transactional
def force_group(group_id: int, *, verdict: Verdict, actor: str) -> BuyingGroup:
    """An operator ends a group before its time. Locks the group; writes the audit log. Raises GroupNotOpen.

    Completed with too few people, everybody keeps the price that was paid. May be repeated: then it is not open.
    """
    group = locks.lock_group(group_id)
    if group.status != GroupStatus.OPEN or (verdict is Verdict.COMPLETE and not group.paid_quantity):
        raise GroupNotOpen
    mark_closed(group, verdict=verdict, actor=actor)
    record_audit(
        actor, action=f"group.{group.status}", target=f"group:{group.pk}", people=group.paid_quantity
    )
    return group


@transactional
def leave_group(order_id: int, *, actor: str) -> Order:
    """A member leaves while the group gathers: the order ends, all money goes back, the place is free.

    Locks the order, then its group. Raises GroupComplete when the group has closed.
    """
    order = locks.lock_order(order_id)
    place = GroupPlace.objects.filter(order=order).exclude(state=PlaceState.LEFT).first()
    if place is None or locks.lock_group(place.group_id).status not in {GroupStatus.NEW, GroupStatus.OPEN}:
        raise GroupComplete
    return cancel_order(order.pk, reason=CancelReason.CUSTOMER, actor=actor)


def settle_places() -> int:
    """Settle the members of closed groups, each by itself; how many. May run twice at once, or late."""
    closed = (GroupStatus.COMPLETED, GroupStatus.RELEASED)
    places = GroupPlace.objects.filter(settled_at=None, group__status__in=closed).order_by("pk")
    done = 0
    for place_id in list(places.values_list("pk", flat=True)[:BATCH]):
        try:
            done += settle_place(place_id)
        except Exception:
            log.exception("group.place_unsettled", place_id=place_id)
    return done


@transactional
def settle_place(place_id: int) -> bool:
    """Release a member's order with the group's final price, or cancel it. Locks the order; once per place.

    Publishes GroupOrderReleased with what goes back (payments refunds it), or OrderCancelled. False: settled before.
    """
    place = GroupPlace.objects.select_related("group").get(pk=place_id)
    order = locks.lock_order(place.order_id)
    place.refresh_from_db()
    if place.settled_at is not None:
        return False
    is_in = place.group.status == GroupStatus.COMPLETED and place.state == PlaceState.PAID
    if is_in and order.status == OrderStatus.CONFIRMED:
        _release(order, place)
    else:
        is_late = place.group.status == GroupStatus.COMPLETED
        reason = CancelReason.GROUP_CLOSED if is_late else CancelReason.GROUP_RELEASED
        cancel_order(order.pk, reason=reason, actor="system")
    GroupPlace.objects.filter(pk=place.pk, settled_at=None).update(settled_at=now())
    return True


def _release(order: Order, place: GroupPlace) -> None:
    group = place.group
    percent = find_final_percent(read_group_terms(group.terms), group.paid_quantity)
    returned = _work_out_return(order, group)
    place.returned_amount = returned.amount
    place.settled_at = order.released_at = now()
    place.save(update_fields=["returned_amount", "settled_at"])
    order.hold_reason = ""
    order.save(update_fields=["hold_reason", "released_at"])
    note_order_event(
        order,
        "group.completed",
        actor="system",
        facts={"people": group.paid_quantity, "percent": write_percent(percent), "returned": str(returned)},
    )
    publish(
        GroupOrderReleased(
            order_id=order.pk,
            number=order.number,
            place_id=place.pk,
            people=group.paid_quantity,
            percent=percent,
            returned_amount=returned.amount,
            currency=returned.currency,
        )
    )


def _work_out_return(order: Order, group: BuyingGroup) -> Money:
    """What the final step is worth beyond what was paid at once; no more than the order still holds."""
    minor = sum(work_out_group_return(line, group) for line in order.lines.select_related("order"))
    left = (order.total - order.refunded).to_minor()
    return Money.from_minor(min(minor, left), order.currency)
