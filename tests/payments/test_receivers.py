"""What payments does when orders states a fact."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from orders.models import GroupPlace, Order
from orders.services.checkout import place_order
from orders.services.groups.closing import settle_places
from orders.services.lifecycle import cancel_order
from orders.services.order_lines import cancel_lines
from payments.models import Refund
from payments.services.part_returns import return_part
from payments.services.payments import sweep_unsettled_payments
from payments.services.refunds import RefundDraft, execute_due_refunds, request_refund
from shop.kernel.models import OutgoingEmail
from shop.kernel.money import Money
from tests.factories.groups import make_group_campaign, make_group_cart
from tests.factories.orders import make_article, make_order, make_shipping
from tests.factories.payments import get_intent, make_payment

pytestmark = [pytest.mark.django_db, pytest.mark.listed]


def find_mail(kind: str) -> OutgoingEmail:
    return OutgoingEmail.objects.get(dedupe_key__startswith=f"order_{kind}:")


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
    assert "goes back" not in find_mail("lines_cancelled").text


def test_the_mail_tells_what_goes_back_beside_a_refund_that_waits(drain: Callable[[], int]) -> None:
    order = make_order((make_article("CUP", price="10.00"), 2), (make_article("POT", price="30.00"), 1))
    payment = make_payment(order=order)
    by_hand = Money(order.total_amount - Decimal("5.00"), "EUR")
    goodwill = RefundDraft(amount=by_hand, reason="goodwill", dedupe_key="by hand")
    request_refund(payment.pk, draft=goodwill, actor="finance@example.com")
    cancel_lines(order.pk, line_ids=[order.lines.get(sku="CUP").pk], actor="op@example.com", note="broken")
    drain()
    assert Refund.objects.get(reason="lines_cancelled").amount == Decimal("5.00")
    mail = find_mail("lines_cancelled")
    assert mail.subject == f"Articles of order {order.number} were cancelled"
    assert "2 × " in mail.text
    assert "What you have paid for them, €5.00, goes back" in mail.text
    assert "broken" not in mail.text


def test_a_group_tells_what_goes_back_beside_a_refund_that_waits(drain: Callable[[], int]) -> None:
    """Two were paid at 10 per cent off, the group ended at 20: each should get 1.00 back."""
    mug = make_article("MUG", price="10.00", stock=20)
    campaign = make_group_campaign(
        mug, steps=[{"people": 2, "percent": "10"}, {"people": 3, "percent": "20"}]
    )
    make_shipping()
    first = place_order(make_group_cart(campaign, mug).pk, expected_total=None)
    payment = make_payment(order=first)
    goodwill = RefundDraft(
        amount=first.total - Money(Decimal("0.40"), "EUR"), reason="goodwill", dedupe_key="by hand"
    )
    request_refund(payment.pk, draft=goodwill, actor="finance@example.com")
    group = GroupPlace.objects.get(order=first).group
    for name in ("bob", "cy"):
        cart = make_group_cart(campaign, mug, group=group, email=f"{name}@example.com")
        make_payment(order=place_order(cart.pk, expected_total=None))
    settle_places()
    drain()
    back = Refund.objects.filter(reason="group_price").order_by("payment_id")
    assert [refund.amount for refund in back] == [Decimal("0.40"), Decimal("1.00"), Decimal("1.00")]
    mail = OutgoingEmail.objects.get(dedupe_key=f"order_group_completed:{first.pk}")
    assert "€0.40 goes back" in mail.text


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
