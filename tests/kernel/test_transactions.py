"""Transactions: joined, guarded."""

import pytest

from shop.kernel.audit import record_audit
from shop.kernel.models import AuditEntry
from shop.kernel.transactions import (
    NetworkInsideTransaction,
    forbid_transaction,
    savepoint,
    transaction,
    transactional,
)


@transactional
def write(target: str) -> None:
    record_audit("t", action="wrote", target=target)


@pytest.mark.django_db(transaction=True)
def test_services_join_the_callers_transaction() -> None:
    with pytest.raises(RuntimeError), transaction():
        write("a")
        raise RuntimeError
    assert AuditEntry.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_an_error_in_a_joined_service_undoes_the_whole_even_when_caught() -> None:
    @transactional
    def fail() -> None:
        write("b")
        raise ValueError

    with pytest.raises(Exception, match="atomic"), transaction():
        write("a")
        with pytest.raises(ValueError):  # noqa: PT011  our own
            fail()
        write("c")
    assert AuditEntry.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_savepoint_undoes_only_its_part() -> None:
    with transaction():
        write("a")
        with pytest.raises(ValueError), savepoint():  # noqa: PT011  our own
            write("b")
            raise ValueError
    assert list(AuditEntry.objects.values_list("target", flat=True)) == ["a"]


@pytest.mark.django_db
def test_the_network_is_refused_inside_a_transaction() -> None:
    forbid_transaction()
    with pytest.raises(NetworkInsideTransaction), transaction():
        forbid_transaction()
