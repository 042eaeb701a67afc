"""What a sales channel may sell of a shelf: pure arithmetic."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ChannelRule:
    """What a channel's rule says about one shelf; without a rule both are zero and all is shared."""

    fenced_quantity: int = 0
    buffer_quantity: int = 0


def count_channel_available(shared_quantity: int, *, rule: ChannelRule) -> int:
    """What the channel may sell: the shared pool and its own fence, less its buffer, never below zero."""
    return max(shared_quantity + rule.fenced_quantity - rule.buffer_quantity, 0)


def count_out_of_fence(quantity: int, *, rule: ChannelRule) -> int:
    """How much of a sale comes out of what was set aside: that first, then the shared pool."""
    return min(quantity, rule.fenced_quantity)
