"""Child processes that tests start, kill with all they have forked, and start again."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from shop.embedded.servers import build_launch_command

ROOT = Path(__file__).resolve().parents[2]


class NotReady(AssertionError):
    """Something did not happen in time."""


def find_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(is_true: Callable[[], object], *, seconds: float, what: str = "it") -> float:
    """Wait for a condition; answers how many seconds that took."""
    started_at = time.monotonic()
    while not is_true():
        if time.monotonic() - started_at > seconds:
            raise NotReady(f"{what} did not happen within {seconds:g} s")
        time.sleep(0.05)
    return time.monotonic() - started_at


class Child:
    """A process and its descendants as one group. Start it from the main thread: it dies with that thread."""

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        directory: Path,
        environment: dict[str, str] | None = None,
        is_wrapped: bool = True,
        working_directory: Path = ROOT,
    ) -> None:
        self.name = name
        self.log = directory / f"{name}.log"
        self._command = build_launch_command(command) if is_wrapped else [str(word) for word in command]
        self._environment = environment or {}
        self._working_directory = working_directory
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=self._working_directory,
                env={**os.environ, **self._environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def list_children(self) -> list[int]:
        """The processes that it has forked."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [int(pid) for pid in children]

    def kill_group(self, number: int = signal.SIGKILL) -> None:
        """Signal it and all that it has forked, and wait for its end."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)
        self._process.wait(30)

    def signal(self, number: int) -> None:
        """Signal it alone, and wait for its end."""
        assert self._process is not None
        self._process.send_signal(number)
        self._process.wait(30)

    def stop(self) -> None:
        """Politely, then by force."""
        if self._process is None:
            return
        if self.is_running():
            self._process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(10)
        self.kill_group()
        self._process = None

    def read_log(self, *, lines: int = 60) -> str:
        """Its last words."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
