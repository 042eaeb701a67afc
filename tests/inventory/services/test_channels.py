"""What a channel may sell: shared, ring-fenced or with a buffer."""

from datetime import timedelta

import pytest

from inventory.domain.errors import InvalidQuantity, OutOfStock, StockTooLow
from inventory.domain.requests import ShipRequest, StockRequest
from inventory.models import ChannelPolicy, ChannelStock, StockLevel
from inventory.queries.channels import list_available_for
from inventory.services.channels import drop_channel_stock, set_channel_stock
from inventory.services.reservations import confirm_reservation, release_stock, reserve_stock
from inventory.services.stock import ship_stock
from shop.kernel.clock import now
from shop.kernel.invariants import check_invariants
from tests.factories.inventory import make_bare_variant, make_stock, make_warehouse

pytestmark = pytest.mark.django_db


def hold(reference: str, *, level: StockLevel, quantity: int, channel: str = "") -> None:
    reserve_stock(
        reference,
        lines=[StockRequest(variant_id=level.variant_id, quantity=quantity)],
        expires_at=now() + timedelta(minutes=5),
        channel=channel,
    )


def see(level: StockLevel, channel: str = "") -> int:
    return list_available_for(channel, variant_ids=[level.variant_id])[level.variant_id]


@pytest.fixture
def level() -> StockLevel:
    return make_stock(make_bare_variant(), warehouse=make_warehouse(), quantity=10)


def test_without_a_rule_all_share(level: StockLevel) -> None:
    assert (see(level), see(level, "market")) == (10, 10)
    hold("m:1", level=level, quantity=10, channel="market")
    assert (see(level), see(level, "market")) == (0, 0)


def test_what_is_set_aside_is_for_its_channel_only(level: StockLevel) -> None:
    set_channel_stock(level.pk, channel="market", policy=ChannelPolicy.RING_FENCE, quantity=4, actor="ann")
    assert (see(level), see(level, "market"), see(level, "other")) == (6, 10, 6)
    with pytest.raises(OutOfStock):
        hold("order:1", level=level, quantity=7)
    hold("order:2", level=level, quantity=6)
    assert (see(level), see(level, "market")) == (0, 4)
    hold("m:1", level=level, quantity=3, channel="market")
    assert ChannelStock.objects.get().open_quantity == 1
    with pytest.raises(OutOfStock):
        hold("m:2", level=level, quantity=2, channel="market")
    assert check_invariants() == []


def test_the_fence_is_used_first_and_gets_back_what_was_not_shipped(level: StockLevel) -> None:
    set_channel_stock(level.pk, channel="market", policy=ChannelPolicy.RING_FENCE, quantity=4, actor="ann")
    hold("m:1", level=level, quantity=6, channel="market")
    level.refresh_from_db()
    assert (level.reserved, level.fenced, level.available) == (6, 0, 4)
    confirm_reservation("m:1")
    request = ShipRequest(variant_id=level.variant_id, warehouse_id=level.warehouse_id, quantity=3)
    ship_stock("m:1", lines=[request], source_id="P1")
    release_stock("m:1", reason="rest cancelled")
    level.refresh_from_db()
    assert (level.on_hand, level.reserved, level.fenced, level.available) == (7, 0, 3, 4)
    assert check_invariants() == []


def test_a_buffer_hides_the_last_ones_from_its_channel(level: StockLevel) -> None:
    set_channel_stock(level.pk, channel="market", policy=ChannelPolicy.BUFFER, quantity=3, actor="ann")
    assert (see(level), see(level, "market")) == (10, 7)
    with pytest.raises(OutOfStock):
        hold("m:1", level=level, quantity=8, channel="market")
    hold("m:1", level=level, quantity=7, channel="market")
    assert (see(level), see(level, "market")) == (3, 0)
    hold("order:1", level=level, quantity=3)


def test_no_more_is_set_aside_than_is_free(level: StockLevel) -> None:
    hold("order:1", level=level, quantity=8)
    with pytest.raises(StockTooLow, match="Only 2 are free"):
        set_channel_stock(
            level.pk, channel="market", policy=ChannelPolicy.RING_FENCE, quantity=3, actor="ann"
        )
    with pytest.raises(InvalidQuantity):
        set_channel_stock(level.pk, channel="market", policy=ChannelPolicy.BUFFER, quantity=-1, actor="ann")
    rule = set_channel_stock(
        level.pk, channel="market", policy=ChannelPolicy.RING_FENCE, quantity=2, actor="ann"
    )
    set_channel_stock(level.pk, channel="market", policy=ChannelPolicy.BUFFER, quantity=2, actor="ann")
    level.refresh_from_db()
    assert (level.fenced, level.available) == (0, 2)
    drop_channel_stock(rule.pk, actor="ann")
    assert see(level, "market") == 2


def test_a_dropped_fence_takes_nothing_back(level: StockLevel) -> None:
    rule = set_channel_stock(
        level.pk, channel="market", policy=ChannelPolicy.RING_FENCE, quantity=4, actor="ann"
    )
    hold("m:1", level=level, quantity=2, channel="market")
    drop_channel_stock(rule.pk, actor="ann")
    release_stock("m:1", reason="cancelled")
    assert see(level) == 10
    assert check_invariants() == []
