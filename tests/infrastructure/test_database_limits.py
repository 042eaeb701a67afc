"""What no thread waits for: a database server that has vanished, a statement that does not end."""

import os
import socket
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import OperationalError, connection

from shop.kernel.transactions import transaction

pytestmark = pytest.mark.django_db

SHOW = "from django.db import connection as c; u = c.cursor(); u.execute('SHOW statement_timeout'); print(u.fetchone()[0])"


def read_limit(setup: str) -> str:
    """The longest statement in a process of its own that begins with `setup`."""
    own = connection.settings_dict
    url = f"postgres://{own['USER']}:{own['PASSWORD']}@{own['HOST']}:{own['PORT']}/{own['NAME']}"
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "shop.settings.test"}
    environment.pop("DATABASE_STATEMENT_SECONDS", None)
    done = subprocess.run(
        [sys.executable, "-c", f"{setup}; {SHOW}"],
        env=environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.strip()


def test_web_server_gives_a_statement_twenty_seconds() -> None:
    assert read_limit("import shop.wsgi") == "20s"


def test_worker_and_commands_give_it_all_the_time_it_needs() -> None:
    assert read_limit("import django; django.setup(); import shop.celery") == "0"


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="only Linux has it")
def test_connection_gives_a_vanished_server_up_after_a_quarter_of_a_minute() -> None:
    connection.ensure_connection()
    with socket.socket(fileno=os.dup(connection.connection.fileno())) as line:
        assert line.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 15_000
        idle, pause, tries = (
            line.getsockopt(socket.IPPROTO_TCP, option)
            for option in (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)
        )
    assert idle + pause * tries < 15


def test_statement_that_takes_too_long_is_an_error_that_pages_explain() -> None:
    """The 503 page and answer stand on OperationalError."""
    with pytest.raises(OperationalError, match="statement timeout"), transaction():
        connection.cursor().execute("SET LOCAL statement_timeout = 20; SELECT pg_sleep(1)")
