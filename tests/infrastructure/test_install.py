"""The installation before anything is installed: what it says when it cannot go on, and when it has nothing to do."""

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from shop.embedded import install
from tests.infrastructure.tiny_shop import REPOSITORY, find_free_port

pytestmark = pytest.mark.timeout(120)
HASH = "0" * 64


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a checkout that needs one package and has no environment yet."""
    (tmp_path / "shop" / "embedded").mkdir(parents=True)
    source = REPOSITORY / "shop" / "embedded" / "install.py"
    (tmp_path / "shop" / "embedded" / "install.py").write_text(source.read_text())
    (tmp_path / "Makefile").write_text((REPOSITORY / "Makefile").read_text())
    for name in ("requirements.txt", "requirements-dev.txt"):
        (tmp_path / name).write_text(f"some-package==1.0 --hash=sha256:{HASH}\n")
    return tmp_path


def _run(checkout: Path, *command: str, **variables: str) -> tuple[int, str]:
    pip = {"PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": f"http://127.0.0.1:{find_free_port()}/simple/"}
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "MAKE", "MFLAGS"))
    }
    result = subprocess.run(
        command, check=False, capture_output=True, text=True, cwd=checkout, env={**kept, **pip, **variables}
    )
    return result.returncode, result.stdout + result.stderr


def test_no_network_is_one_sentence(checkout: Path) -> None:
    code, output = _run(checkout, sys.executable, "shop/embedded/install.py", "runtime")

    assert code == 1
    assert output.strip().splitlines()[-1] == (
        "error: The package index cannot be reached: check the network connection, then run the command again."
    )
    assert "Traceback" not in output
    assert not list((checkout / ".venv").glob(".installed-*"))


def test_a_port_in_use_is_told_before_anything_is_installed(checkout: Path) -> None:
    shutil.copytree(REPOSITORY / "shop" / "embedded", checkout / "shop" / "embedded", dirs_exist_ok=True)
    (checkout / "shop" / "__init__.py").write_text("")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, output = _run(checkout, "make", "run", f"PORT={port}")

    assert code != 0
    assert output.strip().startswith(f"error: Port {port} on 127.0.0.1 is in use by another program")
    assert not (checkout / ".venv").exists()


def test_old_python_is_one_sentence(checkout: Path) -> None:
    """A PATH on which every python3 is older."""
    directory = checkout / "bin"
    directory.mkdir()
    for name in ("python3", "python3.14", "python3.13", "python3.12", "python3.11"):
        (directory / name).write_text("#!/bin/sh\nexit 1\n")
        (directory / name).chmod(0o755)

    code, output = _run(checkout, "make", "run", PATH=f"{directory}:/usr/bin:/bin")

    assert code != 0
    assert output.splitlines()[0] == "error: Python 3.11 or newer is needed; put one on the PATH as python3."
    assert not (checkout / ".venv").exists()


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        (
            "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
            "The disk is full",
        ),
        (
            "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.",
            "does not have the hash",
        ),
        ("ERROR: No matching distribution found for django==5.2", "The package index cannot be reached"),
        ("ERROR: something new", "could not be installed: ERROR: something new"),
        ("", "pip gave no reason"),
    ],
)
def test_failures_of_pip_become_one_sentence(output: str, sentence: str) -> None:
    explained = install.explain_failure(output)

    assert sentence in explained
    assert "\n" not in explained


def test_a_current_installation_is_left_alone(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(install, "ROOT", checkout)
    monkeypatch.setattr(install, "VENV", checkout / ".venv")
    monkeypatch.setattr(
        install, "LOCKS", {"runtime": checkout / "requirements.txt", "dev": checkout / "requirements-dev.txt"}
    )
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / "bin" / "python").symlink_to(sys.executable)
    install._write_stamp("dev")

    assert install.main("runtime") == 0
    assert install.main("dev") == 0

    assert capsys.readouterr().out == ""
    (checkout / "requirements.txt").write_text("another-package==1.0\n")
    assert install._is_current("dev")
    assert not install._is_current("runtime")


@pytest.mark.skipif(os.geteuid() != 0, reason="mounts a file system")
def test_a_folder_that_cannot_be_written_is_one_sentence(checkout: Path) -> None:
    mount = f'mount --bind "{checkout}" "{checkout}" && mount -o remount,bind,ro "{checkout}" && cd "{checkout}" && exec "$@"'
    words = [
        "unshare",
        "--mount",
        "sh",
        "-c",
        mount,
        "sh",
        sys.executable,
        "shop/embedded/install.py",
        "runtime",
    ]

    code, output = _run(checkout, *words)

    assert code == 1
    assert output.strip() == (
        f"error: {checkout}/.local cannot be written: run as the user whom the checkout belongs to, "
        "or check the code out where you may write."
    )


def test_who_comes_second_says_what_he_waits_for(checkout: Path) -> None:
    (checkout / ".local").mkdir()
    with (checkout / ".local" / "install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        second = subprocess.Popen(
            [sys.executable, "shop/embedded/install.py", "runtime"],
            cwd=checkout,
            env={**os.environ, "PIP_INDEX_URL": "http://127.0.0.1:9/simple/", "PIP_CONFIG_FILE": os.devnull},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert second.stdout
        first_line = second.stdout.readline()
        assert second.poll() is None
        second.kill()
        second.communicate()

    assert first_line == "Waiting for the installation that another command has begun here\n"
    assert not (checkout / ".venv").exists()


def test_unpacking_tells_how_far_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What lay there before does not count, and nothing is said twice."""
    packages = tmp_path / "lib" / "python3.11" / "site-packages"
    (packages / "pip-1.dist-info").mkdir(parents=True)
    monkeypatch.setattr(install, "VENV", tmp_path)
    monkeypatch.setattr(install, "UNPACKING_TOLD_EVERY_SECONDS", 0.02)
    told = ""
    with install._tell_unpacking(96):
        (packages / "a-1.dist-info").mkdir()
        for _ in range(500):
            told += capsys.readouterr().out
            if told:
                break
            time.sleep(0.02)
        time.sleep(0.1)
    assert told + capsys.readouterr().out == "  unpacked 1 of at most 96\n"
