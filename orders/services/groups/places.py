"""Places in groups: taken with an order, kept by its payment, free again when it ends. Counters are single updates."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import F, Q

from catalog.domain.promotions.groups import Verdict, get_largest, get_minimum, judge_group
from catalog.domain.promotions.reading import dump_term
from catalog.models import Promotion, Variant
from orders.domain.events import GroupClosed as GroupClosedEvent
from orders.domain.groups import AlreadyInGroup, GroupClosed, GroupFull
from orders.domain.states import GroupStatus, PlaceState
from orders.models import BuyingGroup, Cart, GroupKey, GroupPlace, Order
from orders.queries.groups import read_group_terms
from shop.kernel.clock import now
from shop.kernel.events import publish
from shop.kernel.transactions import require_transaction

CLOSED_AS = {Verdict.COMPLETE: GroupStatus.COMPLETED, Verdict.RELEASE: GroupStatus.RELEASED}


def take_place(order: Order, cart: Cart, *, variant_id: int, customer_keys: Sequence[str]) -> GroupPlace:
    """Take a place for a new order, in the cart's group or in a new one. Before promotions and stock.

    Of rivals for the last place one gets it. Raises GroupFull, GroupClosed, AlreadyInGroup.
    """
    require_transaction()
    group_id = cart.group_id or _make_group(cart, variant_id=variant_id).pk
    _count_place(group_id, is_new=cart.group_id is None)
    if GroupKey.objects.filter(group_id=group_id, customer_key__in=customer_keys).exists():
        raise AlreadyInGroup
    place = GroupPlace.objects.create(group_id=group_id, order=order, created_at=now())
    GroupKey.objects.bulk_create(
        GroupKey(group_id=group_id, place=place, customer_key=key) for key in sorted(customer_keys)
    )
    return place


def _make_group(cart: Cart, *, variant_id: int) -> BuyingGroup:
    promotion = Promotion.objects.get(pk=cart.group_promotion_id or 0)
    terms = read_group_terms(promotion.action)
    return BuyingGroup.objects.create(
        promotion=promotion,
        product_id=Variant.objects.values_list("product_id", flat=True).get(pk=variant_id),
        terms=dump_term(terms),
        minimum_people=get_minimum(terms),
        largest_people=get_largest(terms),
        created_at=now(),
    )


def _count_place(group_id: int, *, is_new: bool) -> None:
    """The one conditional update: no row, no place."""
    group = BuyingGroup.objects.filter(pk=group_id)
    joinable = Q(status=GroupStatus.NEW) if is_new else Q(status=GroupStatus.OPEN, closes_at__gt=now())
    free = group.filter(joinable, held_quantity__lt=F("largest_people"))
    if free.update(held_quantity=F("held_quantity") + 1):
        return
    raise GroupFull if group.filter(joinable).exists() else GroupClosed


def keep_place(order: Order) -> bool:
    """The order is paid: its place counts; the first one opens the group, the last one completes it. Before stock.

    False when the group has closed meanwhile: then the money must go back. The caller holds the order's lock.
    """
    require_transaction()
    place = GroupPlace.objects.select_related("group__promotion").get(order=order)
    group = place.group
    instant = now()
    times = {} if group.opened_at else {"opened_at": instant, "closes_at": _find_end(group, instant)}
    gathering = BuyingGroup.objects.gathering().filter(pk=group.pk)
    if not gathering.update(paid_quantity=F("paid_quantity") + 1, status=GroupStatus.OPEN, **times):
        return False
    GroupPlace.objects.filter(pk=place.pk).update(state=PlaceState.PAID)
    group.refresh_from_db()
    verdict = judge_group(
        paid=group.paid_quantity, minimum=group.minimum_people, largest=group.largest_people, is_over=False
    )
    if verdict is Verdict.COMPLETE:
        mark_closed(group, verdict=verdict, actor="system")
    return True


def _find_end(group: BuyingGroup, opened_at: datetime) -> datetime:
    """A group does not outlive its campaign."""
    end = opened_at + timedelta(hours=read_group_terms(group.terms).group_hours)
    ends_at = group.promotion.ends_at
    return min(end, ends_at) if ends_at else end


def leave_place(order: Order) -> None:
    """The order ends: its place is free while the group gathers; a group that everybody has left is released.

    The caller holds the order's lock. Before promotions and stock. May be repeated.
    """
    require_transaction()
    place = GroupPlace.objects.filter(order=order).exclude(state=PlaceState.LEFT).first()
    if place is None:
        return
    paid = 1 if place.state == PlaceState.PAID else 0
    gathering = BuyingGroup.objects.gathering().filter(pk=place.group_id)
    is_counted = gathering.update(
        held_quantity=F("held_quantity") - 1, paid_quantity=F("paid_quantity") - paid
    )
    GroupKey.objects.filter(place=place).delete()
    GroupPlace.objects.filter(pk=place.pk).update(state=PlaceState.LEFT, settled_at=now())
    if is_counted:
        empty = gathering.filter(held_quantity=0)
        empty.update(status=GroupStatus.RELEASED, closed_at=now(), closed_by="system")


def mark_closed(group: BuyingGroup, *, verdict: Verdict, actor: str) -> None:
    """Close a group whose row the caller holds locked; publishes GroupClosed. Its orders are settled one by one later."""
    require_transaction()
    group.status = CLOSED_AS[verdict]
    group.closed_at = now()
    group.closed_by = actor
    group.save(update_fields=["status", "closed_at", "closed_by"])
    publish(
        GroupClosedEvent(
            group_id=group.pk, token=group.token, status=group.status, people=group.paid_quantity
        )
    )
