"""The tests notice when a guard is gone: each is taken out of a copy of the project, and its test must fail there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urlsplit, urlunsplit

import psycopg2
import pytest

from tests.faults.guards import GUARDS, Guard
from tests.faults.processes import ROOT
from tests.faults.report import report

BROKEN = "_broken"
TREES = (
    "shop",
    "catalog",
    "inventory",
    "orders",
    "payments",
    "crm",
    "analytics",
    "templates",
    "static",
    "tests",
)
FILES = ("manage.py", "pyproject.toml")
# A race is not lost every time: a mutant that is caught by one may pass a few times before.
TRIES = 5


@pytest.mark.parametrize("guard", [guard for guard in GUARDS if guard.file], ids=lambda guard: guard.name)
def test_guard_still_stands_where_its_mutant_looks(guard: Guard) -> None:
    """Quick, so that a guard which moved takes its mutant with it."""
    assert (ROOT / guard.file).read_text().count(guard.old) == 1


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_guard_stands_in_the_documentation(guard: Guard) -> None:
    assert guard.name in (ROOT / "docs" / "reliability.md").read_text()


@dataclass
class Copy:
    """The project in another directory with databases of its own: a sound one, and one to break."""

    home: Path
    server: SplitResult
    name: str

    def run(self, *tests: str, database: str = "") -> subprocess.CompletedProcess[str]:
        url = urlunsplit(self.server._replace(path=f"/{self.name}{database}"))
        command = [
            sys.executable,
            "-m",
            "pytest",
            *tests,
            "-q",
            "-p",
            "no:randomly",
            "-p",
            "no:cacheprovider",
        ]
        return subprocess.run(
            [*command, "--reuse-db"],
            cwd=self.home,
            env={**os.environ, "DATABASE_URL": url, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    def execute(self, *statements: str, database: str = "postgres") -> None:
        connection = psycopg2.connect(urlunsplit(self.server._replace(path=f"/{database}")))
        connection.autocommit = True
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
        connection.close()

    def drop_databases(self) -> None:
        self.execute(*(f'DROP DATABASE IF EXISTS "test_{self.name}{suffix}"' for suffix in ("", BROKEN)))


@pytest.fixture(scope="session")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    home = tmp_path_factory.mktemp("copy")
    ignored = shutil.ignore_patterns("__pycache__", "*.jpg", "*.png", "*.webp")
    for tree in TREES:
        shutil.copytree(ROOT / tree, home / tree, ignore=ignored)
    for file in FILES:
        shutil.copy(ROOT / file, home / file)
    server = urlsplit(os.environ["DATABASE_URL"])
    copy = Copy(home, server, f"{server.path[1:]}_mutants")
    copy.drop_databases()
    yield copy
    copy.drop_databases()


@pytest.fixture(scope="session")
def sound_copy(copy: Copy) -> Copy:
    """The copy in which all those tests pass, as long as nothing is taken out."""
    result = copy.run(*sorted({guard.test for guard in GUARDS}))
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-3000:]
    return copy


@contextmanager
def cut_out(copy: Copy, guard: Guard) -> Iterator[None]:
    """The guard's text is gone from its file."""
    file = copy.home / guard.file
    text = file.read_text()
    assert guard.old in text
    file.write_text(text.replace(guard.old, guard.new))
    yield
    file.write_text(text)


@contextmanager
def drop(copy: Copy, guard: Guard) -> Iterator[None]:
    """The guard is dropped in a copy of the database."""
    broken, sound = f"test_{copy.name}{BROKEN}", f"test_{copy.name}"
    copy.execute(f'DROP DATABASE IF EXISTS "{broken}"', f'CREATE DATABASE "{broken}" TEMPLATE "{sound}"')
    copy.execute(guard.sql, database=broken)
    yield


@pytest.mark.fault
@pytest.mark.timeout(600)
@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_mutant_is_caught(sound_copy: Copy, guard: Guard) -> None:
    take_out, database = (cut_out, "") if guard.file else (drop, BROKEN)
    with take_out(sound_copy, guard):
        tries, result = 1, sound_copy.run(guard.test, database=database)
        while result.returncode == 0 and tries < TRIES:
            tries, result = tries + 1, sound_copy.run(guard.test, database=database)
    assert result.returncode == 1, result.stdout[-3000:] + result.stderr[-3000:]
    assert re.search(r"\d+ failed", result.stdout), result.stdout[-3000:]
    report("mutant", guard=guard.name, caught_in_try=tries)
