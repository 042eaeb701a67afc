"""Paid, refunded, cancelled, completed."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError

from inventory.models import Reservation
from inventory.queries.levels import list_available
from inventory.services.reservations import expire_reservations
from orders.domain.errors import AlreadyShipped, AmountMismatch, NotDelivered, UnknownCancelReason
from orders.models import Order, OrderEvent
from orders.services import lifecycle
from orders.services.expiry import expire_unpaid_orders
from orders.services.lifecycle import PaidOutcome
from orders.services.transitions import Axis, transition_order
from shop.kernel.clock import now, override_now
from shop.kernel.errors import Invalid, NotAllowed
from shop.kernel.models import OutboxEvent
from shop.kernel.money import Money
from shop.kernel.relay import drain_outbox
from shop.kernel.transactions import savepoint
from tests.factories.orders import list_broken_invariants, make_article, make_order

pytestmark = pytest.mark.django_db


def pay(order: Order, reference: str = "pay_1") -> PaidOutcome:
    outcome = lifecycle.mark_paid(order.pk, amount=total_of(order), reference=reference)
    order.refresh_from_db()
    return outcome


def total_of(order: Order) -> Money:
    return Money(order.total_amount, order.currency)


def list_topics() -> list[str]:
    rows = OutboxEvent.objects.filter(topic__startswith="orders.order_").order_by("pk")
    return list(rows.values_list("topic", flat=True))


def list_kinds(order: Order) -> list[str]:
    return list(order.events.order_by("pk").values_list("kind", flat=True))


def set_fulfilment(order: Order, *states: str) -> None:
    for state in states:
        transition_order(order, Axis.FULFILMENT, to=state, actor="test")


def test_paid_order_is_confirmed_and_its_stock_does_not_lapse() -> None:
    order = make_order()
    assert pay(order) is PaidOutcome.PAID
    assert (order.status, order.payment_status, order.payment_reference) == ("confirmed", "paid", "pay_1")
    assert Reservation.objects.get().state == "confirmed"
    assert list_kinds(order) == ["order.placed", "payment.paid", "order.confirmed"]
    assert list_topics() == ["orders.order_placed", "orders.order_paid"]
    with override_now(now() + timedelta(hours=1)):
        assert expire_reservations() == 0
        assert expire_unpaid_orders() == 0


def test_same_payment_again_changes_nothing() -> None:
    order = make_order()
    pay(order)
    assert pay(order) is PaidOutcome.ALREADY_PAID
    assert list_topics() == ["orders.order_placed", "orders.order_paid"]
    assert OrderEvent.objects.filter(order=order).count() == 3


def test_second_payment_is_a_duplicate_noted_once() -> None:
    order = make_order()
    pay(order, "pay_1")
    assert [pay(order, "pay_2"), pay(order, "pay_2")] == [PaidOutcome.DUPLICATE] * 2
    assert order.payment_reference == "pay_1"
    assert list_kinds(order)[3:] == ["payment.duplicate"]


@pytest.mark.parametrize(
    ("shift", "currency"), [("0.01", "EUR"), ("-0.01", "EUR"), ("0", "USD"), ("0.001", "EUR")]
)
def test_other_amount_or_currency_is_never_taken(shift: str, currency: str) -> None:
    order = make_order()
    amount = Money(order.total_amount + Decimal(shift), currency)
    with pytest.raises(AmountMismatch), savepoint():
        lifecycle.mark_paid(order.pk, amount=amount, reference="pay_1")
    order.refresh_from_db()
    assert (order.status, order.payment_status) == ("pending", "unpaid")


def test_unpaid_order_ends_when_its_time_is_over_and_gives_stock_back() -> None:
    cup = make_article("CUP", stock=5)
    order = make_order((cup, 2))
    assert expire_unpaid_orders() == 0
    with override_now(order.payment_due_at):
        assert [expire_unpaid_orders(), expire_unpaid_orders()] == [1, 0]
    order.refresh_from_db()
    assert (order.status, order.cancel_reason) == ("cancelled", "payment_expired")
    assert list_available([cup.pk]) == {cup.pk: 5}
    assert order.lines.get().cancelled_quantity == 2
    assert list_topics() == ["orders.order_placed", "orders.order_cancelled"]


def test_lapsed_hold_ends_the_order_by_event() -> None:
    cup = make_article("CUP", stock=5)
    order = make_order((cup, 2))
    with override_now(order.payment_due_at):
        assert expire_reservations() == 1
        drain_outbox()
    order.refresh_from_db()
    assert (order.status, order.cancel_reason) == ("cancelled", "payment_expired")
    assert list_available([cup.pk]) == {cup.pk: 5}


def test_payment_in_progress_is_not_expired() -> None:
    order = make_order()
    assert lifecycle.mark_payment_processing(order.pk)
    with override_now(order.payment_due_at + timedelta(hours=1)):
        assert expire_unpaid_orders() == 0
        expire_reservations()
        drain_outbox()
        assert pay(order) is PaidOutcome.PAID


def test_late_money_takes_a_new_hold_while_there_is_stock() -> None:
    cup = make_article("CUP", stock=2)
    order = make_order((cup, 2))
    with override_now(order.payment_due_at):
        expire_reservations()
        assert list_available([cup.pk]) == {cup.pk: 2}
        assert pay(order) is PaidOutcome.PAID
        drain_outbox()
    order.refresh_from_db()
    assert (order.status, order.hold_round, order.reference) == ("confirmed", 2, f"order:{order.number}:2")
    assert list_available([cup.pk]) == {cup.pk: 0}
    assert Reservation.objects.get(reference=order.reference).state == "confirmed"


def test_late_money_for_sold_goods_must_go_back() -> None:
    cup = make_article("CUP", stock=2)
    order = make_order((cup, 2))
    with override_now(order.payment_due_at):
        expire_reservations()
        rival = make_order((cup, 1), is_paid=True, email="rival@example.com")
        assert [pay(order), pay(order)] == [PaidOutcome.UNFULFILLABLE] * 2
    assert (order.status, order.payment_status, order.cancel_reason) == ("cancelled", "unpaid", "sold_out")
    assert list_kinds(order) == ["order.placed", "payment.unfulfillable", "order.cancelled"]
    assert list_available([cup.pk]) == {cup.pk: 1}
    assert rival.status == "confirmed"


def test_time_to_pay_begins_again_while_the_goods_are_there_but_not_for_ever() -> None:
    cup = make_article("CUP", stock=2)
    order = make_order((cup, 2))
    assert lifecycle.renew_hold(order.pk) is True
    for later in (2, 3):
        with override_now(order.payment_due_at):
            assert lifecycle.renew_hold(order.pk) is True
            order.refresh_from_db()
            assert order.payment_due_at == now() + timedelta(minutes=30)
        assert order.reference == f"order:{order.number}:{later}"
        assert list_available([cup.pk]) == {cup.pk: 0}
    with override_now(order.payment_due_at):
        assert lifecycle.renew_hold(order.pk) is False
        assert expire_unpaid_orders() == 1
    assert list_available([cup.pk]) == {cup.pk: 2}
    assert lifecycle.renew_hold(order.pk) is False


def test_first_holds_late_lapse_does_not_end_an_order_that_is_held_again() -> None:
    cup = make_article("CUP", stock=2)
    order = make_order((cup, 2))
    with override_now(order.payment_due_at):
        expire_reservations()
        assert lifecycle.renew_hold(order.pk) is True
        drain_outbox()
    order.refresh_from_db()
    assert order.status == "pending"
    assert list_available([cup.pk]) == {cup.pk: 0}


@pytest.mark.parametrize("reason", ["", "The customer called and wants something else altogether", "lost"])
def test_reason_that_is_none_is_refused_in_words(reason: str) -> None:
    order = make_order()
    with pytest.raises(UnknownCancelReason) as refused:
        lifecycle.cancel_order(order.pk, reason=reason, actor="guest")
    assert refused.value.field == "reason"
    assert "payment_expired, customer, operator, sold_out" in str(refused.value.message)
    order.refresh_from_db()
    assert order.status == "pending"


def test_money_for_a_cancelled_order_must_go_back() -> None:
    order = make_order()
    lifecycle.cancel_order(order.pk, reason="customer", actor="guest")
    assert pay(order) is PaidOutcome.UNFULFILLABLE
    assert (order.status, order.paid_at) == ("cancelled", None)
    assert lifecycle.mark_refunded(order.pk, refunded_total=total_of(order)).payment_status == "unpaid"


def test_failed_try_leaves_the_order_to_be_paid_again() -> None:
    order = make_order()
    lifecycle.mark_payment_processing(order.pk)
    assert lifecycle.note_payment_failed(order.pk, message="Insufficient funds")
    order.refresh_from_db()
    assert order.payment_status == "unpaid"
    assert order.events.get(kind="payment.failed").facts == {"message": "Insufficient funds"}
    assert pay(order) is PaidOutcome.PAID


def test_late_failure_and_progress_do_not_touch_a_paid_order() -> None:
    order = make_order(is_paid=True)
    assert not lifecycle.note_payment_failed(order.pk, message="late")
    assert not lifecycle.mark_payment_processing(order.pk)
    order.refresh_from_db()
    assert order.payment_status == "paid"
    assert "payment.failed" not in list_kinds(order)


def test_refunds_add_up_to_the_total_and_can_be_taken_back() -> None:
    order = make_order(is_paid=True)
    part = Money(Decimal("1.00"), "EUR")
    states = [
        lifecycle.mark_refunded(order.pk, refunded_total=money).payment_status
        for money in (part, part, total_of(order), part, Money.zero("EUR"))
    ]
    assert states == ["partially_refunded", "partially_refunded", "refunded", "partially_refunded", "paid"]
    with pytest.raises(Invalid), savepoint():
        lifecycle.mark_refunded(order.pk, refunded_total=total_of(order) + part)


def test_cancelling_again_changes_nothing() -> None:
    order = make_order(is_paid=True)
    for _ in range(2):
        lifecycle.cancel_order(order.pk, reason="operator", actor="operator:eve")
    order.refresh_from_db()
    assert (order.status, order.payment_status) == ("cancelled", "paid")
    assert list_topics()[-1:] == ["orders.order_cancelled"]
    assert list_topics().count("orders.order_cancelled") == 1


def test_shipped_order_is_not_cancelled() -> None:
    order = make_order(is_paid=True)
    set_fulfilment(order, "allocated", "partially_shipped")
    with pytest.raises(AlreadyShipped), savepoint():
        lifecycle.cancel_order(order.pk, reason="customer", actor="guest")
    order.refresh_from_db()
    assert order.status == "confirmed"


def test_only_a_delivered_order_is_completed() -> None:
    order = make_order(is_paid=True)
    with pytest.raises(NotDelivered), savepoint():
        lifecycle.complete_order(order.pk, actor="system")
    set_fulfilment(order, "shipped", "delivered")
    for _ in range(2):
        lifecycle.complete_order(order.pk, actor="system")
    order.refresh_from_db()
    assert order.status == "completed"
    assert list_topics().count("orders.order_completed") == 1
    with pytest.raises(AlreadyShipped), savepoint():
        lifecycle.cancel_order(order.pk, reason="customer", actor="guest")


def test_unpaid_delivery_can_not_complete() -> None:
    order = make_order()
    set_fulfilment(order, "shipped", "delivered")
    with pytest.raises(NotAllowed), savepoint():
        lifecycle.complete_order(order.pk, actor="system")


@pytest.mark.parametrize(
    "change",
    [
        lambda event: event.save(),
        lambda event: event.delete(),
        lambda event: OrderEvent.objects.filter(pk=event.pk).update(kind="forged"),
    ],
)
def test_timeline_is_append_only(change: Callable[[OrderEvent], object]) -> None:
    event = make_order().events.get()
    with pytest.raises(DatabaseError, match="append-only"), savepoint():
        change(event)
    assert OrderEvent.objects.get(pk=event.pk).kind == "order.placed"


def test_invariants_hold_and_see_a_state_without_its_event() -> None:
    order = make_order(is_paid=True)
    assert list_broken_invariants() == []
    Order.objects.filter(pk=order.pk).update(fulfilment_status="shipped")
    OrderEvent.objects.create(
        order=order,
        kind="x",
        axis="fulfilment",
        old_state="allocated",
        new_state="allocated",
        actor="x",
        created_at=now(),
    )
    assert list_broken_invariants() == ["I8"]


def test_invariants_see_doctored_amounts_and_quantities() -> None:
    order = make_order((make_article(), 2), is_paid=True)
    order.lines.update(tax_amount=1, shipped_quantity=1)
    assert list_broken_invariants() == ["I5", "I7"]
