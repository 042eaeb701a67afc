"""A quick word with Valkey: one round trip, a short wait, and a while without it when it does not answer."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from functools import cache
from typing import Any, Final

import structlog
from django.conf import settings
from redis import ConnectionPool
from redis.backoff import NoBackoff
from redis.connection import AbstractConnection
from redis.exceptions import ConnectionError as BrokenConnection
from redis.exceptions import NoScriptError, RedisError
from redis.retry import Retry

log = structlog.get_logger(__name__)

REST_SECONDS: Final = 5.0


class ValkeyAway(Exception):
    """It did not answer just now, or a moment ago: do without it."""


class Script:
    """What Valkey runs whole, known to it by its digest once it has seen the text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.digest = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


class Valkey:
    """What requests may ask it. Each thread has its own connection; a silent server is asked once in five seconds."""

    def __init__(self, url: str, *, seconds: float) -> None:
        self._pool = ConnectionPool.from_url(
            url,
            protocol=2,
            socket_connect_timeout=seconds,
            socket_timeout=seconds,
            retry=Retry(NoBackoff(), 0),
        )
        self._own = threading.local()
        self._rests_until = 0.0

    def ask(self, *words: str | int) -> Any:
        """Return the answer to one command; raises ``ValkeyAway`` within two waits, and at once while it is left alone."""
        if time.monotonic() < self._rests_until:
            raise ValkeyAway
        try:
            return self._ask(words)
        except NoScriptError:
            raise
        except (RedisError, OSError) as error:
            self._rests_until = time.monotonic() + REST_SECONDS
            log.warning("valkey.away", error=type(error).__name__, seconds=REST_SECONDS)
            raise ValkeyAway from error

    def run(self, script: Script, *words: str | int) -> Any:
        """The same for a script: ``words`` are the number of keys, the keys, the arguments."""
        try:
            return self.ask("EVALSHA", script.digest, *words)
        except NoScriptError:
            return self.ask("EVAL", script.text, *words)

    def _ask(self, words: tuple[str | int, ...]) -> Any:
        connection: AbstractConnection | None = getattr(self._own, "connection", None)
        if connection is None or connection.pid != os.getpid():
            connection = self._own.connection = self._pool.connection_class(**self._pool.connection_kwargs)
            return _exchange(connection, words)
        try:
            return _exchange(connection, words)
        except BrokenConnection:
            # It was closed while nobody used it (a restart, the server's limit for idle ones): it opens itself again.
            return _exchange(connection, words)


def _exchange(connection: AbstractConnection, words: tuple[str | int, ...]) -> Any:
    connection.send_command(*words)  # type: ignore[no-untyped-call]  # redis types the client, not its connections
    return connection.read_response()


@cache
def get_valkey(url: str) -> Valkey:
    """The process's own for this address."""
    return Valkey(url, seconds=settings.VALKEY_SECONDS)
