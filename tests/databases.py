"""The test database is migrated once in a run; every further worker gets a copy of it, in a second instead of twelve."""

from __future__ import annotations

import fcntl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest
from django.conf import settings
from django.db import connection


def copy_migrated_database(config: pytest.Config) -> None:
    """From now on, the test database of this worker is made as a copy of the one that the first worker has migrated."""
    create, worker = connection.creation.create_test_db, config.workerinput  # type: ignore[attr-defined]  # xdist's
    own_name = connection.creation._get_test_db_name()
    source_name = own_name.removesuffix(f"_{worker['workerid']}") + "_migrated"

    def create_by_copying(**options: Any) -> str:
        with _take_turns(worker["testrunuid"]) as copies:
            done = len(copies.read())
            if not done:
                connection.settings_dict["TEST"]["NAME"] = source_name
                create(**options)
                connection.settings_dict["TEST"]["NAME"] = own_name
            connection.close()
            _copy(source_name, own_name)
            copies.write("+")
            if done + 1 == worker["workercount"]:
                _drop(source_name)
                Path(copies.name).unlink()
        settings.DATABASES[connection.alias]["NAME"] = connection.settings_dict["NAME"] = own_name
        connection.ensure_connection()
        return own_name

    connection.creation.create_test_db = create_by_copying  # type: ignore[method-assign]  # no public hook
    connection.creation._destroy_test_db = lambda name, _verbosity: _drop(name)  # type: ignore[attr-defined]  # no public hook


@contextmanager
def _take_turns(run: str) -> Iterator[IO[str]]:
    """Hold the file that has one mark for each copy this run has made."""
    with (Path(tempfile.gettempdir()) / f"shop-tests-{run}").open("a+") as copies:
        fcntl.flock(copies, fcntl.LOCK_EX)
        copies.seek(0)
        yield copies


def _copy(source: str, target: str) -> None:
    _drop(target)
    with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]  # what Django's own creation uses
        # Written as files, not through the log: nobody replays a test database.
        cursor.execute(f"CREATE DATABASE {_quote(target)} TEMPLATE {_quote(source)} STRATEGY file_copy")


def _drop(name: str) -> None:
    with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]  # what Django's own creation uses
        # With the sessions that a server or browser of the tests is still letting go of.
        cursor.execute(f"DROP DATABASE IF EXISTS {_quote(name)} WITH (FORCE)")


def _quote(name: str) -> str:
    return str(connection.ops.quote_name(name))
