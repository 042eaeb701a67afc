"""The till in a browser without scripts: every outcome, the guest's key, the second tab."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localtime

from orders.models import Order
from orders.services.lifecycle import cancel_order
from payments.gateways.sandbox import provider
from payments.models import Payment, SandboxIntent
from payments.services.refunds import execute_due_refunds
from shop.kernel.clock import now, override_now
from shop.kernel.models import OutgoingEmail
from tests.factories.orders import make_article, make_order
from tests.factories.payments import get_intent, pay

pytestmark = pytest.mark.django_db


def till(order: Order, name: str = "payments:pay") -> str:
    return f"{reverse(name, args=[order.number])}?token={order.token}"


def choose(client: Client, order: Order, card: str, *, key: str = "page") -> Any:
    form = {"gateway": "sandbox", "method_token": card, "idempotency_key": key}
    return client.post(till(order), form)


@pytest.fixture
def from_bank(client: Client) -> Callable[[Order], Payment]:
    """A payment whose shopper pays through the pay page with 3-D Secure and stands at the bank's page."""

    def start(order: Order) -> Payment:
        response = choose(client, order, "tok_3ds")
        payment = Payment.objects.latest("pk")
        assert (response.status_code, response["Location"]) == (303, payment.next_action["url"])
        return payment

    return start


