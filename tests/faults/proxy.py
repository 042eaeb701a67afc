"""A TCP proxy between the shop and a server that delays, cuts or swallows what passes, as a bad network does."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from enum import StrEnum
from typing import Self

_CHUNK_BYTES = 65536
# PostgreSQL's simple query protocol: type, length, text, zero.
COMMIT = b"Q\x00\x00\x00\x0bCOMMIT\x00"


class Fault(StrEnum):
    """What happens to the next transaction that comes to its COMMIT."""

    NONE = ""
    CUT_BEFORE_COMMIT = "the server never hears the COMMIT"
    CUT_AFTER_COMMIT = "the server commits, the client never hears it"
    BLACK_HOLE = "nothing passes any more, and nobody is told"


class FaultProxy:
    """`with FaultProxy(host, port) as proxy: ... proxy.arm(Fault.CUT_AFTER_COMMIT)`."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._armed = Fault.NONE
        self._lock = threading.Lock()
        self._sockets: set[socket.socket] = set()
        self.delay_seconds = 0.0
        self.cut_after_bytes: int | None = None
        self.fired = 0
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=200)
        self.port = int(self._listener.getsockname()[1])

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._listener.close()
        self.cut_all()

    def arm(self, fault: Fault) -> None:
        """Let the next COMMIT meet this fault."""
        with self._lock:
            self._armed = fault

    def cut_all(self) -> None:
        """Cut every connection that there is now."""
        with self._lock:
            victims = list(self._sockets)
        for victim in victims:
            _close(victim)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _address = self._listener.accept()
                try:
                    server = socket.create_connection(self._target, timeout=5)
                except OSError:
                    _close(client)
                    continue
                server.settimeout(None)
                with self._lock:
                    self._sockets |= {client, server}
                for work in (self._pass_requests, self._pass_answers):
                    threading.Thread(target=work, args=(client, server), daemon=True).start()

    def _pass_requests(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := client.recv(_CHUNK_BYTES):
                time.sleep(self.delay_seconds)
                fault = self._take_fault() if COMMIT in data else Fault.NONE
                if fault is Fault.CUT_BEFORE_COMMIT:
                    break
                if fault is Fault.CUT_AFTER_COMMIT:
                    _close(client)
                    server.sendall(data)
                    time.sleep(0.2)  # for the server to hear it before its connection ends
                    break
                if fault is Fault.BLACK_HOLE:
                    return
                server.sendall(data)
        self._end(client, server)

    def _pass_answers(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := server.recv(_CHUNK_BYTES):
                if self.cut_after_bytes is not None and len(data) >= self.cut_after_bytes:
                    client.sendall(data[: self.cut_after_bytes])
                    break
                client.sendall(data)
        self._end(client, server)

    def _take_fault(self) -> Fault:
        with self._lock:
            fault, self._armed = self._armed, Fault.NONE
            self.fired += fault is not Fault.NONE
        return fault

    def _end(self, *ends: socket.socket) -> None:
        for end in ends:
            _close(end)
        with self._lock:
            self._sockets -= set(ends)


def _close(victim: socket.socket) -> None:
    with contextlib.suppress(OSError):
        victim.shutdown(socket.SHUT_RDWR)
    victim.close()
