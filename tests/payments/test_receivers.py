"""What payments does when orders states a fact."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from orders.models import Order
from orders.services.lifecycle import cancel_order
from orders.services.order_lines import cancel_lines
from payments.models import Refund
from payments.services.part_returns import return_part
from payments.services.payments import sweep_unsettled_payments
from payments.services.refunds import RefundDraft, execute_due_refunds, request_refund
from shop.kernel.models import OutgoingEmail
from shop.kernel.money import Money
from tests.factories.orders import make_article, make_order
from tests.factories.payments import get_intent, make_payment

pytestmark = [pytest.mark.django_db, pytest.mark.listed]


def test_cancelled_order_gives_its_money_back_and_says_so(
    drain: Callable[[], int], assert_invariants: Callable[[], None]
) -> None:
    payment = make_payment()
    cancel_order(payment.order_id, reason="operator", actor="op@example.com")
    drain()
    assert Refund.objects.get().reason == "order_cancelled"
    assert execute_due_refunds() == 1
    drain()
    payment.order.refresh_from_db()
    assert (payment.order.status, payment.order.payment_status) == ("cancelled", "refunded")
    mails = OutgoingEmail.objects.filter(dedupe_key__startswith="refund_")
    assert [mail.dedupe_key for mail in mails] == [f"refund_done:{Refund.objects.get().pk}"]
    assert_invariants()


def test_articles_taken_out_give_their_money_back_once(
    drain: Callable[[], int], assert_invariants: Callable[[], None]
) -> None:
    order = make_order((make_article("CUP", price="10.00"), 2), (make_article("POT", price="30.00"), 1))
    make_payment(order=order)
    cup = order.lines.get(sku="CUP")
    cancel_lines(order.pk, line_ids=[cup.pk], actor="op@example.com", note="broken")
    drain()
    refund = Refund.objects.get()
    assert (refund.reason, refund.amount) == ("lines_cancelled", Decimal("20.00"))
    again = return_part(
        order.pk,
        amount=Money(Decimal("20.00"), "EUR"),
        reason=Refund.Reason.LINES_CANCELLED,
        dedupe_key=refund.dedupe_key,
    )
    assert again == refund
    assert execute_due_refunds() == 1
    drain()
    order.refresh_from_db()
    assert (order.status, order.payment_status, order.refunded_amount) == (
        "confirmed",
        "partially_refunded",
        Decimal("20.00"),
    )
    assert list(Order.objects.to_ship()) == [order]
    assert_invariants()


def test_no_more_goes_back_for_articles_than_is_left(drain: Callable[[], int]) -> None:
    order = make_order((make_article("CUP", price="10.00"), 1), (make_article("POT", price="30.00"), 1))
    payment = make_payment(order=order)
    goodwill = RefundDraft(amount=order.total, reason="goodwill", dedupe_key="all")
    request_refund(payment.pk, draft=goodwill, actor="finance@example.com")
    cancel_lines(order.pk, line_ids=[order.lines.get(sku="CUP").pk], actor="op@example.com", note="broken")
    drain()
    assert list(Refund.objects.values_list("dedupe_key", flat=True)) == ["all"]


def test_cancelled_order_withdraws_the_payment_that_waits_for_the_shopper(drain: Callable[[], int]) -> None:
    payment = make_payment("tok_3ds")
    cancel_order(payment.order_id, reason="customer", actor="shopper")
    drain()
    assert sweep_unsettled_payments() == 1
    payment.refresh_from_db()
    assert (payment.status, get_intent(payment).status, Refund.objects.count()) == (
        "cancelled",
        "cancelled",
        0,
    )
