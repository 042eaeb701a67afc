"""`make run` from the first line to the last process: the real supervisor around a tiny shop."""

import json
import os
import signal
import socket
import stat
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from shop.embedded.processes import ProcessIdentity
from shop.embedded.servers import LAUNCHER
from tests.infrastructure.tiny_shop import TinyShop, find_free_port

NOBODY = 65534
IS_ROOT = os.geteuid() == 0
SECOND_START_SECONDS = 10

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[TinyShop]:
    """Yield a checkout whose processes are gone afterwards, whatever the test did."""
    shop = TinyShop.create(tmp_path / "checkout")
    yield shop
    if shop.process and shop.process.poll() is None:
        shop.process.kill()
        shop.process.wait()
    for identity in shop.list_processes():
        os.kill(identity.pid, signal.SIGKILL)


def _visit(shop: TinyShop) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{shop.port}/health/ready", timeout=10) as answer:
        return int(answer.read())


def _read_pids(shop: TinyShop) -> dict[str, int]:
    stored = json.loads((shop.home / "run" / "processes.json").read_text())
    return {record["name"]: record["identity"]["pid"] for record in stored["processes"]}


def test_starts_in_order_answers_and_ctrl_c_stops_everything(shop: TinyShop) -> None:
    shop.start()

    written = shop.wait_until_ready()

    assert f"http://127.0.0.1:{shop.port}/admin/" in written
    assert list(_read_pids(shop)) == ["postgres", "valkey", "web", "worker", "beat"]
    before = shop.list_processes()
    assert shop.interrupt() == 0
    assert not [identity for identity in before if identity.is_alive()]
    shop.wait_until_nothing_is_left()


def test_sigterm_stops_a_start_that_is_under_way(shop: TinyShop) -> None:
    process = shop.start()
    shop.wait_for_text("migrating the database")

    process.terminate()

    assert process.wait(30) == 0
    shop.wait_until_nothing_is_left()


def test_secrets_are_made_once_and_for_the_owner_only(shop: TinyShop) -> None:
    shop.start()
    shop.wait_until_ready()
    shop.interrupt()

    for name in ("secret_key", "postgres_password", "valkey_password"):
        file = shop.home / name
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert len(file.read_text()) >= 50


@pytest.mark.fault
def test_second_start_keeps_the_data_and_is_quick(shop: TinyShop) -> None:
    shop.start()
    shop.wait_until_ready()
    visits = _visit(shop)
    secret = (shop.home / "secret_key").read_text()
    shop.interrupt()

    started_at = time.monotonic()
    shop.start()
    written = shop.wait_until_ready()

    assert "nothing has changed since the last start" in written
    assert time.monotonic() - started_at < SECOND_START_SECONDS
    assert _visit(shop) > visits
    assert (shop.home / "secret_key").read_text() == secret


@pytest.mark.fault
def test_a_start_after_a_change_prepares_again(shop: TinyShop) -> None:
    shop.start()
    shop.wait_until_ready()
    shop.interrupt()
    migrations = shop.root / "shop" / "migrations"
    migrations.mkdir()
    (migrations / "0001_initial.py").write_text("")

    shop.start()
    written = shop.wait_until_ready()

    assert "nothing has changed" not in written
    assert shop.interrupt() == 0


@pytest.mark.fault
def test_kill_9_of_the_supervisor_leaves_no_process(shop: TinyShop) -> None:
    shop.start()
    shop.wait_until_ready()
    before = shop.list_processes()
    assert len(before) >= 7

    shop.kill()

    shop.wait_until_nothing_is_left()
    assert not [identity for identity in before if identity.is_alive()]


@pytest.mark.fault
def test_kill_9_of_make_stops_the_shop_too(shop: TinyShop) -> None:
    shop.start(prefix=("sh", "-c", '"$@"; exit $?', "make"), MAKELEVEL="1")
    shop.wait_until_ready()
    before = shop.list_processes()
    assert len(before) >= 7

    shop.kill()

    shop.wait_until_nothing_is_left()
    assert not [identity for identity in before if identity.is_alive()]


@pytest.mark.fault
def test_start_after_supervisor_and_guardian_were_killed_cleans_up(shop: TinyShop) -> None:
    """Frozen children do not hear their parent's death: only the next start can end them."""
    shop.start()
    shop.wait_until_ready()
    before = shop.list_processes()
    pids = _read_pids(shop)
    assert shop.process
    # The one process in which neither the supervisor's signals nor our records show up.
    guardians = [each.pid for each in before if _find_parent(each.pid) == shop.process.pid]
    (guardian,) = set(guardians) - set(pids.values())
    os.kill(pids["worker"], signal.SIGSTOP)
    os.kill(guardian, signal.SIGKILL)
    shop.kill()
    worker = ProcessIdentity.of(pids["worker"])
    assert worker.is_alive()

    shop.start()
    written = shop.wait_until_ready()

    assert not worker.is_alive()
    assert "that an earlier, killed run had left behind" in written
    assert not [identity for identity in before if identity.is_alive()]


