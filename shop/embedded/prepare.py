"""Brings a database up to date before the shop starts: one process, so Django is loaded only once."""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import sys
import time
from dataclasses import asdict
from importlib import util
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

_INSUFFICIENT_PRIVILEGE = "42501"


def main(home: Path) -> int:
    """Migrate, load the demo shop once, compile translations, and leave the sign-ins for the supervisor."""
    import django
    from django.db import DatabaseError

    django.setup()
    try:
        _migrate()
        _run_step("compiling translations", "compile_translations")
        _collect_static_files()
        _load_demo(home)
        _write_accounts(home / "run" / "accounts.json")
    except (DatabaseError, OSError) as error:
        if not (sentence := _explain(error)):
            raise
        sys.stderr.write(f"{sentence}\n")
        return 1
    return 0


def _explain(error: BaseException) -> str | None:
    """Say in one sentence what only the server's owner can mend; None for what is a mistake of ours."""
    from django.db import NotSupportedError, OperationalError

    reason = " ".join(str(error).partition("\nLINE ")[0].split())
    causes: list[BaseException] = [error]
    while further := causes[-1].__cause__ or causes[-1].__context__:
        causes.append(further)
    if "No space left on device" in reason:
        return "the disk that holds the shop's data is full: free some space and start again."
    if any(getattr(cause, "pgcode", None) == _INSUFFICIENT_PRIVILEGE for cause in causes):
        return f"the database refuses its user a right that is needed: {reason}"
    if isinstance(error, NotSupportedError):
        return f"the database server is too old, or lacks an extension: {reason}"
    if isinstance(error, OperationalError) and not any(getattr(cause, "pgcode", None) for cause in causes):
        return f"the database cannot be reached: {reason}"
    return None


def _migrate() -> None:
    """Migrate; where nothing is new, only do what comes after it: to draw all models as they once were takes longer."""
    from django.core.management.sql import emit_post_migrate_signal
    from django.db import DEFAULT_DB_ALIAS, connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        _run_step("migrating the database", "migrate", interactive=False, verbosity=1)
    else:
        emit_post_migrate_signal(verbosity=0, interactive=False, db=DEFAULT_DB_ALIAS)


def _run_step(title: str, command: str, **options: Any) -> bool:
    """Run one command and tell its time; False when the project has no such command."""
    from django.core.management import call_command, get_commands

    if command not in get_commands():
        return False
    started_at = time.monotonic()
    sys.stdout.write(f"{title}\n")
    call_command(command, **options)
    sys.stdout.write(f"{title}: {time.monotonic() - started_at:.1f} s\n")
    return True


def _collect_static_files() -> None:
    """Collect, name and zip them, but only when one has changed: it takes longer than all else of a second start."""
    from django.conf import settings

    root = Path(settings.STATIC_ROOT)
    marker, print_now = root / "collected-from", _fingerprint_static_files()
    if marker.exists() and marker.read_text() == print_now:
        return
    marker.unlink(missing_ok=True)
    if _run_step("collecting static files", "collectstatic", interactive=False, verbosity=0):
        root.mkdir(parents=True, exist_ok=True)
        marker.write_text(print_now)


def _fingerprint_static_files() -> str:
    from django.contrib.staticfiles.finders import get_finders

    found = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            state = Path(storage.path(name)).stat()
            found.update(f"{name} {state.st_size} {state.st_mtime_ns}\n".encode())
    return found.hexdigest()


def _load_demo(home: Path) -> None:
    marker = home / f"demo-{_name_database()}"
    if not marker.exists() and _run_step("loading the demo shop, the first time only", "load_demo"):
        marker.touch()


def _name_database() -> str:
    """Tell databases apart without their passwords and, for the embedded one, without its port."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT oid FROM pg_database WHERE datname = current_database()")
        row = cursor.fetchone()
    host = urlsplit(os.environ.get("DATABASE_URL", "")).hostname
    name = f"{host}/{connection.settings_dict['NAME']}/{row and row[0]}"
    return hashlib.sha256(name.encode()).hexdigest()[:12]


def _write_accounts(file: Path) -> None:
    accounts: list[dict[str, str]] = []
    if util.find_spec("shop.demo"):
        found = getattr(importlib.import_module("shop.demo"), "ACCOUNTS", [])
        accounts = [asdict(account) for account in found]
    file.write_text(json.dumps(accounts))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
