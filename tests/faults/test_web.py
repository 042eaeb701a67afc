"""Web processes die: after the commit and before the answer, and with the news of the order still in the outbox."""

from __future__ import annotations

import time
from contextlib import closing

import pytest

from orders.models import Order
from shop.kernel.invariants import check_invariants
from shop.kernel.models import OutboxEvent, OutgoingEmail
from tests.factories.orders import make_article, make_ready_cart
from tests.faults.hooks import DIE_BEFORE_RESPONSE, HEADER
from tests.faults.mailbox import count_mails
from tests.faults.processes import wait_until
from tests.faults.report import report
from tests.faults.shopper import Shopper, Unreachable
from tests.faults.stack import Stack

pytestmark = [pytest.mark.fault, pytest.mark.timeout(600)]

DEATHS = 10
# Granian takes a worker that dies within 5.5 s of its start for one that cannot start, and ends for its supervisor.
PAUSE_SECONDS = 6


def test_f15_order_survives_the_process_that_placed_it(stack: Stack) -> None:
    """The process dies between COMMIT and answer, and no worker runs yet: order, retry and mail are still one each."""
    cup = make_article("CUP", stock=100)
    carts = [make_ready_cart((cup, 1)).token for _ in range(DEATHS)]
    web = stack.start_web()
    recoveries = []
    with closing(Shopper(web.base)) as shopper:
        for placed, cart in enumerate(carts, start=1):
            with pytest.raises(Unreachable):
                shopper.place(cart, key="k", headers={HEADER: DIE_BEFORE_RESPONSE})
            assert Order.objects.count() == placed
            recoveries.append(wait_until(web.is_ready, seconds=30, what="a web worker"))
            answer = shopper.insist_to_place(cart, key="k")
            assert answer.headers["idempotent-replayed"] == "true"
            assert answer.body["number"] == Order.objects.latest("pk").number
            time.sleep(PAUSE_SECONDS)
    assert OutboxEvent.objects.unsent().filter(topic="orders.order_placed").count() == DEATHS
    assert OutgoingEmail.objects.count() == 0
    assert check_invariants() == []
    stack.start_worker()
    stack.start_beat()
    numbers = set(Order.objects.values_list("number", flat=True))
    expected = {f"We have your order {number}": 1 for number in numbers}
    seconds = wait_until(
        lambda: sum(count_mails(stack.mailbox).values()) >= DEATHS, seconds=120, what="ten mails"
    )
    stack.stop_parts()
    assert count_mails(stack.mailbox) == expected
    report(
        "F15",
        deaths=DEATHS,
        orders=len(numbers),
        mails=DEATHS,
        slowest_answer_again_seconds=round(max(recoveries), 1),
        mails_sent_seconds=round(seconds, 1),
    )
