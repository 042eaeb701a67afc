"""What payments does when orders states a fact."""

from collections.abc import Callable

import pytest

from orders.services.lifecycle import cancel_order
from payments.models import Refund
from payments.services.payments import sweep_unsettled_payments
from payments.services.refunds import execute_due_refunds
from shop.kernel.models import OutgoingEmail
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
