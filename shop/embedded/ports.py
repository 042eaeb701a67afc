"""Ports on the loopback interface: free ones for our servers, and the test for the one the shopper uses."""

from __future__ import annotations

import contextlib
import errno
import json
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from shop.embedded.errors import EmbeddedError

if TYPE_CHECKING:
    from pathlib import Path

HIGHEST_PORT = 65535
LOOPBACK = "127.0.0.1"
_DEFAULT_PORTS = {"DATABASE_URL": 5432, "REDIS_URL": 6379}
_SCHEMES = {
    "DATABASE_URL": ("postgres", "postgresql", "psql", "pgsql"),
    "REDIS_URL": ("redis", "rediss", "unix"),
}
_ANSWER_SECONDS = 10


def keep_port(file: Path, name: str) -> int:
    """Return the port remembered under `name`, or a free one when it is new or taken; remember it."""
    ports: dict[str, int] = {}
    with contextlib.suppress(OSError, ValueError):
        ports = json.loads(file.read_text())
    if name not in ports or find_bind_error(LOOPBACK, ports[name]):
        ports[name] = _pick_free_port()
        file.write_text(json.dumps(ports))
    return ports[name]


def parse_port(text: str) -> int:
    """Read PORT; raises EmbeddedError when it is not one."""
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= HIGHEST_PORT):
        raise EmbeddedError(f"PORT must be a number from 1 to {HIGHEST_PORT}, not {text!r}.")
    return int(text)


def ensure_port_free(host: str, port: int) -> None:
    """Raise EmbeddedError when the web server could not listen there."""
    reason = find_bind_error(host, port)
    if reason == errno.EADDRINUSE:
        raise EmbeddedError(
            f"Port {port} on {host} is in use by another program: stop it, or choose another port, "
            f"for example `make run PORT={min(port + 1, HIGHEST_PORT)}`."
        )
    if reason == errno.EACCES:
        raise EmbeddedError(f"Port {port} needs more rights: choose one above 1023, such as 8000.")
    if reason:
        raise EmbeddedError(f"The web server cannot listen on {host}, port {port}: choose another HOST.")


def ensure_server_answers(variable: str, url: str) -> None:
    """Raise EmbeddedError when it is no address or nobody listens there; a Unix socket is taken on trust."""
    parts = urlsplit(url)
    if variable in _SCHEMES and parts.scheme not in _SCHEMES[variable]:
        raise EmbeddedError(f"{variable} must begin with {_SCHEMES[variable][0]}://, not {parts.scheme!r}.")
    if not parts.hostname:
        return
    try:
        port = parts.port or _DEFAULT_PORTS.get(variable, 0)
    except ValueError:
        raise EmbeddedError(f"{variable} has a port that is no number from 1 to {HIGHEST_PORT}.") from None
    try:
        socket.create_connection((parts.hostname, port), timeout=_ANSWER_SECONDS).close()
    except OSError:
        raise EmbeddedError(
            f"{variable} names a server that does not answer: {parts.hostname}:{port}."
        ) from None


def ensure_redis_lets_in(url: str) -> None:
    """Raise EmbeddedError when the server answers but does not take the password, or is no Redis."""
    from redis import Redis, RedisError  # only who names a server waits for this import

    try:
        with Redis.from_url(url, socket_timeout=_ANSWER_SECONDS) as client:
            client.ping()
    except (RedisError, ValueError, OSError) as error:
        raise EmbeddedError(
            f"REDIS_URL names a server that does not let us in: {error}".rstrip(".") + "."
        ) from None


def find_bind_error(host: str, port: int) -> int | None:
    """Return the error number that listening there would meet, or None."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        return error.errno or errno.EADDRNOTAVAIL
    return None


def _pick_free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
