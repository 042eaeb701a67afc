"""The queue's transport: what a lost connection still wants to say ends as the error that Celery waits for."""

from __future__ import annotations

from typing import Any

from kombu.transport import redis as kombu_redis
from redis.exceptions import ConnectionError as QueueConnectionError


class Channel(kombu_redis.Channel):
    """Refuses to open connections for a transport that is closed.

    When Redis dies under unacknowledged messages, Celery closes its connection twice; the second time the channel
    asks the transport for an address that it has no longer. Kombu 5.7 answers with AttributeError, which is no
    connection error, so that the worker ends instead of connecting anew.
    """

    def _connparams(self, *arguments: Any, **options: Any) -> dict[str, Any]:
        if self.connection.client is None:
            message = "the connection to the queue is closed"
            raise QueueConnectionError(message)
        parameters: dict[str, Any] = super()._connparams(*arguments, **options)  # type: ignore[misc]  # kombu has no types
        return parameters


class Transport(kombu_redis.Transport):
    """Kombu's Redis transport with our channel; `shop.celery` puts it in its place."""

    Channel = Channel
