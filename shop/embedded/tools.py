"""The smaller `make` targets: a shell, psql, the benchmark, and cleaning up."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from shop.embedded.chromium import install_debian_packages, provide_chromium
from shop.embedded.console import say
from shop.embedded.errors import EmbeddedError
from shop.embedded.group import Service
from shop.embedded.instance import ROOT, AlreadyRunning, Instance, find_running_address
from shop.embedded.servers import (
    DATABASE,
    PostgresServer,
    build_launch_command,
    build_psql_environment,
    keep_secret,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
_DAY_SECONDS = 86_400
_BACKUP_MAGIC = b"PGDMP"  # how pg_dump's own format begins
_REMOVED = (
    ".venv",
    "staticfiles",
    ".pytest_cache",
    ".mypy_cache",
    ".ruff_cache",
    ".hypothesis",
    ".import_linter_cache",
)


def run_with_servers(home: Path, command: Sequence[str], *, variables: dict[str, str] | None = None) -> int:
    """Run a program in this terminal against the embedded servers, those of a running shop if there is one."""
    try:
        with Instance(home, environment=dict(os.environ)) as instance:
            environment = _build_environment(home, instance.start_servers(), variables)
            service = Service(
                name="command",
                command=build_launch_command(command),
                environment=environment,
                is_interactive=True,
                working_directory=str(ROOT),
            )
            return instance.group.run(service, seconds=_DAY_SECONDS)
    except AlreadyRunning as running:
        urls = {name: url for name, url in running.urls.items() if name.endswith("_URL")}
        result = subprocess.run(
            command, check=False, cwd=ROOT, env={**os.environ, **_build_environment(home, urls, variables)}
        )
        return result.returncode


def _build_environment(home: Path, urls: dict[str, str], variables: dict[str, str] | None) -> dict[str, str]:
    secret = os.environ.get("SECRET_KEY") or keep_secret(home / "secret_key")
    return {"SECRET_KEY": secret, **urls, **build_psql_environment(urls["DATABASE_URL"]), **(variables or {})}


def open_shell(home: Path) -> int:
    """Open Django's shell against the embedded servers."""
    return run_with_servers(home, [sys.executable, "manage.py", "shell"])


def run_management(home: Path, arguments: Sequence[str]) -> int:
    """Run one of `manage.py`'s commands against the embedded servers."""
    if not arguments:
        raise EmbeddedError("Say which command, for example `make manage ARGS='import_products FILE'`.")
    return run_with_servers(home, [sys.executable, "manage.py", *arguments])


def open_psql(home: Path) -> int:
    """Open psql on the shop's database."""
    psql = PostgresServer(home).binaries / "psql"
    return run_with_servers(home, [str(psql)])


def back_up(home: Path, file: str) -> int:
    """Write the database into a file that `restore` and pg_restore read; the shop may run meanwhile."""
    program = PostgresServer(home).binaries / "pg_dump"
    code = run_with_servers(home, [str(program), "--format", "custom", "--no-owner", "--file", file])
    say(
        f"The database is in {file}; the pictures are files below {home.name}/media."
        if code == 0
        else "Failed."
    )
    return code


def restore(home: Path, file: str) -> int:
    """Replace the database by a backup, or change nothing; refuses while the shop runs."""
    if not Path(file).is_file():
        raise EmbeddedError(f"There is no file {file}.")
    with Path(file).open("rb") as backup:
        if backup.read(len(_BACKUP_MAGIC)) != _BACKUP_MAGIC:
            raise EmbeddedError(f"{file} is no backup that `make backup` wrote: nothing was changed.")
    with Instance(home, environment=dict(os.environ)):  # raises when the shop runs
        pass
    program = PostgresServer(home).binaries / "pg_restore"
    words = [
        str(program),
        "--clean",
        "--if-exists",
        "--no-owner",
        "--single-transaction",
        "--dbname",
        DATABASE,
    ]
    code = run_with_servers(home, [*words, file])
    say(f"The database is the one of {file}." if code == 0 else "Nothing was changed.")
    return code


def run_benchmark(home: Path, arguments: Sequence[str]) -> int:
    """Run `python -m tests.bench` on its own servers; it needs wrk."""
    if not shutil.which("wrk") and not install_debian_packages("wrk"):
        raise EmbeddedError("The benchmark needs wrk: install the package wrk, then run `make bench` again.")
    return run_with_servers(home, [sys.executable, "-m", "tests.bench", *arguments])


def run_catalogue_benchmark(home: Path, arguments: Sequence[str]) -> int:
    """Run `python -m tests.bench.catalogue` on its own servers: a million products, five gigabytes."""
    return run_with_servers(home, [sys.executable, "-m", "tests.bench.catalogue", *arguments])


def run_stock_benchmark(home: Path, arguments: Sequence[str]) -> int:
    """Run `python -m tests.bench.stock` on its own servers."""
    return run_with_servers(home, [sys.executable, "-m", "tests.bench.stock", *arguments])


def check_data(home: Path, arguments: Sequence[str]) -> int:
    """Run `python -m tests.exchange` on its own servers: product files in, out, and in again."""
    if not arguments or not Path(arguments[0]).is_dir():
        raise EmbeddedError("Name the folder, for example `make check-data DATA=../files`.")
    return run_with_servers(home, [sys.executable, "-m", "tests.exchange", *arguments])


def take_screenshots(home: Path) -> int:
    """Take the README's pictures of the shop that runs now."""
    chromium = provide_chromium()
    if not chromium:
        raise EmbeddedError("Screenshots need Chromium: install it, or set CHROMIUM=/path.")
    address = find_running_address(home)
    if not address:
        raise EmbeddedError("The shop does not run: start it with `make run` in another terminal first.")
    accounts, target = home / "run" / "accounts.json", ROOT / "docs" / "images"
    command = [
        sys.executable,
        "-m",
        "shop.embedded.screenshots",
        address,
        chromium,
        str(accounts),
        str(target),
    ]
    return subprocess.run(command, check=False, cwd=ROOT).returncode


def clean(home: Path, *, is_forced: bool) -> int:
    """Remove what can be made again; the data only after a yes. Refuses while the shop runs."""
    if home.exists():
        with Instance(home):  # also stops what a killed run left behind
            _remove_data(home, is_forced=is_forced)
    for name in _REMOVED:
        place = ROOT / name
        if place.is_symlink():
            say(f"removing the link {name}; what it leads to stays")
            place.unlink()
        elif place.exists():
            say(f"removing {name}/")
            shutil.rmtree(place)
    return 0


def _remove_data(home: Path, *, is_forced: bool) -> None:
    say(
        f"{home.name}/ holds the shop's data: the database, the queue, uploaded pictures, the generated secret key."
    )
    if not is_forced and not _is_confirmed():
        say(f"{home.name}/ is kept; `make clean FORCE=1` removes it without asking.")
        return
    say(f"removing {home.name}/")
    shutil.rmtree(home)


def _is_confirmed() -> bool:
    if not sys.stdin.isatty():
        return False
    return input("Remove it too? [y/N] ").strip().lower() in {"y", "yes"}
