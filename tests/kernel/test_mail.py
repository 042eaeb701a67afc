"""Mail leaves once, and survives a mail server that does not answer."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connections
from pytest_django import Settings

from shop.kernel.clock import now, override_now
from shop.kernel.mail import queue_email, send_due_emails
from shop.kernel.models import OutgoingEmail
from shop.kernel.transactions import transaction


def queue(key: str = "k") -> bool:
    with transaction():
        return queue_email(key, to="a@example.com", subject="Hello\nyou", text="t", html="<p>t</p>")


@pytest.mark.django_db
def test_one_per_key() -> None:
    assert queue() is True
    assert queue() is False
    assert send_due_emails() == 1
    assert send_due_emails() == 0
    assert [(message.subject, message.to) for message in mail.outbox] == [("Hello you", ["a@example.com"])]


@pytest.mark.django_db
def test_a_dead_mail_server_is_tried_again_for_a_day(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    queue()
    assert send_due_emails() == 0
    row = OutgoingEmail.objects.get()
    assert (row.attempts, row.sent_at, row.dead_at) == (1, None, None)
    with override_now(now() + timedelta(hours=25)):
        send_due_emails()
    assert OutgoingEmail.objects.get().dead_at is not None
    assert mail.outbox == []


@pytest.mark.django_db
def test_goes_out_when_the_server_is_back(settings: Settings) -> None:
    backend = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    queue()
    send_due_emails()
    settings.EMAIL_BACKEND = backend
    with override_now(now() + timedelta(minutes=2)):
        assert send_due_emails() == 1
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_mail_under_anothers_lease_is_free_when_that_session_ends() -> None:
    queue()
    rival = connections["default"].copy()
    with rival.cursor() as cursor:
        name = f"mail:{OutgoingEmail.objects.get().pk}"
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 1))", [name])
        assert send_due_emails() == 0
    rival.close()
    # The server frees the lock when its process for that session has ended: a moment later.
    sent = 0
    for _ in range(50):
        sent += send_due_emails()
        if sent:
            break
        time.sleep(0.1)
    assert sent == 1
    assert len(mail.outbox) == 1
