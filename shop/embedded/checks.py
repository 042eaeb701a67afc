"""`make lint` and `make test`: every check the same way everywhere, each with its heading, time and limit."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from shop.embedded.chromium import provide_chromium
from shop.embedded.console import say, say_heading
from shop.embedded.errors import EmbeddedError, StopRequested
from shop.embedded.instance import ROOT, Instance
from shop.embedded.lanes import Check, Lanes, count_cores

if TYPE_CHECKING:
    from collections.abc import Sequence

INTERRUPTED = 130
# The long tests take half an hour on two idle cores, and may take four times that on busy ones.
_PYTEST_SECONDS = 7200
# Values that production settings insist on; they protect nothing here.
_PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "shop.settings.production",
    "SECRET_KEY": "only-for-the-deployment-check-0123456789-abcdefghijklmnopqrstuvwxyz",
    "ALLOWED_HOSTS": "shop.example",
    "SITE_URL": "https://shop.example",
    "DEBUG": "0",
}


def _list_static_checks() -> list[Check]:
    """Return the checks that need no server."""
    tool = Path(sys.executable).parent
    return [
        Check("Format: ruff format", [f"{tool}/ruff", "format", "--check", "."]),
        Check("Lint: ruff", [f"{tool}/ruff", "check", "."]),
        Check(
            "Templates: djlint format",  # without --quiet: that names no file
            [f"{tool}/djlint", "--profile=django", "--check", "templates"],
        ),
        Check(
            "Templates: djlint rules",
            [f"{tool}/djlint", "--profile=django", "--lint", "--quiet", "templates"],
        ),
        Check("Import contracts: import-linter", [f"{tool}/lint-imports"]),
        Check("Dependencies: deptry", [f"{tool}/deptry", "."]),
        Check(
            "Dependencies of the tests: deptry",  # which may use the developers' packages
            [f"{tool}/deptry", ".", "--exclude", r"\.venv", "--ignore", "DEP002,DEP004"],
        ),
        Check("Types: mypy strict", [f"{tool}/mypy"], seconds=600, is_late=True),
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
            lanes = Lanes(instance, _list_static_checks())
            lanes.show()
        except StopRequested:
            return INTERRUPTED
    instance.remove()
    say(f"\nFailed: {', '.join(lanes.failed)}" if lanes.failed else "\nEvery check passed.")
    return 1 if lanes.failed else 0


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
    say_heading("Test servers: PostgreSQL and Valkey")
    environment = {"DJANGO_SETTINGS_MODULE": "shop.settings.test", **instance.start_servers()}
    environment.setdefault("SECRET_KEY", os.environ.get("SECRET_KEY", "only-for-tests"))
    checks = [*_list_static_checks(), *_list_django_checks()] if has_checks else []
    lanes = Lanes(instance, checks, environment)
    lanes.show(with_late=False)
    code = lanes.run_beside(_build_tests(instance, arguments), _find_report(instance))
    return code or (1 if lanes.failed else 0)


def _build_tests(instance: Instance, arguments: Sequence[str]) -> Check:
    environment = {"SHOP_CHECKS_REPORT": str(_find_report(instance))}
    chromium = provide_chromium()
    if chromium:
        environment["CHROMIUM"] = chromium
    # -p: a module, loaded before the project's conftest, that tells of the checks in the summary.
    command = [sys.executable, "-m", "pytest", "-p", "shop.embedded.pytest_summary", *arguments]
    if not any(argument.startswith("-n") for argument in arguments):
        # One more than the cores, as browsers, servers and rivals are waited for; who has nothing left takes from others.
        command += ["-n", str(count_cores() + 1), "--dist", "worksteal"]
    say_heading("Tests: pytest")
    return Check("Tests: pytest", command, environment, _PYTEST_SECONDS)


def _find_report(instance: Instance) -> Path:
    return instance.home / "checks.json"


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
