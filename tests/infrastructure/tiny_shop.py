"""A checkout with the real supervisor around a shop so small that it starts in a second."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from shop.embedded.processes import ProcessIdentity

REPOSITORY = Path(__file__).resolve().parents[2]
START_SECONDS = 60
READY = "The shop is ready"
_FILES = {
    "shop/__init__.py": "",
    "shop/settings/__init__.py": "",
    "shop/settings/development.py": """
import os
from urllib.parse import urlsplit

database = urlsplit(os.environ["DATABASE_URL"])
SECRET_KEY = os.environ["SECRET_KEY"]
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "shop.urls"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.staticfiles"]
STATIC_URL = "/static/"
STATIC_ROOT = "staticfiles"
USE_TZ = True
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": database.hostname,
        "PORT": database.port,
        "USER": database.username,
        "PASSWORD": database.password,
        "NAME": database.path[1:],
    }
}
""",
    "shop/urls.py": """
from django.db import connection
from django.http import HttpResponse
from django.urls import path


def ready(_request):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS visits (id serial)")
        cursor.execute("INSERT INTO visits DEFAULT VALUES RETURNING id")
        return HttpResponse(str(cursor.fetchone()[0]))


urlpatterns = [path("health/ready", ready)]
""",
    "shop/wsgi.py": """
from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
""",
    "shop/celery.py": """
import os

from celery import Celery

app = Celery("shop", broker=os.environ["REDIS_URL"])
""",
}


@dataclass
class TinyShop:
    """One checkout below a directory, with at most one run of the supervisor at a time."""

    root: Path
    port: int
    process: subprocess.Popen[str] | None = None

    @classmethod
    def create(cls, root: Path) -> Self:
        """Copy the supervisor into `root` and write the smallest Django project around it."""
        shutil.copytree(
            REPOSITORY / "shop" / "embedded",
            root / "shop" / "embedded",
            ignore=shutil.ignore_patterns("__pycache__"),
        )
        for name, content in _FILES.items():
            file = root / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content)
        return cls(root=root, port=find_free_port())

    @property
    def log(self) -> Path:
        """Return the file that holds what the last start wrote."""
        return self.root / f"run-{self.port}.log"

    @property
    def home(self) -> Path:
        """Return where this checkout keeps its data."""
        return self.root / ".local"

    def start(self, *arguments: str, prefix: tuple[str, ...] = (), **variables: str) -> subprocess.Popen[str]:
        """Start the supervisor; its output goes to a file, so a full pipe can never stop it."""
        with self.log.open("w") as output:
            self.process = subprocess.Popen(
                [*prefix, sys.executable, "-m", "shop.embedded", *(arguments or ("run",))],
                cwd=self.root,
                env=self.build_environment(**variables),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
        return self.process

    def build_environment(self, **variables: str) -> dict[str, str]:
        """Return our own environment without what would point the checkout at other servers."""
        left_out = {
            "MAKELEVEL",
            "DATABASE_URL",
            "REDIS_URL",
            "SECRET_KEY",
            "DJANGO_SETTINGS_MODULE",
            "HOST",
            "SHOP_HOME",
        }
        kept = {name: value for name, value in os.environ.items() if name not in left_out}
        return {**kept, "PORT": str(self.port), "PYTHONPATH": str(self.root), "WEB_WORKERS": "1", **variables}

    def wait_until_ready(self) -> str:
        """Wait for the box with the address and return everything written so far."""
        return self.wait_for_text(READY)

    def wait_for_text(self, text: str) -> str:
        """Wait until the log holds a text; fails with the log when the supervisor ends before."""
        deadline = time.monotonic() + START_SECONDS
        while text not in (written := self.log.read_text()):
            assert self.process
            assert self.process.poll() is None, written
            assert time.monotonic() < deadline, written
            time.sleep(0.05)
        return written

    def run_to_end(self, *arguments: str, prefix: tuple[str, ...] = (), **variables: str) -> tuple[int, str]:
        """Run a command that is meant to end by itself; returns its exit code and output."""
        code = self.start(*arguments, prefix=prefix, **variables).wait(START_SECONDS)
        return code, self.log.read_text()

    def interrupt(self) -> int:
        """Press Ctrl-C and return the exit code."""
        assert self.process
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(START_SECONDS)

    def kill(self) -> None:
        """Kill the supervisor, and nothing else, in the way that it cannot notice."""
        assert self.process
        self.process.kill()
        self.process.wait()

    def list_processes(self) -> list[ProcessIdentity]:
        """Return everything that lives and belongs to this checkout, the guardian included."""
        needle = str(self.root).encode()
        found = []
        for directory in Path("/proc").iterdir():
            if not directory.name.isdigit() or int(directory.name) == os.getpid():
                continue
            try:
                is_ours = (
                    needle in (directory / "cmdline").read_bytes() + (directory / "environ").read_bytes()
                )
            except OSError:
                continue
            if is_ours:
                found.append(ProcessIdentity.of(int(directory.name)))
        return [identity for identity in found if identity.is_alive()]

    def wait_until_nothing_is_left(self) -> None:
        """Wait until no process of this checkout lives; fails with their command lines."""
        deadline = time.monotonic() + START_SECONDS / 2
        while left := self.list_processes():
            commands = [Path(f"/proc/{identity.pid}/cmdline").read_bytes() for identity in left]
            assert time.monotonic() < deadline, commands
            time.sleep(0.1)


def find_free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
