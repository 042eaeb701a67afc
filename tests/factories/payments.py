"""Payments for tests, made by the services as shoppers make them, and threads that race."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from itertools import count
from typing import TypeVar

from django.db import connection

from orders.models import Order
from payments.gateways.sandbox.signing import list_secrets, sign_body
from payments.models import Payment, SandboxCallback, SandboxIntent
from payments.services.payments import start_payment
from shop.kernel.clock import now
from tests.factories.orders import make_order

R = TypeVar("R")

RETURN_URL = "http://testserver/pay/back/"
_numbers = count(1)


def pay(order: Order, card: str = "tok_success", *, key: str = "") -> Payment:
    """One try to pay with the sandbox."""
    return start_payment(
        order.pk,
        gateway="sandbox",
        method_token=card,
        idempotency_key=key or f"key-{next(_numbers)}",
        return_url=RETURN_URL,
    )


def make_payment(card: str = "tok_success", *, order: Order | None = None) -> Payment:
    """A payment of a new order."""
    return pay(order or make_order(), card)


def get_intent(payment: Payment) -> SandboxIntent:
    """The provider's row of a payment, found by the provider's own metadata."""
    return SandboxIntent.objects.get(payment_id=payment.pk)


def sign_callback(callback: SandboxCallback) -> tuple[bytes, dict[str, str]]:
    """Body and headers as the provider posts them."""
    body = callback.body.encode()
    return body, {"sandbox-signature": sign_body(body, secret=list_secrets()[0], at=now())}


def race(*acts: Callable[[], R], copies: int = 1) -> list[R | Exception]:
    """Run all acts (each `copies` times) at once in threads of their own connections; results in order, errors too."""
    todo: Sequence[Callable[[], R]] = [act for act in acts for _copy in range(copies)]
    results: list[R | Exception] = [RuntimeError("did not run")] * len(todo)
    start = threading.Barrier(len(todo))

    def run(index: int) -> None:
        try:
            start.wait(timeout=30)
            results[index] = todo[index]()
        except Exception as error:
            results[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(todo))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results
