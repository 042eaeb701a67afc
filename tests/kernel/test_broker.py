"""A worker that loses Redis connects anew: its closing of the old connection ends in errors that it knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from kombu import Connection, Queue
from kombu.transport.redis import Transport as KombuTransport
from redis.exceptions import ConnectionError as QueueConnectionError

from shop.celery import app
from shop.kernel.broker import Channel, Transport


@pytest.fixture
def connection() -> Iterator[Connection]:
    connection = app.connection()
    yield connection
    connection.close()


def test_the_shop_talks_through_its_transport(connection: Connection) -> None:
    assert type(connection.transport) is Transport
    assert type(connection.default_channel) is Channel


def test_a_scheme_with_tls_keeps_its_meaning() -> None:
    with Connection("rediss://127.0.0.1:1/0") as connection:
        assert type(connection.transport) is Transport
        assert connection.ssl


def take_and_lose(connection: Connection) -> Any:
    """A channel with a message that is not acknowledged, whose transport has been closed before it."""
    channel = connection.channel()
    queue = Queue(f"tests-{uuid4()}", channel=channel)
    queue.declare()
    connection.Producer(channel).publish({}, routing_key=queue.name)
    assert queue.get(no_ack=False) is not None
    connection.transport.client = None
    return channel


def test_a_channel_of_a_closed_transport_says_connection_lost(connection: Connection) -> None:
    channel = take_and_lose(connection)
    with pytest.raises(QueueConnectionError, match="closed"):
        channel.close()
    assert QueueConnectionError in connection.connection_errors


def test_twin_without_our_channel_ends_in_an_error_that_no_worker_expects(connection: Connection) -> None:
    with Connection(connection.as_uri(include_password=True), transport=KombuTransport) as plain:
        channel = take_and_lose(plain)
        with pytest.raises(AttributeError, match="hostname"):
            channel.close()
