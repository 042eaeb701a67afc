"""What an operator changes about an order before it has left: hold, let go, take articles out, send it elsewhere."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from inventory.queries.picking import list_needs
from inventory.services.reservations import release_variants
from orders.domain.errors import (
    AddressRefused,
    LinesNotCancellable,
    NothingToShip,
    OrderRefunded,
    OrderUnderWay,
)
from orders.domain.groups import OrderHeld
from orders.models import GroupPlace, Order, OrderLine
from orders.queries.fulfilment import is_shippable, list_kept_back, list_pick_lists
from orders.queries.orders import get_order_view
from orders.services.addresses import change_address
from orders.services.checkout import place_order
from orders.services.fulfilment import allocate_order
from orders.services.groups.closing import settle_places
from orders.services.holds import hold_order, release_order
from orders.services.lifecycle import cancel_order, mark_refunded
from orders.services.order_lines import cancel_lines
from orders.services.tracking import record_tracking
from shop.kernel.errors import Invalid
from shop.kernel.models import AuditEntry, OutboxEvent, OutgoingEmail
from shop.kernel.money import Money
from tests.factories.groups import make_group_campaign, make_group_cart, pay_in_full
from tests.factories.orders import (
    ADDRESS,
    list_broken_invariants,
    make_article,
    make_order,
    make_shipping,
    make_tax,
)
from tests.factories.shipments import make_node, make_shipment

pytestmark = pytest.mark.django_db

WHO = "owner@example.com"


def refresh(order: Order) -> Order:
    return Order.objects.get(pk=order.pk)


def list_kinds(order: Order) -> list[str]:
    return list(order.events.order_by("pk").values_list("kind", flat=True))


# Hold and release


def test_a_held_order_is_offered_to_nobody_until_it_is_let_go() -> None:
    order = make_order(is_paid=True)
    allocate_order(order.pk, actor=WHO)
    hold_order(order.pk, reason="Wants it a week later", actor=WHO)
    held = refresh(order)
    assert (held.hold_reason, held.fulfilment_status) == ("operator", "unfulfilled")
    assert not is_shippable(held)
    assert not Order.objects.to_ship().exists()
    assert list_pick_lists([order.pk]) == []
    with pytest.raises(OrderHeld):
        allocate_order(order.pk, actor=WHO)
    release_order(order.pk, actor=WHO)
    free = refresh(order)
    assert free.hold_reason == ""
    assert free.released_at is not None
    assert list(Order.objects.to_ship()) == [order]
    assert list_kinds(order)[-3:] == ["fulfilment.unfulfilled", "order.held", "order.let_go"]
    assert list_broken_invariants() == []


def test_holding_and_letting_go_twice_changes_nothing_more() -> None:
    order = make_order(is_paid=True)
    for _ in range(2):
        hold_order(order.pk, reason="Asked by telephone", actor=WHO)
    for _ in range(2):
        release_order(order.pk, actor=WHO)
    assert list_kinds(order)[-2:] == ["order.held", "order.let_go"]
    assert AuditEntry.objects.filter(action="orders.hold_order").count() == 1


def test_why_an_order_waits_is_for_the_house_only() -> None:
    order = make_order(is_paid=True)
    hold_order(order.pk, reason="Smells of fraud", actor=WHO)
    shown = get_order_view(refresh(order))
    assert all("fraud" not in f"{entry.title} {entry.text}" for entry in shown.timeline)


def test_an_order_is_not_held_without_a_word_nor_after_something_left() -> None:
    order = make_order(is_paid=True)
    with pytest.raises(Invalid):
        hold_order(order.pk, reason="  ", actor=WHO)
    make_shipment(order)
    with pytest.raises(OrderUnderWay):
        hold_order(order.pk, reason="Too late", actor=WHO)
    assert refresh(order).hold_reason == ""


def test_a_held_order_can_be_cancelled() -> None:
    order = make_order(is_paid=True)
    hold_order(order.pk, reason="Asked by telephone", actor=WHO)
    cancel_order(order.pk, reason="operator", actor=WHO)
    assert (refresh(order).status, refresh(order).hold_reason) == ("cancelled", "")


# What must not be picked


def test_walks_leave_out_what_is_held_or_refunded() -> None:
    article = make_article(stock=9)
    free, held, refunded = (make_order((article, 1), is_paid=True) for _ in range(3))
    hold_order(held.pk, reason="Asked by telephone", actor=WHO)
    mark_refunded(refunded.pk, refunded_total=refunded.total)
    warehouse_id = article.stock_levels.get().warehouse_id
    assert [need.reference for need in list_needs(warehouse_id)] == [free.reference]
    references = [order.reference for order in (free, held, refunded)]
    assert list_kept_back(references) == {held.reference, refunded.reference}
    assert list_kept_back(["shop:counter"]) == set()


def test_what_was_refunded_is_neither_packed_nor_shipped_and_waits_to_be_cancelled() -> None:
    order = make_order(is_paid=True)
    mark_refunded(order.pk, refunded_total=order.total)
    assert not Order.objects.to_ship().exists()
    assert list(Order.objects.to_cancel()) == [order]
    assert not is_shippable(refresh(order))
    assert list_pick_lists([order.pk]) == []
    with pytest.raises(OrderRefunded):
        allocate_order(order.pk, actor=WHO)
    with pytest.raises(OrderRefunded):
        make_shipment(order)
    cancel_order(order.pk, reason="operator", actor=WHO)
    assert not Order.objects.to_cancel().exists()


def test_what_was_refunded_in_part_is_still_shipped() -> None:
    order = make_order(is_paid=True)
    mark_refunded(order.pk, refunded_total=Money(Decimal("1.00"), "EUR"))
    assert list(Order.objects.to_ship()) == [order]
    assert is_shippable(refresh(order))


# Single articles


def make_two_lines() -> tuple[Order, OrderLine, OrderLine]:
    order = make_order(
        (make_article("CUP", price="10.00"), 2), (make_article("POT", price="33.33"), 1), is_paid=True
    )
    first, second = order.lines.order_by("position")
    return order, first, second


def test_an_article_is_taken_out_with_its_stock_and_its_price() -> None:
    order, cup, _pot = make_two_lines()
    cancel_lines(order.pk, line_ids=[cup.pk], actor=WHO, note="broken in the warehouse")
    cup.refresh_from_db()
    assert (cup.cancelled_quantity, cup.open_quantity) == (2, 0)
    [sheet] = list_pick_lists([order.pk])
    assert [pick.sku for pick in sheet.picks] == ["POT"]
    assert cup.variant.stock_levels.get().reserved == 0
    event = OutboxEvent.objects.get(topic="orders.lines_cancelled")
    assert (event.payload["amount"], event.payload["currency"]) == ("20.00", "EUR")
    order = refresh(order)
    assert (order.status, order.fulfilment_status, order.total) == ("confirmed", "unfulfilled", order.total)
    [newest, *_] = get_order_view(order).timeline
    assert (newest.title, newest.text) == ("Articles cancelled", f"2 × {cup.product_name}")
    allocate_order(order.pk, actor=WHO)
    assert list_broken_invariants() == []


def test_taking_an_article_out_twice_pays_once() -> None:
    order, cup, _ = make_two_lines()
    for _ in range(2):
        cancel_lines(order.pk, line_ids=[cup.pk], actor=WHO, note="twice")
    assert OutboxEvent.objects.filter(topic="orders.lines_cancelled").count() == 1
    assert list_kinds(order).count("order.lines_cancelled") == 1


def test_all_articles_are_the_whole_order() -> None:
    order, cup, pot = make_two_lines()
    cancel_lines(order.pk, line_ids=[cup.pk, pot.pk], actor=WHO, note="all of it")
    assert refresh(order).status == "cancelled"
    assert not OutboxEvent.objects.filter(topic="orders.lines_cancelled").exists()
    assert OutboxEvent.objects.filter(topic="orders.order_cancelled").count() == 1


def test_tax_on_top_goes_back_with_the_article() -> None:
    make_tax("NL", percent="21")
    order = make_order(
        (make_article("CUP", price="10.00", currency="USD"), 1),
        (make_article("POT", price="30.00", currency="USD"), 1),
        is_paid=True,
        currency="USD",
    )
    cup = order.lines.get(sku="CUP")
    cancel_lines(order.pk, line_ids=[cup.pk], actor=WHO, note="broken")
    assert OutboxEvent.objects.get(topic="orders.lines_cancelled").payload["amount"] == "12.10"


def test_what_a_group_gave_back_does_not_go_back_again() -> None:
    """Two were paid at 10 per cent off, the group ended at 20: each cost 8.00 in the end."""
    mug = make_article("MUG", price="10.00")
    campaign = make_group_campaign(
        mug, steps=[{"people": 2, "percent": "10"}, {"people": 3, "percent": "20"}]
    )
    make_shipping()
    first = pay_in_full(place_order(make_group_cart(campaign, mug, quantity=2).pk, expected_total=None))
    group = GroupPlace.objects.get(order=first).group
    for name in ("bob", "cy"):
        cart = make_group_cart(campaign, mug, group=group, email=f"{name}@example.com")
        pay_in_full(place_order(cart.pk, expected_total=None))
    settle_places()
    assert GroupPlace.objects.get(order=first).returned_amount == Decimal("2.00")
    line = first.lines.get()
    make_shipment(first, lines={line.pk: 1})
    cancel_lines(first.pk, line_ids=[line.pk], actor=WHO, note="the last one broke")
    event = OutboxEvent.objects.get(topic="orders.lines_cancelled")
    assert event.payload["amount"] == "8.00"


def test_when_the_rest_is_taken_out_what_has_arrived_was_all() -> None:
    order, cup, pot = make_two_lines()
    shipment = make_shipment(order, lines={cup.pk: 2})
    record_tracking(shipment.pk, nodes=[make_node("n1", "delivered")])
    assert refresh(order).fulfilment_status == "partially_shipped"
    cancel_lines(order.pk, line_ids=[cup.pk, pot.pk], actor=WHO, note="never comes")
    assert refresh(order).fulfilment_status == "delivered"
    cup.refresh_from_db()
    assert (cup.shipped_quantity, cup.cancelled_quantity) == (2, 0)
    event = OutboxEvent.objects.get(topic="orders.lines_cancelled")
    assert event.payload["amount"] == "33.33"
    assert list_broken_invariants() == []


def test_an_unpaid_order_is_cancelled_whole() -> None:
    order = make_order((make_article(), 1), (make_article(), 1))
    with pytest.raises(LinesNotCancellable):
        cancel_lines(order.pk, line_ids=[order.lines.all()[0].pk], actor=WHO, note="x")


def test_a_cancelled_article_cannot_be_shipped() -> None:
    order, cup, _ = make_two_lines()
    cancel_lines(order.pk, line_ids=[cup.pk], actor=WHO, note="broken")
    with pytest.raises(NothingToShip):
        make_shipment(order, lines={cup.pk: 1})


def test_releasing_some_articles_leaves_the_others_held() -> None:
    order, cup, pot = make_two_lines()
    assert release_variants(order.reference, variant_ids=[cup.variant_id], reason="test") == 2
    assert release_variants(order.reference, variant_ids=[cup.variant_id], reason="test") == 0
    assert pot.variant.stock_levels.get().reserved == 1


# Another address


def test_an_order_goes_to_another_address_and_its_shopper_is_told(drain: Callable[[], int]) -> None:
    order = make_order(is_paid=True)
    change_address(
        order.pk, address=replace(ADDRESS, line1="  Prinsengracht   7 ", city="Utrecht"), actor=WHO
    )
    changed = refresh(order)
    assert (changed.line1, changed.city, changed.last_name) == ("Prinsengracht 7", "Utrecht", "Jansen")
    assert AuditEntry.objects.get(action="orders.change_address").facts["fields"] == ["line1", "city"]
    assert list_kinds(order)[-1] == "order.address_changed"
    drain()
    mail = OutgoingEmail.objects.get(dedupe_key__startswith="order_address_changed:")
    assert mail.subject == f"New delivery address for order {order.number}"
    assert "Prinsengracht 7" in mail.text


def test_the_same_address_again_is_no_news() -> None:
    order = make_order(is_paid=True)
    change_address(order.pk, address=order.postal_address, actor=WHO)
    assert not OutboxEvent.objects.filter(topic="orders.address_changed").exists()


@pytest.mark.parametrize(
    ("fields", "wrong"), [({"country": "DE", "postal_code": "10115"}, "country"), ({"line1": ""}, "line1")]
)
def test_an_address_that_costs_otherwise_or_cannot_be_found_is_refused(
    fields: dict[str, str], wrong: str
) -> None:
    order = make_order(is_paid=True)
    with pytest.raises(AddressRefused) as caught:
        change_address(order.pk, address=replace(ADDRESS, **fields), actor=WHO)
    assert wrong in caught.value.problems
    assert refresh(order).line1 == ADDRESS.line1


def test_a_region_with_another_tax_is_refused() -> None:
    make_tax("US", percent="5")
    make_tax("US", percent="9", region="CA")
    home = replace(
        ADDRESS, line1="1 Main St", city="Portland", region="OR", postal_code="97201", country="US"
    )
    order = make_order(is_paid=True, address=home)
    other = replace(home, city="Fresno", region="CA", postal_code="93650")
    with pytest.raises(AddressRefused) as caught:
        change_address(order.pk, address=other, actor=WHO)
    assert list(caught.value.problems) == ["region"]


def test_what_has_left_goes_where_it_goes() -> None:
    order = make_order(is_paid=True)
    make_shipment(order)
    with pytest.raises(OrderUnderWay):
        change_address(order.pk, address=replace(ADDRESS, line1="Elsewhere 1"), actor=WHO)
