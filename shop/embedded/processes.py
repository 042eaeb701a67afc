"""Which processes are ours: remembered on disk, told apart from recycled ids, stopped to the last one."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOKEN_VARIABLE = "SHOP_RUN_TOKEN"  # noqa: S105 -- the name of a variable; its value marks our children
KILL_GRACE_SECONDS = 2.0


@dataclass(frozen=True)
class ProcessIdentity:
    """A process id alone may be given to a stranger later; with its start time it cannot be mistaken."""

    pid: int
    started: str

    @classmethod
    def of(cls, pid: int) -> ProcessIdentity:
        """Read the identity of a process that is alive now."""
        return cls(pid=pid, started=_read_start(pid) or "gone")

    def is_alive(self) -> bool:
        """Say whether this very process, and no other with its number, still runs."""
        return _read_start(self.pid) == self.started


@dataclass(frozen=True)
class ProcessRecord:
    """One process that we started, and how it wants to be stopped."""

    name: str
    identity: ProcessIdentity
    stop_signal: int
    grace_seconds: float


def _read_start(pid: int) -> str | None:
    """Return the start time of a process that is not a zombie, in the kernel's own notation."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:  # noqa: PTH123 -- hot path
            # The command in parentheses may hold spaces and parentheses itself.
            fields = file.read().rpartition(")")[2].split()
    except OSError:
        return None if sys.platform == "linux" else _ask_ps(pid)
    return None if fields[0] in "ZX" else fields[19]


def _ask_ps(pid: int) -> str | None:
    command = ["/bin/ps", "-o", "state=,lstart=", "-p", str(pid)]
    line = subprocess.run(command, check=False, capture_output=True, text=True).stdout.strip()
    return None if not line or line.startswith("Z") else line.partition(" ")[2]


class Registry:
    """The list on disk of what one run has started, in the order of starting."""

    def __init__(self, directory: Path) -> None:
        """Keep the list in `directory`, which exists."""
        self._path = directory / "processes.json"
        self._cleanup_lock = directory / "cleanup.lock"
        self.token = ""
        self.records: list[ProcessRecord] = []

    def begin_run(self, token: str) -> int:
        """Stop what a killed run left behind and begin a new, empty list; return how many were stopped.

        The token is on disk before the first child that carries it.
        """
        with self._one_at_a_time():
            self._read()
            stopped = self._stop_everything()
            self.token = token
            self._write()
        return stopped

    def end_run(self, token: str) -> None:
        """Stop whatever the run of this token still has; nothing when a newer run has begun.

        Safe to call twice, also at once: it touches only processes that it can prove to be ours.
        """
        with self._one_at_a_time():
            self._read()
            if self.token == token:
                self._stop_everything()

    def add(self, record: ProcessRecord) -> None:
        """Remember one more process, in place of an earlier one of the same name."""
        self.records = [other for other in self.records if other.name != record.name] + [record]
        self._write()

    def remove(self, name: str) -> None:
        """Forget a process that has ended."""
        self.records = [other for other in self.records if other.name != name]
        self._write()

    def _stop_everything(self) -> int:
        stopped = sum(_stop(record) for record in reversed(self.records))
        stopped += _kill_marked(self.token)
        self.records = []
        self._write()
        return stopped

    @contextlib.contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        with self._cleanup_lock.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _read(self) -> None:
        try:
            stored = json.loads(self._path.read_text())
        except (OSError, ValueError):
            return
        self.token = stored["token"]
        self.records = [
            ProcessRecord(**{**record, "identity": ProcessIdentity(**record["identity"])})
            for record in stored["processes"]
        ]

    def _write(self) -> None:
        stored = {"token": self.token, "processes": [asdict(record) for record in self.records]}
        temporary = self._path.with_suffix(".new")
        temporary.write_text(json.dumps(stored, indent=1))
        temporary.replace(self._path)


def _stop(record: ProcessRecord) -> bool:
    """Ask politely, wait, then kill; False when that process is gone already."""
    if not record.identity.is_alive():
        return False
    _send(record.identity.pid, record.stop_signal)
    if not _wait_until_gone([record.identity], record.grace_seconds):
        _send(record.identity.pid, signal.SIGKILL)
        _wait_until_gone([record.identity], KILL_GRACE_SECONDS)
    return True


def _kill_marked(token: str) -> int:
    """Kill grandchildren that outlived their parents: they carry the run's token in their environment."""
    marked = list_marked(token)
    for identity in marked:
        _send(identity.pid, signal.SIGKILL)
    _wait_until_gone(marked, KILL_GRACE_SECONDS)
    return len(marked)


def list_marked(token: str) -> list[ProcessIdentity]:
    """Return every living process whose environment holds the token, without the one that asks."""
    if not token or sys.platform != "linux":
        return []
    needle = f"{TOKEN_VARIABLE}={token}".encode()
    found = []
    for name in os.listdir("/proc"):  # noqa: PTH208 -- names are all we need
        if not name.isdigit() or int(name) == os.getpid():
            continue
        with contextlib.suppress(OSError):
            with open(f"/proc/{name}/environ", "rb") as file:  # noqa: PTH123 -- hundreds of them
                content = file.read()
            if needle in content.split(b"\0"):
                found.append(ProcessIdentity.of(int(name)))
    return [identity for identity in found if identity.is_alive()]


def _send(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)


def _wait_until_gone(identities: list[ProcessIdentity], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while any(identity.is_alive() for identity in identities):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
