"""Selling through a channel: its ring fence and its buffer, decided under the locks of the levels."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from inventory import locks
from inventory.domain.allocation import Shelf, list_shortages, plan_allocation
from inventory.domain.channels import ChannelRule, count_channel_available, count_out_of_fence
from inventory.domain.errors import InvalidQuantity, OutOfStock, StockTooLow
from inventory.domain.requests import Shortage
from inventory.models import ChannelPolicy, ChannelStock, Reservation, StockLevel
from inventory.queries.channels import build_rule
from inventory.services.changes import publish_stock_changes
from shop.kernel.audit import record_audit
from shop.kernel.clock import now
from shop.kernel.transactions import transactional


@transactional
def set_channel_stock(
    level_id: int, *, channel: str, policy: ChannelPolicy, quantity: int, actor: str
) -> ChannelStock:
    """Sets a channel's rule on a level; a ring fence takes its pieces out of the shared pool.

    Locks the level. Publishes StockChanged. Raises StockTooLow when less is free than is to be set aside, and
    InvalidQuantity below zero. May be repeated.
    """
    if quantity < 0:
        raise InvalidQuantity(quantity)
    level = _lock_level(level_id)
    known = next(iter(locks.lock_channel_rules([level.pk], channel=channel)), None)
    was_open = known.open_quantity if known else 0
    is_open = quantity if policy == ChannelPolicy.RING_FENCE else 0
    if is_open - was_open > level.free_quantity:
        raise StockTooLow(
            Shortage(
                variant_id=level.variant_id,
                requested_quantity=is_open,
                available_quantity=max(level.free_quantity, 0) + was_open,
            ),
            warehouse_id=level.warehouse_id,
        )
    rule, _ = ChannelStock.objects.update_or_create(
        level=level,
        channel=channel,
        defaults={"policy": policy, "quantity": quantity, "open_quantity": is_open},
    )
    _shift_fenced(level, by=is_open - was_open)
    record_audit(
        actor,
        action="inventory.set_channel_stock",
        target=f"stock_level:{level.pk}",
        channel=channel,
        policy=policy,
        quantity=quantity,
    )
    return rule


@transactional
def drop_channel_stock(rule_id: int, *, actor: str) -> None:
    """Ends a rule; what was set aside and not sold is shared again. Locks the level, publishes StockChanged."""
    level = _lock_level(ChannelStock.objects.values_list("level_id", flat=True).get(pk=rule_id))
    rule = ChannelStock.objects.get(pk=rule_id)
    _shift_fenced(level, by=-rule.open_quantity)
    record_audit(
        actor, action="inventory.drop_channel_stock", target=f"stock_level:{level.pk}", channel=rule.channel
    )
    rule.delete()


def _lock_level(level_id: int) -> StockLevel:
    shelf = StockLevel.objects.values_list("variant_id", "warehouse_id").get(pk=level_id)
    return locks.lock_levels([shelf])[shelf]


def _shift_fenced(level: StockLevel, *, by: int) -> None:
    if by:
        level.fenced += by
        level.save(update_fields=["fenced"])
        publish_stock_changes({level.variant_id})


def hold_for_channel(
    reference: str, *, wanted: Mapping[int, int], channel: str, expires_at: datetime, country: str
) -> bool:
    """Plans and takes under the locks of all shelves that may serve: a channel's rules must not move meanwhile.

    False when it could not be taken. Needs the caller's transaction. Raises OutOfStock.
    """
    levels = [level for level in locks.lock_levels_of(wanted.keys()) if level.warehouse.is_active]
    rules = {
        row.level_id: build_rule(row)
        for row in locks.lock_channel_rules([level.pk for level in levels], channel=channel)
    }
    shelves = [_build_shelf(level, rule=rules.get(level.pk, ChannelRule())) for level in levels]
    if shortages := list_shortages(wanted, shelves=shelves):
        raise OutOfStock(shortages)
    plan = plan_allocation(wanted, shelves=shelves, country=country)
    by_shelf = {(level.variant_id, level.warehouse_id): level.pk for level in levels}
    fences = {
        line.shelf: count_out_of_fence(line.quantity, rule=rules.get(by_shelf[line.shelf], ChannelRule()))
        for line in plan
    }
    for shelf, quantity in fences.items():
        _move_fence(by_shelf[shelf], channel=channel, by=-quantity)
    return locks.take_plan(
        reference, plan=plan, expires_at=expires_at, created_at=now(), channel=channel, fences=fences
    )


def _build_shelf(level: StockLevel, *, rule: ChannelRule) -> Shelf:
    return Shelf(
        variant_id=level.variant_id,
        warehouse_id=level.warehouse_id,
        available_quantity=count_channel_available(level.free_quantity, rule=rule),
        country=level.warehouse.country,
        priority=level.warehouse.priority,
    )


def refill_fences(reservations: Sequence[Reservation]) -> dict[tuple[int, int], int]:
    """What of these holds goes back into its ring fence, by shelf; a fence that is gone takes nothing back.

    The levels must be locked.
    """
    refilled: dict[tuple[int, int], int] = {}
    for row in reservations:
        if not row.fenced_quantity:
            continue
        shelf = (row.variant_id, row.warehouse_id)
        rule = ChannelStock.objects.filter(
            level__variant_id=row.variant_id,
            level__warehouse_id=row.warehouse_id,
            channel=row.channel,
            policy=ChannelPolicy.RING_FENCE,
        ).first()
        if rule is None:
            continue
        back = min(row.fenced_quantity, row.open_quantity, rule.quantity - rule.open_quantity)
        _move_fence(rule.level_id, channel=row.channel, by=back)
        refilled[shelf] = back
    return refilled


def _move_fence(level_id: int, *, channel: str, by: int) -> None:
    if by:
        rule = ChannelStock.objects.get(level_id=level_id, channel=channel)
        rule.open_quantity += by
        rule.save(update_fields=["open_quantity"])
