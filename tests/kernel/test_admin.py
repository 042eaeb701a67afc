"""The machinery in the back office: shown, and told to try again."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from shop.accounts.services.roles import sync_roles
from shop.accounts.services.users import create_verified_user
from shop.kernel.audit import record_audit
from shop.kernel.clock import now
from shop.kernel.models import AuditEntry, InvariantRun, OutboxEvent, OutgoingEmail

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client: Client) -> Client:
    sync_roles()
    user = create_verified_user("owner@example.com", is_staff=True, roles=["owner"])
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def make_event(*, is_dead: bool = False) -> OutboxEvent:
    return OutboxEvent.objects.create(
        topic="orders.order_paid",
        payload={},
        created_at=now(),
        not_before=now(),
        attempts=9,
        dead_at=now() if is_dead else None,
    )


def make_rows(count: int) -> None:
    for number in range(count):
        make_event()
        OutgoingEmail.objects.create(
            dedupe_key=f"m{number}",
            to="a@example.com",
            subject="s",
            text="t",
            created_at=now(),
            not_before=now(),
        )
        record_audit("a@example.com", action="test.act", target=f"order:S{number}")
        InvariantRun.objects.create(started_at=now(), finished_at=now(), checked_quantity=1)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("page", ["outboxevent", "outgoingemail", "auditentry", "invariantrun"])
def test_lists_cost_the_same_for_any_number_of_rows(
    owner: Client, page: str, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_rows(count)
    owner.get(f"/admin/kernel/{page}/")
    with django_assert_num_queries(6):
        answer = owner.get(f"/admin/kernel/{page}/")
    assert answer.context["cl"].result_count == count


@pytest.mark.parametrize(("state", "expected"), [("waiting", 1), ("dead", 1), ("sent", 0), ("", 2)])
def test_events_are_narrowed_by_where_they_are(owner: Client, state: str, expected: int) -> None:
    make_event()
    make_event(is_dead=True)
    answer = owner.get("/admin/kernel/outboxevent/", {"state": state} if state else {})
    assert answer.context["cl"].result_count == expected


def test_a_dead_letter_is_tried_again_and_the_act_is_kept(owner: Client) -> None:
    dead, waiting = make_event(is_dead=True), make_event()
    before = OutboxEvent.objects.get(pk=waiting.pk).not_before
    chosen = {"action": "send_again", "_selected_action": [dead.pk, waiting.pk]}
    assert owner.post("/admin/kernel/outboxevent/", chosen).status_code == 302
    dead.refresh_from_db()
    assert dead.dead_at is None
    assert OutboxEvent.objects.get(pk=waiting.pk).not_before == before
    entry = AuditEntry.objects.get(action="kernel.send_again")
    assert (entry.actor, entry.target) == ("owner@example.com", f"orders.order_paid #{dead.pk}")


def test_nothing_of_the_machinery_is_changed_or_removed(owner: Client) -> None:
    make_rows(1)
    for model in (OutboxEvent, OutgoingEmail, AuditEntry, InvariantRun):
        path = f"/admin/kernel/{model.__name__.lower()}/"
        row = model.objects.get()
        assert owner.get(f"{path}{row.pk}/change/").status_code == 200
        assert owner.post(f"{path}{row.pk}/change/", {}).status_code == 403
        assert owner.get(f"{path}{row.pk}/delete/").status_code == 403
        assert owner.get(f"{path}add/").status_code == 403
