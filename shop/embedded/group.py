"""A group of child processes with one merged log, started and stopped in order, never left behind."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shop.embedded.console import say_from
from shop.embedded.errors import EmbeddedError, StopRequested
from shop.embedded.processes import KILL_GRACE_SECONDS, TOKEN_VARIABLE, ProcessIdentity, ProcessRecord

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import FrameType

    from shop.embedded.processes import Registry

_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_CHUNK_BYTES = 65536
_REMEMBERED_LINES = 30


@dataclass(frozen=True)
class Service:
    """One long-running process: how to start it and how it wants to be stopped."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    stop_signal: int = signal.SIGTERM
    grace_seconds: float = 10.0
    log_file: Path | None = None
    has_terminal: bool = False  # its output is not merged; it may ask and draw
    is_interactive: bool = False  # it also reads the keyboard, and Ctrl-C is for it
    working_directory: str | None = None


class ProcessGroup:
    """The children of this process; every method runs in the main thread, as parent-death signals need."""

    def __init__(self, registry: Registry) -> None:
        """Start with no child; the registry hears of each."""
        self._registry = registry
        self._selector = selectors.DefaultSelector()
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._services: dict[str, Service] = {}
        self._partial: dict[str, bytes] = {}
        self._stop_signal: int | None = None
        # A killed `make` cannot tell us; started by anything else we may outlive our parent, as nohup wants.
        self._parent = os.getppid() if os.environ.get("MAKELEVEL") else None
        self.last_lines: dict[str, list[str]] = {}

    def listen_to_signals(self) -> None:
        """Turn Ctrl-C, SIGTERM and a closed terminal into StopRequested at the next `pump`."""
        for number in _STOP_SIGNALS:
            signal.signal(number, self._remember_signal)

    def _remember_signal(self, number: int, _frame: FrameType | None) -> None:
        self._stop_signal = number

    def start(self, service: Service) -> None:
        """Start a service in its own session, so that Ctrl-C reaches it only through us."""
        output = _choose_output(service)
        environment = {**os.environ, **service.environment, TOKEN_VARIABLE: self._registry.token}
        # Without its cache of bytecode each process compiles the project anew: 5 s instead of 1.5 s.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        child = subprocess.Popen(
            service.command,
            env=environment,
            cwd=service.working_directory,
            stdin=None if service.is_interactive else subprocess.DEVNULL,
            stdout=output,
            stderr=None if output is None else subprocess.STDOUT,
            start_new_session=not service.is_interactive,
        )
        identity = ProcessIdentity.of(child.pid)
        record = ProcessRecord(service.name, identity, int(service.stop_signal), service.grace_seconds)
        self._registry.add(record)
        self._children[service.name], self._services[service.name] = child, service
        self.last_lines[service.name] = []
        if child.stdout:
            os.set_blocking(child.stdout.fileno(), False)
            self._selector.register(child.stdout, selectors.EVENT_READ, service.name)
        elif output:
            output.close()

    def pump(self, seconds: float) -> None:
        """Pass on what the children write for at most `seconds`; raises StopRequested after a signal."""
        self._check_stop()
        for key, _events in self._selector.select(seconds):
            self._read_output(key)
        self._check_stop()

    def _check_stop(self) -> None:
        if self._stop_signal is not None or (self._parent and os.getppid() != self._parent):
            raise StopRequested

    def wait_until(self, is_ready: Callable[[], bool], *, name: str, seconds: float) -> None:
        """Pump until the service is ready; raises EmbeddedError when it ends or takes too long."""
        deadline = time.monotonic() + seconds
        while not is_ready():
            self.pump(0.05)
            if self._children[name].poll() is not None:
                raise EmbeddedError(self._explain_end(name))
            if time.monotonic() > deadline:
                raise EmbeddedError(
                    f"{name} was not ready after {seconds:.0f} seconds; its last words: "
                    f"{self._find_last_words(name)}"
                )

    def run(self, service: Service, *, seconds: float) -> int:
        """Run a service that is meant to end; returns its exit code; raises EmbeddedError when it does not end."""
        self.start(service)
        deadline = time.monotonic() + seconds
        while (code := self.find_code(service.name)) is None:
            self.pump(0.05)
            if time.monotonic() > deadline:
                self.stop(service.name)
                raise EmbeddedError(f"{service.name} took longer than {seconds:.0f} seconds and was stopped.")
        return code

    def find_code(self, name: str) -> int | None:
        """Return the exit code of a service that has ended, and forget it; None while it runs."""
        return None if self._children[name].poll() is None else self._forget(name)

    def list_ended(self) -> list[tuple[Service, int]]:
        """Return the services that ended by themselves, with their exit codes, and forget them.

        What an ended service leaves of its session is killed: it may still hold the port.
        """
        ended = [name for name, child in self._children.items() if child.poll() is not None]
        for name in ended:
            _kill_session(self._children[name].pid)
        return [(self._services[name], self._forget(name)) for name in ended]

    def is_started(self, name: str) -> bool:
        """Say whether a service was started and is not known to have ended."""
        return name in self._children

    def stop(self, name: str) -> None:
        """Stop one service: politely, and after its grace by force."""
        child, service = self._children[name], self._services[name]
        if child.poll() is None:
            child.send_signal(service.stop_signal)
        deadline = time.monotonic() + service.grace_seconds
        while child.poll() is None and time.monotonic() < deadline:
            for key, _events in self._selector.select(0.05):
                self._read_output(key)
        if child.poll() is None:
            child.kill()
        if not service.is_interactive:  # that one shares our own session
            _kill_session(child.pid)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(KILL_GRACE_SECONDS)
        self._forget(name)

    def stop_all(self) -> None:
        """Stop every service, the newest first; a second Ctrl-C does not break the order."""
        for name in reversed(list(self._children)):
            self.stop(name)

    def _forget(self, name: str) -> int:
        child = self._children.pop(name)
        if child.stdout:
            for key in [key for key in self._selector.get_map().values() if key.data == name]:
                self._read_output(key)
            with contextlib.suppress(KeyError, ValueError):
                self._selector.unregister(child.stdout)
            child.stdout.close()
        self._registry.remove(name)
        return child.returncode if child.returncode is not None else -signal.SIGKILL

    def _read_output(self, key: selectors.SelectorKey) -> None:
        name: str = key.data
        try:
            chunk = os.read(key.fd, _CHUNK_BYTES)
        except BlockingIOError:
            return
        if not chunk:
            self._selector.unregister(key.fileobj)
        *lines, rest = (self._partial.pop(name, b"") + chunk).split(b"\n")
        if rest and chunk:
            self._partial[name] = rest
        elif rest:
            lines.append(rest)
        for line in lines:
            text = line.decode(errors="replace").rstrip()
            self.last_lines[name] = [*self.last_lines[name][1 - _REMEMBERED_LINES :], text]
            say_from(name, text)

    def _explain_end(self, name: str) -> str:
        code = self._children[name].returncode
        return f"{name} ended with code {code}; its last words: {self._find_last_words(name)}"

    def _find_last_words(self, name: str) -> str:
        service = self._services[name]
        lines = self.last_lines[name]
        if service.log_file and service.log_file.exists():
            lines = service.log_file.read_text(errors="replace").splitlines()
        if any("No space left on device" in line for line in lines):
            return "the disk is full, free some space and start again"
        return next((line for line in reversed(lines) if line.strip()), "none")


def _choose_output(service: Service) -> Any:
    if service.has_terminal or service.is_interactive:
        return None
    if not service.log_file:
        return subprocess.PIPE
    if service.log_file.exists():
        service.log_file.replace(service.log_file.with_suffix(".previous.log"))
    return service.log_file.open("wb")


def _kill_session(leader: int) -> None:
    """Kill what is left of a service's group; the number stays reserved for as long as a member lives."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
