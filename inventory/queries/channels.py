"""Reads of channel stock."""

from collections import Counter
from collections.abc import Collection

from django.db.models import FilteredRelation, Q

from inventory.domain.channels import ChannelRule, count_channel_available
from inventory.models import ChannelPolicy, ChannelStock, StockLevel


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
    own = FilteredRelation("channel_rules", condition=Q(channel_rules__channel=channel))
    rows = (
        StockLevel.objects.for_sale()
        .filter(variant_id__in=totals.keys())
        .annotate(rule=own)
        .order_by()
        .values_list("variant_id", "available", "rule__policy", "rule__quantity", "rule__open_quantity")
    )
    for variant_id, free, policy, quantity, open_quantity in rows:
        rule = _choose_rule(policy, quantity=quantity or 0, open_quantity=open_quantity or 0)
        totals[variant_id] += count_channel_available(free, rule=rule)
    return dict(totals)
