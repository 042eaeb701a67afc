"""Connections that end after so many seconds, however slowly the other side drips."""

from __future__ import annotations

import contextlib
import socket
import threading

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.response import HTTPResponse


class _Bounded(HTTPConnection):
    """A time limit of a single read cannot stop one byte a second; shutting the socket from outside can."""

    whole_seconds: float
    is_over = False
    _watchdog: threading.Timer | None = None

    def connect(self) -> None:
        super().connect()
        self._watchdog = threading.Timer(self.whole_seconds, self._shut, [self.sock])
        self._watchdog.daemon = True
        self._watchdog.start()

    def _shut(self, sock: socket.socket) -> None:
        self.is_over = True
        with contextlib.suppress(OSError):
            # The plain socket's own: that of TLS would take its state from under the reader.
            socket.socket.shutdown(sock, socket.SHUT_RDWR)

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # urllib3 answers its own kind
        response = super().getresponse()
        if self.is_over:
            # A socket that was shut looks like the end of the headers.
            response.close()
            raise TimeoutError
        return response

    def close(self) -> None:
        if self._watchdog is not None:
            self._watchdog.cancel()
        super().close()


def bound_session(session: requests.Session, *, seconds: float) -> None:
    """Shut every connection of the session so many seconds after it was made, unless the headers are there by then.

    A body is read by the caller, in pieces and with an eye on the clock.
    """

    class Plain(_Bounded):
        whole_seconds = seconds

    class Secure(_Bounded, HTTPSConnection):
        whole_seconds = seconds

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    for adapter in session.adapters.values():
        if isinstance(adapter, HTTPAdapter):
            adapter.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}
