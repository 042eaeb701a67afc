"""A whole shop of its own for the tests that kill parts of it: servers, web, worker, beat and a mailbox."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from django.core.management import call_command
from django.db import connections

from shop.embedded.servers import PostgresServer, ValkeyServer
from tests.faults.processes import ROOT, Child, find_port, wait_until

WEB_WORKERS = 2
START_SECONDS = 90
_CONNECTION_KEYS = ("HOST", "PORT", "NAME", "USER", "PASSWORD", "TEST")


def is_answering(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310  our own loopback address
            return bool(answer.status == 200)
    except OSError:
        return False


class WebServer(Child):
    """Granian with several workers that come back when one dies, as docker-compose.yml runs it."""

    def __init__(
        self, *, directory: Path, environment: dict[str, str], workers: int = WEB_WORKERS, name: str = "web"
    ) -> None:
        self.port = find_port()
        self.base = f"http://127.0.0.1:{self.port}"
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
        command += ["--port", str(self.port), "--workers", str(workers), "--blocking-threads", "4"]
        command += ["--respawn-failed-workers", "--respawn-interval", "0.1", "--log-level", "warning"]
        command += ["--no-access-log", "--no-ws", "--workers-kill-timeout", "2", "shop.wsgi:application"]
        super().__init__(
            name, command, directory=directory, environment={"SITE_URL": self.base, **environment}
        )

    def is_ready(self) -> bool:
        """Also: the database answers."""
        return is_answering(f"{self.base}/health/ready")

    def start_and_wait(self) -> None:
        self.start()
        try:
            wait_until(self.is_ready, seconds=START_SECONDS, what="an answer of the web server")
        except AssertionError:
            sys.stderr.write(self.read_log())
            raise


class Stack:
    """PostgreSQL and Valkey of our own below a directory, and the processes of the shop on them."""

    def __init__(self, directory: Path, *, has_durable_queue: bool = False) -> None:
        self.directory = directory
        self.mailbox = directory / "mailbox"
        self.mailbox.mkdir()
        # Durable: a killed server that forgets commits would show our tests faults that the shop does not have.
        self._postgres_server = PostgresServer(directory, is_durable=True)
        # Not durable: what the queue holds may be lost at any time, and the shop must not mind.
        self._valkey_server = ValkeyServer(directory, is_durable=has_durable_queue)
        self._postgres_server.prepare()
        self._valkey_server.prepare()
        self.database_url = self._postgres_server.url
        self.redis_url = self._valkey_server.url
        self.postgres = self._wrap_server(self._postgres_server)
        self.valkey = self._wrap_server(self._valkey_server)
        self._parts: list[Child] = []

    def _wrap_server(self, server: PostgresServer | ValkeyServer) -> Child:
        return Child(
            server.name,
            server.build_command(),
            directory=self.directory,
            is_wrapped=False,
            working_directory=Path("/"),
        )

    @property
    def environment(self) -> dict[str, str]:
        return {
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "MAILBOX_DIRECTORY": str(self.mailbox),
            "PYTHONUNBUFFERED": "1",
            "PYTHONWARNINGS": "ignore",
            "C_FORCE_ROOT": "1",
        }

    def start_servers(self) -> None:
        self.start_postgres()
        self.start_valkey()

    def start_postgres(self) -> float:
        self.postgres.start()
        return wait_until(self._postgres_server.is_ready, seconds=START_SECONDS, what="PostgreSQL's start")

    def start_valkey(self) -> float:
        self.valkey.start()
        return wait_until(self._valkey_server.is_ready, seconds=START_SECONDS, what="Valkey's start")

    def stop_postgres_at_once(self) -> None:
        """What `pg_ctl stop -m immediate` does: no goodbye, no checkpoint, recovery at the next start."""
        self.postgres.signal(signal.SIGQUIT)

    def migrate(self) -> None:
        command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(command, cwd=ROOT, env={**os.environ, **self.environment}, check=True, timeout=300)

    def start_web(self, **environment: str) -> WebServer:
        web = WebServer(directory=self.directory, environment={**self.environment, **environment})
        self._parts.append(web)
        web.start_and_wait()
        return web

    def start_worker(self, *, concurrency: int = 2, name: str = "worker", **environment: str) -> Child:
        command = [sys.executable, "-m", "celery", "-A", "shop", "--quiet", "worker", "--loglevel", "WARNING"]
        command += ["--concurrency", str(concurrency), "--without-mingle", "--without-gossip"]
        return self._start_part(name, command, environment)

    def start_beat(self) -> Child:
        command = [sys.executable, "-m", "celery", "-A", "shop", "--quiet", "beat", "--loglevel", "WARNING"]
        command += ["--schedule", str(self.directory / "beat-schedule"), "--pidfile="]
        return self._start_part("beat", command, {})

    def start_module(self, module: str, *arguments: str) -> Child:
        return self._start_part(module.rpartition(".")[2], [sys.executable, "-m", module, *arguments], {})

    def _start_part(self, name: str, command: Sequence[str], environment: dict[str, str]) -> Child:
        part = Child(name, command, directory=self.directory, environment={**self.environment, **environment})
        self._parts.append(part)
        part.start()
        return part

    def stop_parts(self) -> None:
        """Everything but the servers, the newest first; what they said last is shown where a test has failed."""
        while self._parts:
            part = self._parts.pop()
            part.stop()
            sys.stderr.write(f"-- {part.name} --\n{part.read_log()}\n")

    def reset(self) -> None:
        """Both servers up, nobody on them, nothing in them."""
        self.stop_parts()
        if not self.postgres.is_running():
            self.start_postgres()
        if not self.valkey.is_running():
            self.start_valkey()
        connections.close_all()
        call_command("flush", interactive=False, verbosity=0)
        for copy in self.mailbox.iterdir():
            copy.unlink()

    def stop(self) -> None:
        self.stop_parts()
        self.valkey.kill_group()
        if self.postgres.is_running():
            self.stop_postgres_at_once()


@contextlib.contextmanager
def use_database(url: str) -> Iterator[None]:
    """Let this process's own queries go to another database, in every thread."""
    settings = connections.settings["default"]
    kept = {key: settings.get(key) for key in _CONNECTION_KEYS}
    parts = urlsplit(url)
    connections.close_all()
    settings.update(
        HOST=parts.hostname,
        PORT=str(parts.port),
        NAME=parts.path[1:],
        USER=parts.username,
        PASSWORD=parts.password,
    )
    try:
        yield
    finally:
        connections.close_all()
        settings.update(kept)
