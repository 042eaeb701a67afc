"""Tickets: opened once, answered, ended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext
from pytest_django import Settings

from crm.domain.states import TicketPriority, TicketSource, TicketStatus
from crm.models import Ticket, TicketMessage
from crm.services.system_tickets import open_system_ticket
from crm.services.tickets import assign_ticket, move_ticket, open_ticket, reply_to_ticket, set_priority
from shop.accounts.models import User
from shop.kernel.clock import now, override_now
from shop.kernel.errors import Invalid, NotAllowed
from shop.kernel.mail import send_due_emails
from tests.factories.orders import make_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent() -> User:
    return User.objects.create_user("agent@example.com", "linen-4-two", is_staff=True)


def make(**changes: object) -> Ticket:
    given: dict[str, object] = {
        "text": "It is late.",
        "source": TicketSource.WEB,
        "customer_email": "ann@example.com",
    }
    return open_ticket("Where is it?", **(given | changes))  # type: ignore[arg-type]


def test_is_due_by_its_priority() -> None:
    instant = now()
    with override_now(instant):
        assert make().due_at == instant + timedelta(hours=24)
        assert make(priority=TicketPriority.URGENT).due_at == instant + timedelta(hours=1)
        assert Ticket.objects.overdue(instant).count() == 0
    assert Ticket.objects.overdue(instant + timedelta(hours=2)).count() == 1


def test_one_per_dedupe_key() -> None:
    first = make(dedupe_key="stalled:1", source=TicketSource.SYSTEM)
    assert make(dedupe_key="stalled:1", source=TicketSource.SYSTEM).pk == first.pk
    assert make(dedupe_key="stalled:2", source=TicketSource.SYSTEM).pk != first.pk
    assert (Ticket.objects.count(), TicketMessage.objects.count()) == (2, 2)


def test_needs_words() -> None:
    with pytest.raises(Invalid) as caught:
        make(text="  ")
    assert caught.value.field == "text"


def test_an_answer_goes_out_by_mail_and_waits_for_the_customer(agent: User) -> None:
    ticket = make()
    reply_to_ticket(ticket.pk, author=agent, text="Tomorrow.")
    ticket.refresh_from_db()
    assert (ticket.status, ticket.answered_at is not None) == ("waiting", True)
    assert send_due_emails() == 1
    assert mail.outbox[0].to == ["ann@example.com"]
    assert ticket.number in mail.outbox[0].subject


def test_a_note_stays_inside(agent: User) -> None:
    ticket = make()
    reply_to_ticket(ticket.pk, author=agent, text="Carrier says Monday.", is_internal=True)
    ticket.refresh_from_db()
    assert ticket.status == "open"
    assert send_due_emails() == 0


def test_moves_along_its_table_only(agent: User) -> None:
    ticket = make()
    assert assign_ticket(ticket.pk, owner=agent).owner == agent
    assert move_ticket(ticket.pk, status=TicketStatus.SOLVED, actor="a").ended_at is not None
    assert move_ticket(ticket.pk, status=TicketStatus.OPEN, actor="a").ended_at is None
    move_ticket(ticket.pk, status=TicketStatus.CLOSED, actor="a")
    with pytest.raises(NotAllowed, match="Closed"):
        move_ticket(ticket.pk, status=TicketStatus.OPEN, actor="a")


def test_another_priority_moves_the_due_time_until_the_first_answer(agent: User) -> None:
    ticket = make()
    urgent = set_priority(ticket.pk, priority=TicketPriority.URGENT)
    assert (urgent.priority, urgent.due_at) == ("urgent", ticket.opened_at + timedelta(hours=1))
    reply_to_ticket(ticket.pk, author=agent, text="Tomorrow.")
    assert set_priority(ticket.pk, priority=TicketPriority.LOW).due_at == urgent.due_at


def test_a_ticket_opened_again_has_its_whole_time(agent: User) -> None:
    ticket = make()
    later = now() + timedelta(days=3)
    with override_now(later):
        move_ticket(ticket.pk, status=TicketStatus.SOLVED, actor="a")
        again = move_ticket(ticket.pk, status=TicketStatus.OPEN, actor="a")
    assert again.due_at == later + timedelta(hours=24)
    assert set_priority(ticket.pk, priority=TicketPriority.URGENT).due_at == later + timedelta(hours=1)


def test_an_answer_after_the_end_waits_for_the_customer_again(agent: User) -> None:
    ticket = make()
    move_ticket(ticket.pk, status=TicketStatus.SOLVED, actor="a")
    reply_to_ticket(ticket.pk, author=agent, text="One more thing.")
    ticket.refresh_from_db()
    assert (ticket.status, ticket.ended_at) == ("waiting", None)
    move_ticket(ticket.pk, status=TicketStatus.CLOSED, actor="a")
    with pytest.raises(NotAllowed):
        reply_to_ticket(ticket.pk, author=agent, text="And another.")
    assert send_due_emails() == 1


def test_a_shopper_writes_from_the_help_page(client: Client) -> None:
    page = client.get("/help/")
    assert page.status_code == 200
    given = {
        "email": "ann@example.com",
        "subject": "Hello",
        "text": "Is it oak?",
        "order_number": "S-NOT-MINE",
    }
    answer = client.post("/help/", given)
    assert answer.status_code == 302
    ticket = Ticket.objects.get()
    assert (ticket.subject, ticket.source, ticket.order) == ("Hello", "web", None)
    for _again in range(2):
        assert f"Your number is {ticket.number}." in client.get(answer["Location"]).content.decode()
    for other in (answer["Location"].replace(ticket.number, "T-OTHER"), "/help/", "/help/?asked=²:x"):
        assert "Your number is" not in client.get(other).content.decode()
    assert client.post("/help/", {**given, "email": "nonsense"}).status_code == 200
    assert Ticket.objects.count() == 1


def test_an_operator_works_a_ticket_in_the_back_office(client: Client, agent: User) -> None:
    agent.is_superuser = True
    agent.save()
    ticket = make()
    client.force_login(agent, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/admin/crm/ticket/").status_code == 200
    assert client.get(f"/admin/crm/ticket/{ticket.pk}/change/").status_code == 200
    client.post(f"/admin/crm/ticket/{ticket.pk}/reply/", {"text": "On its way."})
    client.post(f"/admin/crm/ticket/{ticket.pk}/move/", {"status": "solved"})
    ticket.refresh_from_db()
    assert ticket.status == "solved"


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        ("x" * 5001, "open", "at most 5000 characters"),
        (" ", "open", "This field is required"),
        ("On its way.", "closed", "cannot become"),
    ],
)
def test_an_answer_that_is_refused_is_kept_with_its_reason(
    client: Client, agent: User, text: str, status: str, words: str
) -> None:
    agent.is_superuser = True
    agent.save()
    ticket = make()
    if status == "closed":
        move_ticket(ticket.pk, status=TicketStatus.CLOSED, actor="a")
    client.force_login(agent, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.post(f"/admin/crm/ticket/{ticket.pk}/reply/", {"text": text, "is_internal": ""})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert text.strip() in page
    assert not ticket.messages.filter(author=agent.email).exists()


def test_a_closed_ticket_offers_nothing_that_is_refused(client: Client, agent: User) -> None:
    agent.is_superuser = True
    agent.save()
    ticket = make()
    move_ticket(ticket.pk, status=TicketStatus.CLOSED, actor="a")
    client.force_login(agent, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(f"/admin/crm/ticket/{ticket.pk}/change/").content.decode()
    assert "This ticket is closed." in page
    assert 'value="open"' not in page
    assert 'id="reply-text"' not in page
    assert "deletelink" not in page
    assert client.post(f"/admin/crm/ticket/{ticket.pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_call_is_written_down_for_a_colleague(client: Client, agent: User) -> None:
    agent.is_superuser = True
    agent.save()
    client.force_login(agent, backend="allauth.account.auth_backends.AuthenticationBackend")
    order = make_order()
    told = {
        "subject": "Called about a cup",
        "text": "It arrived with a chip.",
        "source": "phone",
        "order": order.pk,
        "priority": "high",
        "owner": agent.pk,
    }
    offered = client.get("/admin/crm/ticket/add/").context["adminform"].form.fields["source"].choices
    assert [way for way, _label in offered] == ["web", "email", "phone"]
    assert client.post("/admin/crm/ticket/add/", told).status_code == 302
    ticket = Ticket.objects.get()
    assert (ticket.subject, ticket.priority, ticket.owner, ticket.source, ticket.customer_email) == (
        "Called about a cup",
        "high",
        agent,
        "phone",
        order.email,
    )
    assert ticket.messages.get().text == "It arrived with a chip."


def test_what_the_shop_noticed_is_not_put_into_the_customers_mouth(client: Client, agent: User) -> None:
    agent.is_superuser = True
    agent.save()
    ticket = make(source=TicketSource.SYSTEM)
    noticed = ticket.messages.get()
    assert (noticed.author, noticed.is_from_customer, noticed.is_internal) == ("", False, True)
    client.force_login(agent, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(f"/admin/crm/ticket/{ticket.pk}/change/").content.decode()
    assert "The shop itself" in page.split("bo-talk__head")[1].split("</p>")[0]


@pytest.mark.parametrize(
    ("email", "words"), [("ann@example.com", "Sent."), ("", "no e-mail address, so nothing was sent")]
)
def test_an_answer_says_whether_it_went_out_and_makes_its_author_the_owner(
    client: Client, agent: User, email: str, words: str
) -> None:
    agent.is_superuser = True
    agent.save()
    colleague = User.objects.create_user("colleague@example.com", "linen-4-two", is_staff=True)
    ticket, theirs = make(customer_email=email), make(customer_email=email, owner=colleague)
    client.force_login(agent, backend="allauth.account.auth_backends.AuthenticationBackend")
    for row in (ticket, theirs):
        answer = client.post(f"/admin/crm/ticket/{row.pk}/reply/", {"text": "On its way."}, follow=True)
        assert words in answer.content.decode()
    assert [Ticket.objects.get(pk=row.pk).owner for row in (ticket, theirs)] == [agent, colleague]


def test_a_role_without_the_permission_may_not_answer(client: Client, agent: User) -> None:
    ticket = make()
    client.force_login(agent, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.post(f"/admin/crm/ticket/{ticket.pk}/reply/", {"text": "x"}).status_code == 403
    assert client.post(f"/admin/crm/ticket/{ticket.pk}/move/", {"status": "solved"}).status_code == 403
    assert TicketMessage.objects.count() == 1


def test_questions_of_one_address_have_a_limit(client: Client, settings: Settings) -> None:
    settings.GUEST_RATES = {"help": "2/h"}
    asked = {"email": "ann@example.com", "subject": "Where?", "text": "It is late."}
    assert [client.post("/help/", asked).status_code for _ in range(3)] == [302, 302, 429]
    assert client.post("/help/", asked, REMOTE_ADDR="203.0.113.8").status_code == 302
    assert Ticket.objects.count() == 3


def test_a_move_is_noted_in_the_language_of_who_reads(agent: User) -> None:
    ticket = make()
    with translation.override("zh-hans"):
        move_ticket(ticket.pk, status=TicketStatus.SOLVED, actor=agent.email)
        note = ticket.messages.order_by("-pk")[0]
        assert note.words == gettext("Status: %(status)s") % {"status": TicketStatus.SOLVED.label}
    assert (note.words, note.text) == ("Status: Solved", "Status: Solved")


def test_an_answer_in_a_system_ticket_bears_a_subject_in_the_shoppers_language(agent: User) -> None:
    order = make_order()
    order.language = "zh-hans"
    order.save(update_fields=["language"])
    facts = {"number": order.number, "carrier": "sandbox", "tracking": "SBX9"}
    ticket = open_system_ticket(
        "parcel_stalled", facts=facts, dedupe_key="s", order_id=order.pk, customer_email="ann@example.com"
    )
    reply_to_ticket(ticket.pk, author=agent, text="We ask the carrier.")
    send_due_emails()
    with translation.override("zh-hans"):
        assert (
            mail.outbox[0].subject
            == f"[{ticket.number}] {ticket.title}"
            != f"[{ticket.number}] {ticket.subject}"
        )


@pytest.mark.parametrize(
    ("code", "facts"),
    [
        ("of_a_later_release", {}),
        ("parcel_stalled", {}),
        ("supplier_risk", {"name": "A", "risk": "odd", "score": 1}),
    ],
)
def test_words_that_this_release_cannot_say_are_those_that_were_kept(
    code: str, facts: dict[str, object]
) -> None:
    assert Ticket(subject="Kept subject", code=code, facts=facts).title == "Kept subject"
    assert TicketMessage(text="Kept text", code=code, facts=facts).words == "Kept text"