def _find_parent(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[1])


@pytest.mark.fault
@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_a_killed_part_is_started_again(shop: TinyShop, name: str) -> None:
    shop.start()
    shop.wait_until_ready()
    killed = _read_pids(shop)[name]

    os.kill(killed, signal.SIGKILL)

    shop.wait_for_text(f"{name} ended with code -9: starting it again")
    deadline = time.monotonic() + 20
    while _read_pids(shop).get(name, killed) == killed:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert shop.interrupt() == 0
    shop.wait_until_nothing_is_left()


@pytest.mark.fault
def test_second_start_while_running_says_where_the_shop_is(shop: TinyShop) -> None:
    first = shop.start()
    shop.wait_until_ready()

    code, written = TinyShop(root=shop.root, port=find_free_port()).run_to_end()

    assert code == 1
    assert written.strip() == (
        f"error: The shop is already running (http://127.0.0.1:{shop.port}): stop it there with Ctrl-C first."
    )
    assert first.poll() is None
    first.send_signal(signal.SIGINT)
    assert first.wait(30) == 0


def test_port_in_use_is_one_sentence(shop: TinyShop) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", shop.port))
        taken.listen()

        code, written = shop.run_to_end()

    assert code == 1
    assert written.strip() == (
        f"error: Port {shop.port} on 127.0.0.1 is in use by another program: stop it, or choose another port, "
        f"for example `make run PORT={shop.port + 1}`."
    )
    shop.wait_until_nothing_is_left()


@pytest.mark.parametrize("port", ["http", "0", "70000", "-1"])
def test_impossible_port_is_one_sentence(shop: TinyShop, port: str) -> None:
    code, written = shop.run_to_end(PORT=port)

    assert (code, written.strip()) == (1, f"error: PORT must be a number from 1 to 65535, not {port!r}.")


def test_unreachable_database_is_one_sentence(shop: TinyShop) -> None:
    port = find_free_port()

    code, written = shop.run_to_end(
        DATABASE_URL=f"postgres://nobody@127.0.0.1:{port}/none", REDIS_URL="redis://x"
    )

    assert code == 1
    assert "Traceback" not in written
    assert (
        written.strip().splitlines()[-1]
        == f"error: DATABASE_URL names a server that does not answer: 127.0.0.1:{port}."
    )


def test_given_servers_are_used_and_none_is_started(shop: TinyShop) -> None:
    shop.start(DATABASE_URL=os.environ["DATABASE_URL"], REDIS_URL=os.environ["REDIS_URL"])

    shop.wait_until_ready()

    assert list(_read_pids(shop)) == ["web", "worker", "beat"]
    assert not (shop.home / "postgres").exists()
    assert not (shop.home / "valkey").exists()
    assert shop.interrupt() == 0


@pytest.mark.skipif(not IS_ROOT, reason="mounts a small file system")
def test_full_disk_is_one_sentence(shop: TinyShop) -> None:
    shop.home.mkdir()
    mount = f'mount -t tmpfs -o size=8m none "{shop.home}" && exec "$@"'

    code, written = shop.run_to_end(prefix=("unshare", "--mount", "sh", "-c", mount, "sh"))

    assert code == 1
    assert written.strip().splitlines()[-1] == (
        f"error: The disk is full: 8 MB are free where {shop.home} lies, 200 MB are needed."
    )
    shop.wait_until_nothing_is_left()


@pytest.mark.fault
@pytest.mark.skipif(not IS_ROOT, reason="changes user")
def test_root_in_a_directory_closed_to_all_others(tmp_path: Path) -> None:
    """PostgreSQL runs as another user, who could not enter this directory by its own rights."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    shop = TinyShop.create(closed / "checkout")
    shop.start()
    try:
        shop.wait_until_ready()

        owner = Path(f"/proc/{_read_pids(shop)['postgres']}").stat().st_uid
        assert owner == NOBODY
        assert shop.interrupt() == 0
        shop.wait_until_nothing_is_left()
    finally:
        if shop.process and shop.process.poll() is None:
            shop.process.kill()


@pytest.mark.fault
@pytest.mark.skipif(not IS_ROOT, reason="changes user")
def test_a_user_without_rights(shop: TinyShop) -> None:
    for path in (shop.root, *shop.root.rglob("*")):
        os.chown(path, NOBODY, NOBODY)
    # The interpreter itself may lie where that user cannot go, so the launcher lends it the way there.
    prefix = [sys.executable, "-I", LAUNCHER, "--parent", os.getpid(), "--uid", NOBODY, "--gid", NOBODY]
    shop.start(prefix=(*map(str, prefix), "--reach", str(shop.root), "--"), HOME=str(shop.root))

    shop.wait_until_ready()

    assert {Path(f"/proc/{pid}").stat().st_uid for pid in _read_pids(shop).values()} == {NOBODY}
    assert shop.interrupt() == 0
    shop.wait_until_nothing_is_left()
