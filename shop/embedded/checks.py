"""`make lint` and `make test`: every check the same way everywhere, each with its heading, time and limit."""

from __future__ import annotations

import os
import shutil
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from shop.embedded.chromium import provide_chromium
from shop.embedded.console import say, say_heading
from shop.embedded.errors import EmbeddedError, StopRequested
from shop.embedded.group import Service
from shop.embedded.instance import ROOT, Instance
from shop.embedded.servers import build_launch_command

if TYPE_CHECKING:
    from collections.abc import Sequence

INTERRUPTED = 130
_PYTEST_SECONDS = 3600
# Values that production settings insist on; they protect nothing here.
_PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "shop.settings.production",
    "SECRET_KEY": "only-for-the-deployment-check-0123456789-abcdefghijklmnopqrstuvwxyz",
    "ALLOWED_HOSTS": "shop.example",
    "SITE_URL": "https://shop.example",
    "DEBUG": "0",
}


@dataclass(frozen=True)
class Check:
    """One step with a name that a person reads, a command, and a limit."""

    title: str
    command: Sequence[str]
    environment: dict[str, str] = field(default_factory=dict)
    seconds: float = 300


def _list_static_checks() -> list[Check]:
    """Return the checks that need no server."""
    tool = Path(sys.executable).parent
    return [
        Check("Format: ruff format", [f"{tool}/ruff", "format", "--check", "."]),
        Check("Lint: ruff", [f"{tool}/ruff", "check", "."]),
        Check(
            "Templates: djlint format",
            [f"{tool}/djlint", "--profile=django", "--check", "--quiet", "templates"],
        ),
        Check(
            "Templates: djlint rules",
            [f"{tool}/djlint", "--profile=django", "--lint", "--quiet", "templates"],
        ),
        Check("Import contracts: import-linter", [f"{tool}/lint-imports"]),
        Check("Types: mypy strict", [f"{tool}/mypy"], seconds=600),
    ]


def _list_django_checks() -> list[Check]:
    """Return the checks that load the project, and may ask the database."""
    manage = [sys.executable, "manage.py"]
    return [
        Check("Missing migrations", [*manage, "makemigrations", "--check", "--dry-run"]),
        Check("Production settings: check --deploy", [*manage, "check", "--deploy"], environment=_PRODUCTION),
    ]


def run_lint() -> int:
    """Run the checks that need no server; returns 1 when one fails."""
    with Instance(_choose_home()) as instance:
        try:
            failed = _run_checks(instance, _list_static_checks(), {})
        except StopRequested:
            return INTERRUPTED
    instance.remove()
    say(f"\nFailed: {', '.join(failed)}" if failed else "\nEvery check passed.")
    return 1 if failed else 0


def run_tests(arguments: Sequence[str], *, has_checks: bool = True) -> int:
    """Run every check, then pytest, whose summary comes last and names the checks that failed."""
    environment = dict(os.environ)
    _remove_stale_homes()
    with ExitStack() as stack:
        instance = Instance(_choose_home(), is_durable=False, environment=environment)
        stack.callback(instance.remove)
        stack.enter_context(instance)
        try:
            return _run_everything(instance, arguments, has_checks=has_checks)
        except StopRequested:
            return INTERRUPTED


def _run_everything(instance: Instance, arguments: Sequence[str], *, has_checks: bool) -> int:
    failed = _run_checks(instance, _list_static_checks(), {}) if has_checks else []
    say_heading("Test servers: PostgreSQL and Valkey")
    environment = {"DJANGO_SETTINGS_MODULE": "shop.settings.test", **instance.start_servers()}
    environment.setdefault("SECRET_KEY", os.environ.get("SECRET_KEY", "only-for-tests"))
    if has_checks:
        failed += _run_checks(instance, _list_django_checks(), environment)
    chromium = provide_chromium()
    if chromium:
        environment["CHROMIUM"] = chromium
    environment["SHOP_FAILED_CHECKS"] = "\n".join(failed)
    say_heading("Tests: pytest")
    # -p: a module, loaded before the project's conftest, that lists the failed checks in the summary.
    command = [sys.executable, "-m", "pytest", "-p", "shop.embedded.pytest_summary", *arguments]
    if not any(argument.startswith("-n") for argument in arguments):
        command += ["-n", str(_count_cores())]
    code = _run_in_terminal(instance, Check("pytest", command, environment, _PYTEST_SECONDS))
    return code or (1 if failed else 0)


def _run_checks(instance: Instance, checks: Sequence[Check], environment: dict[str, str]) -> list[str]:
    """Run all of them, also after a failure, and return the titles of those that failed."""
    failed = []
    for check in checks:
        say_heading(check.title)
        started_at = time.monotonic()
        code = _run_in_terminal(
            instance, Check(check.title, check.command, {**environment, **check.environment}, check.seconds)
        )
        say(f"-- {'ok' if code == 0 else 'FAILED'} in {time.monotonic() - started_at:.1f} s")
        if code:
            failed.append(check.title)
    return failed


def _run_in_terminal(instance: Instance, check: Check) -> int:
    service = Service(
        name="check",
        command=build_launch_command(check.command),
        environment=check.environment,
        working_directory=str(ROOT),
        has_terminal=True,
    )
    try:
        return instance.group.run(service, seconds=check.seconds)
    except EmbeddedError as error:
        say(str(error))
        return 1


def _choose_home() -> Path:
    """Every run has its own directory, so two may run at once."""
    return ROOT / ".local" / "test" / str(os.getpid())


def _remove_stale_homes() -> None:
    """Clean up, processes included, after test runs that were killed."""
    parent = ROOT / ".local" / "test"
    for home in parent.iterdir() if parent.exists() else ():
        try:
            with Instance(home):
                pass
        except EmbeddedError:  # it runs right now
            continue
        shutil.rmtree(home, ignore_errors=True)


def _count_cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
