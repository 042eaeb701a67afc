"""Payments in the back office: who sees what, refund and cases through services, no unsafe link."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from payments.models import Payment, ReconciliationCase, Refund, SandboxCallback
from payments.services.callbacks import receive_callback
from payments.services.cases import CaseDraft, open_case
from payments.services.refunds import RefundDraft, request_refund
from shop.accounts.models import User
from shop.kernel.models import AuditEntry
from shop.kernel.money import Money
from tests.factories.payments import make_payment, sign_callback

pytestmark = pytest.mark.django_db

MODELS = ("payment", "refund", "gatewaycallback", "settlementline", "reconciliationcase")


def sign_in(client: Client, role: str) -> User:
    user = User.objects.create_user(f"{role}@example.com", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    return user


def make_case() -> ReconciliationCase:
    case = open_case(
        CaseDraft(
            dedupe_key="c",
            kind="orphan_payment",
            gateway="sandbox",
            actual=Money(Decimal("9.50"), "EUR"),
            facts={"reference": "pi_1"},
        )
    )
    assert case is not None
    return case


@pytest.mark.parametrize("model", MODELS)
def test_finance_sees_lists_and_changes_none(client: Client, model: str) -> None:
    make_payment()
    make_case()
    body, headers = sign_callback(SandboxCallback.objects.get())
    receive_callback("sandbox", body=body, headers=headers)
    sign_in(client, "finance")
    assert client.get(reverse(f"admin:payments_{model}_changelist")).status_code == 200
    assert client.get(reverse(f"admin:payments_{model}_add")).status_code == 403


@pytest.mark.parametrize("model", ["payment", "gatewaycallback", "reconciliationcase"])
def test_finance_opens_a_row(client: Client, model: str) -> None:
    payment = make_payment()
    body, headers = sign_callback(SandboxCallback.objects.get())
    rows = {
        "payment": payment.pk,
        "gatewaycallback": receive_callback("sandbox", body=body, headers=headers).pk,
        "reconciliationcase": make_case().pk,
    }
    sign_in(client, "finance")
    url = reverse(f"admin:payments_{model}_change", args=[rows[model]])
    assert client.get(url).status_code == 200
    assert client.post(url, {"status": "failed"}).status_code == 403
    assert Payment.objects.get().status == "succeeded"


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_as_many_queries_for_one_row_as_for_three(
    client: Client, rows: int, django_assert_num_queries: Any
) -> None:
    for _row in range(rows):
        make_payment()
    client.force_login(User.objects.create_superuser("boss@example.com"))
    url = reverse("admin:payments_payment_changelist")
    client.get(url)
    with django_assert_num_queries(8):
        client.get(url)


@pytest.mark.parametrize("role", ["merchandiser", "warehouse", "analyst"])
@pytest.mark.parametrize("model", MODELS)
def test_others_see_nothing(client: Client, role: str, model: str) -> None:
    sign_in(client, role)
    assert client.get(reverse(f"admin:payments_{model}_changelist")).status_code == 403


def test_finance_refunds_with_a_reason_and_is_audited(client: Client) -> None:
    payment = make_payment()
    sign_in(client, "finance")
    url = reverse("admin:payments_payment_refund", args=[payment.pk])
    assert client.get(url).status_code == 200
    assert Refund.objects.count() == 0
    form = {"amount": "5.00", "reason": "goodwill", "note": "late", "token": "once"}
    for _click in range(2):
        assert client.post(url, form).status_code == 302
    refund = Refund.objects.get()
    assert (str(refund.amount), refund.reason, refund.note) == ("5.000", "goodwill", "late")
    assert AuditEntry.objects.get(action="payment.refund").actor == "finance@example.com"


def test_another_amount_from_a_page_that_was_sent_is_not_called_queued(client: Client) -> None:
    # Back by the browser's button, the amount changed, sent again: the page's key is used up.
    payment = make_payment()
    sign_in(client, "finance")
    url = reverse("admin:payments_payment_refund", args=[payment.pk])
    form = {"amount": "5.00", "reason": "goodwill", "note": "late", "token": "once"}
    assert client.post(url, form).status_code == 302
    again = client.post(url, form | {"amount": "7.00"})
    assert (again.status_code, Refund.objects.get().amount) == (200, Decimal(5))
    assert "From this page 5.00 EUR were sent back already." in again.content.decode()


def test_too_large_refund_is_told(client: Client) -> None:
    payment = make_payment()
    sign_in(client, "finance")
    url = reverse("admin:payments_payment_refund", args=[payment.pk])
    response = client.post(url, {"amount": "15.00", "reason": "goodwill", "note": "x", "token": "t"})
    assert "At most 14.95 EUR of this payment can be refunded." in response.content.decode()
    assert Refund.objects.count() == 0


def test_service_may_look_but_not_refund(client: Client) -> None:
    payment = make_payment()
    sign_in(client, "service")
    assert client.get(reverse("admin:payments_payment_change", args=[payment.pk])).status_code == 200
    url = reverse("admin:payments_payment_refund", args=[payment.pk])
    form = {"amount": "5.00", "reason": "goodwill", "note": "late", "token": "once"}
    assert client.post(url, form).status_code == 403
    assert Refund.objects.count() == 0


def test_a_payments_history_is_told_in_words(client: Client) -> None:
    payment = make_payment()
    draft = RefundDraft(amount=payment.money, reason="goodwill", dedupe_key="all")
    request_refund(payment.pk, draft=draft, actor="finance@example.com")
    sign_in(client, "finance")
    page = client.get(reverse("admin:payments_payment_change", args=[payment.pk])).content.decode()
    history = page.partition('id="events-group"')[2]
    assert "succeeded" not in history
    for words in ("sent to the provider", "paid", "waiting to be sent"):
        assert words in history


def test_a_case_says_what_happened_on_each_of_its_pages(client: Client) -> None:
    case = make_case()
    ReconciliationCase.objects.update(summary="only for the search")
    sign_in(client, "finance")
    for name in ("change", "take", "resolve"):
        page = client.get(
            reverse(f"admin:payments_reconciliationcase_{name}", args=[case.pk])
        ).content.decode()
        assert "sandbox took 9.50 EUR (pi_1) without a payment of ours." in page
        assert "only for the search" not in page


def test_case_is_taken_and_resolved_with_words(client: Client) -> None:
    case = make_case()
    user = sign_in(client, "finance")
    take, resolve = (
        reverse(f"admin:payments_reconciliationcase_{name}", args=[case.pk]) for name in ("take", "resolve")
    )
    assert client.get(take).status_code == 200
    case.refresh_from_db()
    assert case.status == "open"
    client.post(take)
    case.refresh_from_db()
    assert (case.status, case.owner) == ("assigned", user)
    client.post(resolve, {"resolution": " "})
    case.refresh_from_db()
    assert case.status == "assigned"
    client.post(resolve, {"resolution": "Bank transfer of another shop; sent back."})
    case.refresh_from_db()
    assert (case.status, case.resolved_by) == ("resolved", "finance@example.com")
    assert set(AuditEntry.objects.values_list("action", flat=True)) == {"case.assign", "case.resolve"}
