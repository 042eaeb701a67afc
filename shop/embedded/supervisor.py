"""`make run`: servers, database, web, worker and beat, from nothing to a shop that answers."""

from __future__ import annotations

import http.client
import json
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shop.embedded.console import say_box, say_from, say_heading
from shop.embedded.errors import EmbeddedError, StopRequested
from shop.embedded.group import Service
from shop.embedded.instance import ROOT, Instance
from shop.embedded.ports import ensure_port_free, parse_port
from shop.embedded.seal import Seal
from shop.embedded.servers import build_launch_command, keep_secret

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_PREPARE_SECONDS = 3600
"""A large migration, or the demo's pictures on a slow and busy machine; each step tells how far it is."""
_READY_SECONDS = 120
_RESTART_WINDOW_SECONDS = 60
_RESTARTS_IN_WINDOW = 5
_ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 -- what a browser can open instead
_HTTP_OK = 200


def run_shop(home: Path, environment: Mapping[str, str]) -> int:
    """Start everything, tell where it is, and stay until asked to stop; returns the exit code."""
    started_at = time.monotonic()
    host, port = _read_address(environment)
    with Instance(home, environment=dict(environment)) as instance:
        ensure_port_free(host, port)
        supervisor = Supervisor(instance=instance, host=host, port=port, environment=dict(environment))
        try:
            supervisor.start()
            supervisor.announce(time.monotonic() - started_at)
            supervisor.watch()
        except StopRequested:
            say_heading("Stopping")
            return 0
        finally:
            supervisor.stop()
    return 1


def check_port(environment: Mapping[str, str]) -> int:
    """Raise EmbeddedError when the web server could not listen where it is told to; returns the exit code."""
    host, port = _read_address(environment)
    ensure_port_free(host, port)
    return 0


def _read_address(environment: Mapping[str, str]) -> tuple[str, int]:
    return environment.get("HOST") or "127.0.0.1", parse_port(environment.get("PORT") or "8000")


@dataclass
class Supervisor:
    """The three parts of the shop on top of one instance's servers."""

    instance: Instance
    host: str
    port: int
    environment: dict[str, str]
    _ended_at: list[float] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Return the address to open in a browser."""
        host = _ANY_ADDRESS.get(self.host, self.host)
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    def start(self) -> None:
        """Bring up the servers, bring the database up to date, start the parts, wait until they answer."""
        say_from("setup", "starting PostgreSQL and Valkey")
        self.environment |= self.instance.start_servers()
        self.environment.setdefault("SECRET_KEY", keep_secret(self.instance.home / "secret_key"))
        self.environment.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings.development")
        self.environment.setdefault("SITE_URL", self.address)
        self.environment["PYTHONUNBUFFERED"] = "1"
        # Celery's long warning against root: here it is the person's own machine and choice.
        self.environment["PYTHONWARNINGS"] = "ignore:You're running the worker with superuser privileges"
        self._prepare()
        say_from("setup", "starting web server, worker and beat")
        web, *others = self._list_parts()
        self.instance.group.start(web)
        # Each loads the whole project: on two cores all at once would double the time to the first page.
        self.instance.group.wait_until(self._is_ready, name="web", seconds=_READY_SECONDS)
        for service in others:
            self.instance.group.start(service)
        self.instance.urls["web"] = self.address
        self.instance.publish_urls()

    def stop(self) -> None:
        """Stop the parts in the order that lets each finish: no new request, no new task, no new schedule."""
        for name in ("web", "worker", "beat"):
            if self.instance.group.is_started(name):
                self.instance.group.stop(name)

    def announce(self, seconds: float) -> None:
        """Print where the shop is and who may sign in."""
        rows = [
            (f"The shop is ready ({seconds:.1f} s). Ctrl-C stops it.", ""),
            ("Shop", f"{self.address}/"),
            ("Back office", f"{self.address}/admin/"),
            ("REST API", f"{self.address}/api/v1/"),
            ("Mail", "written into this log, not sent"),
        ]
        rows += [
            (f"Sign in as {account['role']}", f"{account['email']}  {account['password']}")
            for account in self._list_accounts()
        ]
        say_box(rows)

    def watch(self) -> None:
        """Pass on the log and restart what ends; returns when something ends again and again."""
        while True:
            self.instance.group.pump(0.5)
            for service, code in self.instance.group.list_ended():
                if self._is_hopeless():
                    say_from(
                        "setup",
                        f"{service.name} ended {_RESTARTS_IN_WINDOW} times within a minute: giving up",
                    )
                    return
                say_from("setup", f"{service.name} ended with code {code}: starting it again")
                self.instance.group.start(service)

    def _is_hopeless(self) -> bool:
        now = time.monotonic()
        self._ended_at = [*(at for at in self._ended_at if now - at < _RESTART_WINDOW_SECONDS), now]
        return len(self._ended_at) > _RESTARTS_IN_WINDOW

    def _prepare(self) -> None:
        """Prepare, unless the code and the database are those that the last preparation has left."""
        before = self._take_seal()
        if before.is_known() and before == Seal.read(self.instance.home):
            say_from(
                "setup", "nothing has changed since the last start: nothing to migrate, compile or collect"
            )
            return
        service = self._build(
            "setup", [sys.executable, "-m", "shop.embedded.prepare", str(self.instance.home)]
        )
        if self.instance.group.run(service, seconds=_PREPARE_SECONDS):
            raise EmbeddedError(f"The shop could not be prepared: {self._find_reason()}")
        after = self._take_seal()
        if after.sources == before.sources:  # nobody has edited meanwhile what was being read
            after.write(self.instance.home)

    def _find_reason(self) -> str:
        lines = [line for line in self.instance.group.last_lines["setup"] if line.strip()]
        return lines[-1] if lines else "the preparation gave no reason."

    def _take_seal(self) -> Seal:
        return Seal.take(
            root=ROOT,
            home=self.instance.home,
            url=self.environment["DATABASE_URL"],
        )

    def _list_parts(self) -> list[Service]:
        python, home = sys.executable, self.instance.home
        web = [python, "-m", "granian", "--interface", "wsgi", "--host", self.host, "--port", str(self.port)]
        web += ["--workers", self.environment.get("WEB_WORKERS", "2"), "--blocking-threads", "4"]
        web += ["--no-ws", "--respawn-failed-workers", "--workers-kill-timeout", "8", "shop.wsgi:application"]
        celery = [python, "-m", "celery", "-A", "shop", "--quiet"]
        worker = [*celery, "worker", "--loglevel", "INFO", "--concurrency", "2"]
        worker += ["--without-mingle", "--without-gossip"]
        beat = [*celery, "beat", "--loglevel", "INFO"]
        beat += ["--schedule", str(home / "run" / "beat-schedule"), "--pidfile="]
        return [
            self._build("web", web, grace=12),
            self._build("worker", worker, grace=15),
            self._build("beat", beat),
        ]

    def _build(self, name: str, command: list[str], *, grace: float = 8) -> Service:
        return Service(
            name=name,
            command=build_launch_command(command),
            environment=self.environment,
            grace_seconds=grace,
            working_directory=str(ROOT),
        )

    def _is_ready(self) -> bool:
        host = _ANY_ADDRESS.get(self.host, self.host)
        connection = http.client.HTTPConnection(host, self.port, timeout=10)
        try:
            connection.request("GET", "/health/ready")
            return connection.getresponse().status == _HTTP_OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _list_accounts(self) -> list[dict[str, str]]:
        file = self.instance.home / "run" / "accounts.json"
        accounts: list[dict[str, str]] = json.loads(file.read_text()) if file.exists() else []
        return accounts
