"""One set of embedded servers below one directory: locked, guarded, started and stopped as a whole."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Self

from shop.embedded.console import say_from
from shop.embedded.errors import EmbeddedError
from shop.embedded.group import ProcessGroup, Service
from shop.embedded.ports import ensure_redis_lets_in, ensure_server_answers
from shop.embedded.processes import Registry
from shop.embedded.servers import PostgresServer, ValkeyServer

if TYPE_CHECKING:
    from types import TracebackType

ROOT = Path(__file__).resolve().parents[2]
NEEDED_DISK_MEGABYTES = 200
_READY_SECONDS = 60
_MEGABYTE = 1_000_000


class AlreadyRunning(EmbeddedError):
    """Another run holds this directory; `urls` are its servers' and its own addresses."""

    def __init__(self, home: Path) -> None:
        """Read what the other run tells about itself."""
        self.urls = _read_urls(home)
        address = self.urls.get("web", "in another terminal")
        super().__init__(f"The shop is already running ({address}): stop it there with Ctrl-C first.")


class Instance:
    """The servers below `home`; a context manager that leaves no process behind, whatever happens."""

    def __init__(
        self, home: Path, *, is_durable: bool = True, environment: dict[str, str] | None = None
    ) -> None:
        """Describe the instance; `environment` may name servers that exist already."""
        self.home = home
        self._run_directory = home / "run"
        self._is_durable = is_durable
        self._given = environment or {}
        self.urls: dict[str, str] = {}
        self.registry = Registry(self._run_directory)
        self.group = ProcessGroup(self.registry)

    def __enter__(self) -> Self:
        """Take the lock, clean up after a killed run, and set the guardian up."""
        self._make_directories()
        self._lock = (self._run_directory / "lock").open("a")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(self.home) from None
        self._token = secrets.token_hex(16)
        stopped = self.registry.begin_run(self._token)
        if stopped:
            say_from("setup", f"stopped {stopped} processes that an earlier, killed run had left behind")
        self._guard = _start_guardian(self.registry, self._token, self._lock.fileno())
        self.group.listen_to_signals()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Stop everything in reverse order, then make sure."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        self.group.stop_all()
        if self._run_directory.exists():  # `make clean` has removed it
            self.registry.end_run(self._token)
            (self._run_directory / "urls.json").unlink(missing_ok=True)
        os.write(self._guard, b"done")
        os.close(self._guard)
        self._lock.close()

    def start_servers(self) -> dict[str, str]:
        """Start what the environment does not name; return DATABASE_URL and REDIS_URL."""
        self._check_disk()
        pairs: tuple[tuple[str, type[PostgresServer | ValkeyServer]], ...] = (
            ("DATABASE_URL", PostgresServer),
            ("REDIS_URL", ValkeyServer),
        )
        for variable, _server in pairs:
            if self._given.get(variable):
                ensure_server_answers(variable, self._given[variable])
        if self._given.get("REDIS_URL"):
            ensure_redis_lets_in(self._given["REDIS_URL"])
        started = [
            (variable, self._start_server(kind)) for variable, kind in pairs if not self._given.get(variable)
        ]
        self.urls |= {
            variable: self._given[variable] for variable, _kind in pairs if self._given.get(variable)
        }
        for variable, server in started:
            self.group.wait_until(server.is_ready, name=server.name, seconds=_READY_SECONDS)
            self.urls[variable] = server.url
        self.publish_urls()
        return {name: self.urls[name] for name, _server in pairs}

    def publish_urls(self) -> None:
        """Tell other commands (`make shell`, a second `make run`) where this run can be reached."""
        file = self._run_directory / "urls.json"
        file.touch(mode=0o600)
        file.write_text(json.dumps(self.urls))

    def remove(self) -> None:
        """Delete the directory of an instance that has been left."""
        shutil.rmtree(self.home, ignore_errors=True)

    def _start_server(self, kind: type[PostgresServer | ValkeyServer]) -> PostgresServer | ValkeyServer:
        server = kind(self.home, is_durable=self._is_durable)
        server.prepare()
        service = Service(
            name=server.name,
            command=server.build_command(),
            stop_signal=server.stop_signal,
            grace_seconds=server.grace_seconds,
            log_file=self.home / "log" / f"{server.name}.log",
            working_directory="/",
        )
        self.group.start(service)
        return server

    def _make_directories(self) -> None:
        try:
            for directory in (self.home, self._run_directory, self.home / "log"):
                directory.mkdir(parents=True, exist_ok=True)
        except PermissionError:
            raise EmbeddedError(f"{self.home} cannot be written: it belongs to another user.") from None

    def _check_disk(self) -> None:
        free = shutil.disk_usage(self.home).free // _MEGABYTE
        if free < NEEDED_DISK_MEGABYTES:
            raise EmbeddedError(
                f"The disk is full: {free} MB are free where {self.home} lies, {NEEDED_DISK_MEGABYTES} MB are needed."
            )


def find_running_address(home: Path) -> str | None:
    """Return the web address of the shop that runs on this directory now."""
    return _read_urls(home).get("web")


def _read_urls(home: Path) -> dict[str, str]:
    urls: dict[str, str] = {}
    with contextlib.suppress(OSError, ValueError):
        urls = json.loads((home / "run" / "urls.json").read_text())
    return urls


def _start_guardian(registry: Registry, token: str, lock: int) -> int:
    """Fork a process that outlives a `kill -9` of this one and then stops what it had started.

    It waits on a pipe whose other end only we hold: a word means all is well, its end that we are dead.
    Returns our end.
    """
    sys.stdout.flush()
    reading, writing = os.pipe()
    if os.fork():
        os.close(reading)
        return writing
    try:
        os.close(writing)
        os.close(lock)  # a new run may begin; it waits for our clean-up by another lock
        os.setsid()  # a `kill -9` of the whole job does not take the guardian with it
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        _close_standard_streams()
        if not os.read(reading, 1):
            registry.end_run(token)
    finally:
        os._exit(0)


def _close_standard_streams() -> None:
    """Let go of the terminal and of pipes that somebody waits on."""
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