@pytest.mark.parametrize("lines", [1, 3])
def test_till_shows_total_and_ways_to_pay(client: Client, lines: int, django_assert_num_queries: Any) -> None:
    order = make_order(*((make_article(), 1) for _line in range(lines)))
    client.get(till(order))
    with django_assert_num_queries(4):
        response = client.get(till(order))
    page = response.content.decode()
    assert response.status_code == 200
    assert response["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    assert page.count('name="method_token"') == 6
    assert f"€{order.total_amount:.2f}" in page


def test_the_till_says_until_when_goods_are_held_and_by_which_clock(client: Client) -> None:
    order = make_order((make_article(), 1))
    due = localtime(order.payment_due_at)
    for name in ("payments:pay", "orders:order"):
        page = client.get(till(order, name)).content.decode()
        assert f"Your articles are held for you until {due:%H:%M %Z}." in page


@pytest.mark.parametrize("token", ["", "wrong", "ü"])
def test_order_opens_to_its_token_only(client: Client, token: str) -> None:
    order = make_order()
    for name in ("payments:pay", "payments:return", "payments:status"):
        assert client.get(reverse(name, args=[order.number]), {"token": token}).status_code == 404
    choose_url = f"{reverse('payments:pay', args=[order.number])}?token={token}"
    assert client.post(choose_url, {"gateway": "sandbox", "method_token": "tok_success"}).status_code == 404
    assert Payment.objects.count() == 0


def test_accepted_card_leads_to_the_order(client: Client) -> None:
    order = make_order()
    response = choose(client, order, "tok_success")
    assert (response.status_code, response["Location"]) == (303, till(order, "orders:order"))
    assert client.get(till(order))["Location"] == till(order, "orders:order")


def test_declined_card_says_why_and_offers_the_methods_again(client: Client) -> None:
    order = make_order()
    response = choose(client, order, "tok_declined")
    assert response["Location"] == till(order)
    page = client.get(till(order)).content.decode()
    assert "Your card has not enough funds. You have not been charged." in page
    assert page.count('name="method_token"') == 6
    assert choose(client, order, "tok_success", key="again")["Location"] == till(order, "orders:order")


def test_chinese_shopper_stays_in_chinese(client: Client) -> None:
    order = make_order()
    url = till(order).replace("/pay/", "/zh-hans/pay/")
    response = client.post(
        url, {"gateway": "sandbox", "method_token": "tok_declined", "idempotency_key": "k"}
    )
    assert response["Location"] == url


def test_challenge_approved(client: Client, from_bank: Callable[[Order], Payment]) -> None:
    order = make_order()
    page = from_bank(order).next_action["url"]
    assert client.get(page).status_code == 200
    back = client.post(page, {"decision": "approve"})
    assert (back.status_code, back["Location"]) == (303, f"http://testserver{till(order, 'payments:return')}")
    assert client.get(back["Location"])["Location"] == till(order, "orders:order")
    order.refresh_from_db()
    assert order.payment_status == "paid"


def test_challenge_refused(client: Client, from_bank: Callable[[Order], Payment]) -> None:
    order = make_order()
    back = client.post(from_bank(order).next_action["url"], {"decision": "refuse"})
    assert client.get(back["Location"])["Location"] == till(order)
    assert "Your bank could not confirm that it is you." in client.get(till(order)).content.decode()


def test_return_page_believes_the_provider_and_not_the_browser(
    client: Client, from_bank: Callable[[Order], Payment]
) -> None:
    order = make_order()
    from_bank(order)
    response = client.get(till(order, "payments:return") + "&status=succeeded&paid=1")
    assert response["Location"] == till(order)
    order.refresh_from_db()
    assert order.payment_status == "processing"


def test_unfinished_payment_can_be_continued_or_replaced(
    client: Client, from_bank: Callable[[Order], Payment]
) -> None:
    order = make_order()
    first = from_bank(order)
    assert first.next_action["url"] in client.get(till(order)).content.decode()
    choose(client, order, "tok_success", key="other")
    first.refresh_from_db()
    assert first.status == "cancelled"
    assert SandboxIntent.objects.filter(status="succeeded").count() == 1


def test_hosted_page_leads_through_the_bank_back_to_the_order(client: Client) -> None:
    order = make_order()
    hosted = choose(client, order, "tok_hosted")["Location"]
    assert client.get(hosted).status_code == 200
    bank = client.post(hosted, {"method_token": "tok_3ds", "decision": "pay"})["Location"]
    back = client.post(bank, {"decision": "approve"})["Location"]
    assert client.get(back)["Location"] == till(order, "orders:order")
    assert client.get(hosted)["Location"] == back


def test_asynchronous_payment_waits_and_goes_on_by_itself(client: Client) -> None:
    order = make_order()
    waiting = choose(client, order, "tok_async")["Location"]
    assert waiting == till(order, "payments:status")
    page = client.get(waiting).content.decode()
    assert '<meta http-equiv="refresh" content="4">' in page
    assert client.get(till(order))["Location"] == waiting
    poll = client.get(waiting, headers={"HX-Request": "true"})
    assert poll.status_code == 200
    assert "<html" not in poll.content.decode()
    with override_now(now() + timedelta(seconds=21)):
        done = client.get(waiting, headers={"HX-Request": "true"})
    assert done["HX-Redirect"] == till(order, "orders:order")


def test_waiting_page_asks_the_provider_at_the_sweeps_pace(client: Client) -> None:
    order = make_order()
    choose(client, order, "tok_async")
    asked: list[str] = []
    real = provider.get_intent

    def count_question(reference: str) -> SandboxIntent:
        asked.append(reference)
        return real(reference)

    def poll() -> int:
        answer = client.get(till(order, "payments:status"), headers={"HX-Request": "true"})
        assert answer.status_code == 200
        return len(asked)

    with patch.object(provider, "get_intent", count_question):
        assert [poll() for _time in range(3)] == [0, 0, 0]
        with override_now(now() + timedelta(seconds=11)):
            assert [poll() for _time in range(3)] == [1, 1, 1]


def test_cut_off_call_waits_and_is_found(client: Client) -> None:
    order = make_order()
    waiting = choose(client, order, "tok_timeout")["Location"]
    assert waiting == till(order, "payments:status")
    with override_now(now() + timedelta(seconds=11)):
        assert client.get(waiting)["Location"] == till(order, "orders:order")
    assert SandboxIntent.objects.count() == 1


def test_second_tab_is_sent_to_the_first_ones_payment(client: Client) -> None:
    order = make_order()
    choose(client, order, "tok_async", key="one")
    assert choose(client, order, "tok_success", key="two")["Location"] == till(order, "payments:status")
    assert SandboxIntent.objects.count() == 1


def test_same_page_posted_twice_is_one_payment(client: Client) -> None:
    order = make_order()
    assert (
        choose(client, order, "tok_success")["Location"] == choose(client, order, "tok_success")["Location"]
    )
    assert SandboxIntent.objects.count() == 1


def test_nonsense_is_answered_in_words(client: Client) -> None:
    order = make_order()
    assert client.post(till(order), {}).status_code == 409
    unknown = {"gateway": "nobody", "method_token": "t", "idempotency_key": "k"}
    response = client.post(till(order), unknown)
    assert response.status_code == 409
    assert "This payment method is not offered here." in response.content.decode()


def test_amount_in_the_form_is_ignored(client: Client) -> None:
    order = make_order()
    form = {
        "gateway": "sandbox",
        "method_token": "tok_success",
        "idempotency_key": "k",
        "amount": "0.01",
        "currency": "CNY",
    }
    client.post(till(order), form)
    assert SandboxIntent.objects.get().money == Payment.objects.get().money
    assert SandboxIntent.objects.get().amount == order.total_amount


def test_cancelled_order_says_so(client: Client) -> None:
    order = make_order()
    cancel_order(order.pk, reason="customer", actor="shopper")
    page = client.get(till(order)).content.decode()
    assert "This order can no longer be paid" in page
    assert 'name="method_token"' not in page


def test_money_that_came_too_late_goes_back_and_the_shopper_is_told(
    client: Client, drain: Callable[[], int], from_bank: Callable[[Order], Payment]
) -> None:
    order = make_order()
    payment = from_bank(order)
    cancel_order(order.pk, reason="customer", actor="shopper")
    provider.answer_challenge(get_intent(payment).reference, is_approved=True)
    assert client.get(till(order, "payments:return"))["Location"] == till(order)
    assert "We are sending your money back" in client.get(till(order)).content.decode()
    drain()
    execute_due_refunds()
    drain()
    subjects = OutgoingEmail.objects.filter(dedupe_key__startswith="refund_").order_by("pk")
    assert [mail.subject for mail in subjects] == [
        f"We are sending your money back — order {order.number}",
        f"Refund of €14.95 — order {order.number}",
    ]


def test_form_needs_the_token_of_our_own_page() -> None:
    order = make_order()
    strict = Client(enforce_csrf_checks=True)
    assert choose(strict, order, "tok_success").status_code == 403
    assert Payment.objects.count() == 0


def test_sandbox_pages_of_unknown_payments_are_not_there(client: Client) -> None:
    for name in ("payments:sandbox_pay", "payments:sandbox_challenge"):
        assert client.get(reverse(name, args=["pi_sbx_nothing"])).status_code == 404


def test_waiting_page_of_a_paid_order_goes_on(client: Client) -> None:
    order = make_order()
    pay(order)
    assert client.get(till(order, "payments:status"))["Location"] == till(order, "orders:order")
