"""Workers and relays die in the middle of their work: another takes it up soon, and its effect happens once."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from shop.kernel.mail import queue_email
from shop.kernel.models import OutgoingEmail
from shop.kernel.transactions import transaction
from shop.partners.models import WebhookDelivery
from shop.partners.services.keys import create_key
from shop.partners.services.webhooks import create_endpoint, queue_webhook
from tests.faults.bells import count_effects, count_unsent, ring
from tests.faults.mailbox import count_mails
from tests.faults.processes import Child, wait_until
from tests.faults.report import report
from tests.faults.stack import Stack
from tests.partners.receiver import Receiver, run_receiver

pytestmark = [pytest.mark.fault, pytest.mark.timeout(600)]

MESSAGES = 12
SENDERS = 2
RESUMED_SECONDS = 30
RELAYS = 4
RELAY_KILLS = 16
EVENTS = 4000


def queue_mails() -> None:
    with transaction():
        for number in range(MESSAGES):
            queue_email(f"mail:{number}", to="ada@example.com", subject=f"Mail {number}", text="t")


def kill_worker(worker: Child, *, victim: str) -> None:
    """The whole worker, which is then started again as a supervisor would; or one of its pool's processes."""
    if victim == "whole":
        worker.kill_group()
        worker.start()
    else:
        for pid in worker.list_children():
            os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("victim", ["whole", "pool"])
def test_f12_mail_goes_out_once_though_its_worker_is_killed(stack: Stack, victim: str) -> None:
    queue_mails()
    worker = stack.start_worker(MAILBOX_SECONDS="0.4")
    stack.start_beat()
    wait_until(lambda: len(count_mails(stack.mailbox)) >= 3, seconds=90, what="a third mail")
    known = len(count_mails(stack.mailbox))
    kill_worker(worker, victim=victim)
    resumed = wait_until(
        lambda: len(count_mails(stack.mailbox)) > known + 1, seconds=RESUMED_SECONDS, what="the next mail"
    )
    wait_until(lambda: OutgoingEmail.objects.filter(sent_at=None).count() == 0, seconds=60, what="all mail")
    stack.stop_parts()
    copies = count_mails(stack.mailbox)
    assert set(copies) == {f"Mail {number}" for number in range(MESSAGES)}
    # What had left when its sender died, but was not noted yet, may leave again: one per sender at most.
    assert copies.total() <= MESSAGES + SENDERS
    assert set(OutgoingEmail.objects.values_list("attempts", flat=True)) == {1}
    report("F12 mail", victim=victim, copies=copies.total(), resumed_seconds=round(resumed, 1))


@pytest.fixture
def partner() -> Iterator[Receiver]:
    with run_receiver() as running:
        running.seconds = 0.4
        yield running


@pytest.mark.parametrize("victim", ["whole", "pool"])
def test_f12_webhooks_arrive_though_their_worker_is_killed(
    stack: Stack, partner: Receiver, settings: Settings, victim: str
) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = True
    owner = create_key("partner", scopes=["orders:read"])[0]
    create_endpoint(owner, url=partner.url, topics=["order.placed"])
    for number in range(MESSAGES):
        with transaction():
            queue_webhook("order.placed", object_id=f"order:{number}", payload={"number": f"S{number}"})
    worker = stack.start_worker()
    stack.start_beat()
    wait_until(lambda: len(partner.requests) >= 3, seconds=90, what="a third webhook")
    known = len(partner.requests)
    kill_worker(worker, victim=victim)
    resumed = wait_until(
        lambda: len(partner.requests) > known + 1, seconds=RESUMED_SECONDS, what="the next webhook"
    )
    undelivered = WebhookDelivery.objects.exclude(state="delivered")
    wait_until(lambda: undelivered.count() == 0, seconds=60, what="the last webhook")
    stack.stop_parts()
    copies = Counter(headers["webhook-id"] for headers, _body in partner.requests)
    assert len(copies) == MESSAGES
    # What the partner had heard when our sender died is told again under the same id, by which it is known.
    assert copies.total() <= MESSAGES + SENDERS
    report("F12 webhook", victim=victim, requests=copies.total(), resumed_seconds=round(resumed, 1))


def test_f14_no_event_is_lost_or_done_twice_by_dying_relays(stack: Stack, seed: random.Random) -> None:
    ring(range(EVENTS))
    file = stack.directory / "relays"
    stack.start_module("tests.faults.relays", str(RELAYS), str(file))
    wait_until(lambda: len(count_effects()) > 0, seconds=60, what="a first effect")
    kills = 0
    while kills < RELAY_KILLS and count_unsent():
        time.sleep(seed.uniform(0.05, 0.4))
        kills += kill_one(seed, [int(pid) for pid in file.read_text().split()])
    seconds = wait_until(lambda: count_unsent() == 0, seconds=400, what="an empty outbox")
    assert kills == RELAY_KILLS
    effects = count_effects()
    assert len(effects) == EVENTS
    assert set(effects.values()) == {1}
    report("F14", kills=kills, events=EVENTS, effects=effects.total(), rest_seconds=round(seconds, 1))


def kill_one(seed: random.Random, relays: list[int]) -> int:
    try:
        os.kill(seed.choice(relays), signal.SIGKILL)
    except (ProcessLookupError, IndexError):
        return 0
    return 1
