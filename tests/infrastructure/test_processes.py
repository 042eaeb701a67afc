"""The registry stops what is ours and never a stranger, whatever its number."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from shop.embedded.processes import TOKEN_VARIABLE, ProcessIdentity, ProcessRecord, Registry, list_marked


def _start_sleeper(**variables: str) -> "subprocess.Popen[bytes]":
    child = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(60)"], env={**os.environ, **variables}
    )
    time.sleep(0.1)  # until exec has replaced our own environment in /proc
    return child


def _record(identity: ProcessIdentity) -> ProcessRecord:
    return ProcessRecord(name="web", identity=identity, stop_signal=signal.SIGTERM, grace_seconds=5)


def test_a_recorded_process_is_stopped_by_its_own_signal(tmp_path: Path) -> None:
    child = _start_sleeper()
    earlier = Registry(tmp_path)
    earlier.begin_run("a" * 32)
    earlier.add(_record(ProcessIdentity.of(child.pid)))

    assert Registry(tmp_path).begin_run("b" * 32) == 1

    assert child.wait(5) == -signal.SIGTERM


def test_a_stranger_that_got_the_number_lives(tmp_path: Path) -> None:
    stranger = _start_sleeper()
    earlier = Registry(tmp_path)
    earlier.begin_run("a" * 32)
    earlier.add(_record(ProcessIdentity(pid=stranger.pid, started="1")))

    assert Registry(tmp_path).begin_run("b" * 32) == 0

    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_an_unrecorded_child_is_found_by_the_token(tmp_path: Path) -> None:
    child = _start_sleeper(**{TOKEN_VARIABLE: "c" * 32})
    Registry(tmp_path).begin_run("c" * 32)
    assert [identity.pid for identity in list_marked("c" * 32)] == [child.pid]

    assert Registry(tmp_path).begin_run("d" * 32) == 1

    assert child.wait(5) == -signal.SIGKILL


def test_a_late_guardian_leaves_the_next_run_alone(tmp_path: Path) -> None:
    killed_run = Registry(tmp_path)
    killed_run.begin_run("e" * 32)
    next_run = Registry(tmp_path)
    next_run.begin_run("f" * 32)
    child = _start_sleeper()
    next_run.add(_record(ProcessIdentity.of(child.pid)))

    killed_run.end_run("e" * 32)

    assert child.poll() is None
    next_run.end_run("f" * 32)
    assert child.wait(5) == -signal.SIGTERM


def test_a_process_that_ignores_its_signal_is_killed_after_its_grace(tmp_path: Path) -> None:
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)"
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert child.stdout
    child.stdout.readline()
    registry = Registry(tmp_path)
    registry.begin_run("a" * 32)
    registry.add(ProcessRecord("web", ProcessIdentity.of(child.pid), signal.SIGTERM, grace_seconds=0.2))

    registry.end_run("a" * 32)

    assert child.wait(5) == -signal.SIGKILL
    child.stdout.close()


def test_a_zombie_is_not_alive() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    identity = ProcessIdentity.of(child.pid)
    deadline = time.monotonic() + 5
    while identity.is_alive() and time.monotonic() < deadline:
        time.sleep(0.02)

    assert not identity.is_alive()
    child.wait()
