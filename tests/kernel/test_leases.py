"""A lease is one process's at a time."""

import threading

import pytest
from django.db import connections

from shop.kernel.leases import lease


@pytest.mark.django_db(transaction=True)
def test_a_rival_does_not_get_it_and_the_next_one_does() -> None:
    rivals: list[bool] = []

    def work() -> None:
        with lease("job") as mine:
            rivals.append(mine)
        connections.close_all()

    with lease("job") as mine:
        assert mine is True
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert rivals == [False]
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert rivals == [False, True]
