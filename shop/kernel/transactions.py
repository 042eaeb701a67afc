"""Transactions: services open exactly one, and no network call happens inside one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import connection
from django.db import transaction as django_transaction

P = ParamSpec("P")
R = TypeVar("R")


class NetworkInsideTransaction(RuntimeError):
    """A call to an outside party was about to happen while rows were locked."""


@contextmanager
def transaction() -> Iterator[None]:
    """Open a transaction, or join the caller's; an error in a joined one always undoes the whole."""
    # Inside a test case's own transaction the outermost service gets a savepoint, so that it fails as it would alone.
    with django_transaction.atomic(savepoint=not is_in_transaction()):  # noqa: TID251  its one home
        yield


@contextmanager
def savepoint() -> Iterator[None]:
    """A part of the caller's transaction that may fail by itself: its error undoes the part, not the whole."""
    require_transaction()
    with django_transaction.atomic():  # noqa: TID251  its one home
        yield


def transactional(service: Callable[P, R]) -> Callable[P, R]:
    """Run a service in one transaction: its own, or that of the service which called it."""

    @wraps(service)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        with transaction():
            return service(*args, **kwargs)

    return wrapper


def is_in_transaction() -> bool:
    """Whether product code (not the test case around it) has a transaction open."""
    return any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks)


def forbid_transaction() -> None:
    """The guard at the door of every network, file or mail call."""
    if is_in_transaction():
        raise NetworkInsideTransaction("record the intent, commit, call, then record the answer")


def require_transaction() -> None:
    """The guard of what only makes sense beside the change that it belongs to."""
    if not connection.in_atomic_block:
        raise RuntimeError("needs the transaction of the change that it belongs to")


def on_commit(callback: Callable[[], object]) -> None:
    """Run after commit; for hints only (a lost one must not matter: what matters goes through the outbox)."""
    django_transaction.on_commit(callback, robust=True)
