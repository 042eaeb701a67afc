"""Checks side by side, one for each core; what each has written is shown whole, in the order of the list."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shop.embedded.console import is_coloured, say, say_heading
from shop.embedded.group import Service
from shop.embedded.instance import ROOT, Instance
from shop.embedded.servers import build_launch_command

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


@dataclass(frozen=True)
class Check:
    """One step with a name that a person reads, a command, and a limit."""

    title: str
    command: Sequence[str]
    environment: dict[str, str] = field(default_factory=dict)
    seconds: float = 300
    is_late: bool = False  # takes so long that the tests begin beside it


@dataclass(frozen=True)
class Outcome:
    """How one check ended."""

    check: Check
    code: int
    seconds: float
    text: str

    def describe(self) -> str:
        """What it wrote, and how it ended."""
        return f"{self.text}-- {'FAILED' if self.code else 'ok'} in {self.seconds:.1f} s"


class Lanes:
    """Runs checks, at most one per core at a time; those that may take longest begin first."""

    def __init__(
        self, instance: Instance, checks: Sequence[Check], environment: Mapping[str, str] | None = None
    ) -> None:
        """Start nothing yet."""
        self._group = instance.group
        self._log = instance.home / "log"
        self._environment = dict(environment or {})
        self._checks = checks
        self._waiting = sorted(checks, key=lambda check: -check.seconds)
        self._running: dict[str, tuple[Check, float]] = {}
        self._outcomes: dict[str, Outcome] = {}

    @property
    def failed(self) -> list[str]:
        """The titles of the checks that have ended badly."""
        return [check.title for check in self._checks if self._has_failed(check)]

    def _has_failed(self, check: Check) -> bool:
        return check.title in self._outcomes and self._outcomes[check.title].code != 0

    def show(self, *, with_late: bool = True) -> None:
        """Run the checks, also after a failure, and show each as soon as those before it are shown."""
        self._show([check for check in self._checks if with_late or not check.is_late])

    def _show(self, checks: Sequence[Check]) -> None:
        for check in checks:
            while check.title not in self._outcomes:
                self._advance()
            say_heading(check.title)
            say(self._outcomes[check.title].describe())

    def run_beside(self, tests: Check, report: Path) -> int:
        """Run the tests on the terminal while late checks go on; the report of these is for the tests' summary."""
        self._start(tests, has_terminal=True)
        is_written = False
        while tests.title not in self._outcomes:
            self._advance()
            if not is_written and list(self._running) == [tests.title]:
                self._write(report)
                is_written = True
        if report.exists() or not is_written:  # the tests ended without a summary, which would have taken it
            self._show([check for check in self._checks if check.is_late])
        return self._outcomes[tests.title].code

    def _write(self, report: Path) -> None:
        late = [self._outcomes[check.title] for check in self._checks if check.is_late]
        content = {
            "late": {outcome.check.title: outcome.describe() for outcome in late},
            "failed": self.failed,
        }
        unfinished = report.with_suffix(".new")
        unfinished.write_text(json.dumps(content))
        unfinished.rename(report)

    def _advance(self) -> None:
        """Start what there is room for, wait a moment, and note what has ended."""
        while self._waiting and len(self._running) < count_cores():
            self._start(self._waiting.pop(0))
        self._group.pump(0.05)
        for check, started_at in list(self._running.values()):
            seconds, remark = time.monotonic() - started_at, ""
            code = self._group.find_code(check.title)
            if code is None and seconds > check.seconds:
                self._group.stop(check.title)
                code, remark = 1, f"It took longer than {check.seconds:.0f} seconds and was stopped.\n"
            if code is not None:
                self._outcomes[check.title] = Outcome(check, code, seconds, self._read_log(check) + remark)
                del self._running[check.title]

    def _start(self, check: Check, *, has_terminal: bool = False) -> None:
        colours = {"FORCE_COLOR": "1", "MYPY_FORCE_COLOR": "1"} if is_coloured() else {}
        service = Service(
            name=check.title,
            command=build_launch_command(check.command),
            environment={**({} if has_terminal else colours), **self._environment, **check.environment},
            working_directory=str(ROOT),
            has_terminal=has_terminal,
            log_file=None if has_terminal else self._find_log(check),
        )
        self._group.start(service)
        self._running[check.title] = check, time.monotonic()

    def _find_log(self, check: Check) -> Path:
        return self._log / f"check-{self._checks.index(check)}.log"

    def _read_log(self, check: Check) -> str:
        if check not in self._checks:
            return ""
        text = self._find_log(check).read_text(errors="replace")
        return text if not text or text.endswith("\n") else f"{text}\n"


def count_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
