"""Reads of channel stock."""

from collections import Counter
from collections.abc import Collection

from inventory.domain.channels import ChannelRule, count_channel_available
from inventory.models import ChannelPolicy, ChannelStock, StockLevel
from inventory.queries.levels import list_available


def build_rule(row: ChannelStock) -> ChannelRule:
    """The row as a value."""
    if row.policy == ChannelPolicy.RING_FENCE:
        return ChannelRule(fenced_quantity=row.open_quantity)
    return ChannelRule(buffer_quantity=row.quantity)


def list_available_for(channel: str, *, variant_ids: Collection[int]) -> dict[int, int]:
    """What a channel can still sell over all active warehouses; the shared pool when it has no rule. Two queries."""
    if not channel:
        return list_available(variant_ids)
    rules = {
        row.level_id: build_rule(row)
        for row in ChannelStock.objects.filter(channel=channel, level__variant_id__in=variant_ids)
    }
    totals: Counter[int] = Counter(dict.fromkeys(variant_ids, 0))
    for level in StockLevel.objects.for_sale().filter(variant_id__in=variant_ids):
        rule = rules.get(level.pk, ChannelRule())
        totals[level.variant_id] += count_channel_available(level.free_quantity, rule=rule)
    return dict(totals)
