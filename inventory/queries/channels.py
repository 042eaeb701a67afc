"""Reads of channel stock."""

from collections import Counter
from collections.abc import Collection

from inventory.domain.channels import ChannelRule, count_channel_available
from inventory.models import ChannelPolicy, ChannelStock
from shop.kernel.postgres.statements import Statement

_FOR_SALE = Statement("""
SELECT l.variant_id, l.available, c.policy, c.quantity, c.open_quantity
FROM inventory_stocklevel l
JOIN inventory_warehouse w ON w.id = l.warehouse_id
LEFT JOIN inventory_channelstock c ON c.level_id = l.id AND c.channel = %(channel)s
WHERE w.is_active AND l.variant_id = ANY(%(variants)s::bigint[])
""")


def build_rule(row: ChannelStock) -> ChannelRule:
    """The row as a value."""
    return _choose_rule(row.policy, quantity=row.quantity, open_quantity=row.open_quantity)


def _choose_rule(policy: str | None, *, quantity: int, open_quantity: int) -> ChannelRule:
    if policy == ChannelPolicy.RING_FENCE:
        return ChannelRule(fenced_quantity=open_quantity)
    return ChannelRule(buffer_quantity=quantity)


def list_available_for(channel: str, *, variant_ids: Collection[int]) -> dict[int, int]:
    """What a channel can still sell over all active warehouses; the shared pool where it has no rule. One query."""
    totals: Counter[int] = Counter(dict.fromkeys(variant_ids, 0))
    rows = _FOR_SALE.run(channel=channel, variants=list(totals))
    for variant_id, free, policy, quantity, open_quantity in rows:
        rule = _choose_rule(policy, quantity=quantity or 0, open_quantity=open_quantity or 0)
        totals[variant_id] += count_channel_available(free, rule=rule)
    return dict(totals)
