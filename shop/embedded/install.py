"""Creates .venv and installs the locked dependencies; runs by path, before anything is installed."""

import contextlib
import errno
import fcntl
import hashlib
import io
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = Path(os.environ.get("VENV", ROOT / ".venv"))
LOCKS = {"runtime": ROOT / "requirements.txt", "dev": ROOT / "requirements-dev.txt"}
# .venv takes 900 (1,200 with the developers' tools), pip's own copies while it unpacks the rest.
NEEDED_DISK_MEGABYTES = 1500
INSTALL_TIMEOUT_SECONDS = 1200
UNPACKING_TOLD_EVERY_SECONDS = 5

# What pip writes when it fails, and the one sentence that a person can act on.
FAILURES = (
    (
        ("No space left on device", "Errno 28"),
        "The disk is full: free some space, then run the command again.",
    ),
    (
        ("DO NOT MATCH THE HASHES",),
        "A downloaded package does not have the hash that the lock file promises; nothing was installed.",
    ),
    (
        (
            "Could not find a version",
            "No matching distribution",
            "ConnectionError",
            "NewConnectionError",
            "Temporary failure in name resolution",
            "Network is unreachable",
            "ReadTimeout",
            "connection broken",
        ),
        "The package index cannot be reached: check the network connection, then run the command again.",
    ),
)


class InstallError(Exception):
    """The one sentence that tells a person what stopped the installation."""


def main(flavour: str) -> int:
    """Install what the lock file of `flavour` names, unless the stamp says it is already there."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Who reads it through a pipe sees each step when it begins.
        sys.stdout.reconfigure(line_buffering=True)
    try:
        with _only_one_installation():
            if not _is_current(flavour):
                _check_disk()
                _create_environment()
                _install_packages(LOCKS[flavour])
                _write_stamp(flavour)
    except InstallError as error:
        sys.stderr.write(f"\nerror: {error}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"\nerror: {_explain_refusal(error)}\n")
        return 1
    return 0


def _explain_refusal(error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return "The disk is full: free some space, then run the command again."
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return (
            f"{error.filename or ROOT} cannot be written: run as the user whom the checkout belongs to, "
            "or check the code out where you may write."
        )
    return str(error)


@contextlib.contextmanager
def _only_one_installation() -> Iterator[None]:
    local = ROOT / ".local"
    local.mkdir(exist_ok=True)
    with (local / "install.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.stdout.write("Waiting for the installation that another command has begun here\n")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fingerprint(flavour: str) -> str:
    content = LOCKS[flavour].read_bytes() + f"{sys.version_info[:2]}{VENV}".encode()
    return hashlib.sha256(content).hexdigest()


def _stamp(flavour: str) -> Path:
    return VENV / f".installed-{flavour}"


def _is_current(flavour: str) -> bool:
    stamp = _stamp(flavour)
    return (
        (VENV / "bin" / "python").exists() and stamp.exists() and stamp.read_text() == _fingerprint(flavour)
    )


def _write_stamp(flavour: str) -> None:
    _stamp(flavour).write_text(_fingerprint(flavour))
    if flavour == "dev":  # the development lock holds every runtime package in the same version
        _stamp("runtime").write_text(_fingerprint("runtime"))


def _check_disk() -> None:
    free = shutil.disk_usage(ROOT).free // 1_000_000
    if free < NEEDED_DISK_MEGABYTES:
        raise InstallError(
            f"The disk is full: {free} MB are free where {ROOT} lies, {NEEDED_DISK_MEGABYTES} MB are needed."
        )


def _create_environment() -> None:
    if _has_working_pip():
        return
    sys.stdout.write(f"Creating the virtual environment {VENV.name}\n")
    result = _run_venv()
    if result.returncode and "ensurepip" in result.stdout and _install_debian_venv():
        result = _run_venv()
    if result.returncode:
        hint = " Install the package python3-venv." if "ensurepip" in result.stdout else ""
        last_line = (result.stdout.strip().splitlines() or ["no output"])[-1]
        raise InstallError(f"This Python cannot create a virtual environment: {last_line}{hint}")


def _has_working_pip() -> bool:
    python = VENV / "bin" / "python"
    if not python.exists():
        return False
    code = f"import pip, sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
    return subprocess.run([python, "-c", code], check=False, capture_output=True).returncode == 0


def _run_venv() -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "venv", "--clear", VENV],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _install_debian_venv() -> bool:
    """Debian splits `ensurepip` out of Python; root may simply add it."""
    apt = shutil.which("apt-get")
    if not apt or os.geteuid() != 0:
        return False
    sys.stdout.write("This Python lacks venv: installing Debian's package python3-venv\n")
    for arguments in (["update", "-qq"], ["install", "-y", "-qq", "python3-venv"]):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(
            [apt, *arguments], check=False, env=environment, stdout=subprocess.DEVNULL, timeout=300
        )
    return True


def _install_packages(lock: Path) -> None:
    total = lock.read_text().count("==")
    sys.stdout.write(f"Installing the locked packages of {lock.name}, hashes checked\n")
    command = [str(VENV / "bin" / "python"), "-m", "pip", "install", "--require-hashes", "-r", str(lock)]
    command += ["--no-input", "--disable-pip-version-check", "--progress-bar", "off", "--retries", "2"]
    output: list[str] = []
    started_at = time.monotonic()
    deadline = started_at + INSTALL_TIMEOUT_SECONDS
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process,
        _tell_unpacking(total),
    ):
        seen = 0
        for line in process.stdout or ():
            output.append(line)
            seen += line.startswith(("Collecting ", "Requirement already satisfied: "))
            _show_progress(line, seen, total)
            if time.monotonic() > deadline:
                process.kill()
                raise InstallError("The installation took longer than 20 minutes and was stopped.")
    sys.stdout.write("\n" if sys.stdout.isatty() else "")
    if process.returncode:
        raise InstallError(explain_failure("".join(output)))
    sys.stdout.write(f"Installed {_count_unpacked()} packages in {time.monotonic() - started_at:.0f} s\n")


@contextlib.contextmanager
def _tell_unpacking(total: int) -> Iterator[None]:
    """Pip is silent while it unpacks, for minutes on a slow disk: count what has arrived."""
    before, is_over = _count_unpacked(), threading.Event()

    def tell() -> None:
        told = 0
        while not is_over.wait(UNPACKING_TOLD_EVERY_SECONDS):
            arrived = _count_unpacked() - before
            if arrived > told:
                told = arrived
                _show(f"unpacked {told} of at most {total}")

    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    try:
        yield
    finally:
        is_over.set()
        teller.join()


def _count_unpacked() -> int:
    return sum(1 for _ in VENV.glob("lib/python*/site-packages/*.dist-info"))


def _show_progress(line: str, seen: int, total: int) -> None:
    """One line that is rewritten on a terminal; every 20th package and the last step in a log file."""
    if line.startswith("Installing collected"):
        text = "unpacking"
    elif line.startswith("Collecting "):
        text = f"{min(seen, total)} of at most {total}: {line.split()[1].split('==', maxsplit=1)[0]}"
    else:
        return
    if sys.stdout.isatty() or seen % 20 == 1 or text == "unpacking":
        _show(text)


def _show(text: str) -> None:
    sys.stdout.write(f"\r\033[K  {text}" if sys.stdout.isatty() else f"  {text}\n")
    sys.stdout.flush()


def explain_failure(output: str) -> str:
    """Turn pip's output into one sentence; what is unknown keeps pip's own last error."""
    for needles, sentence in FAILURES:
        if any(needle in output for needle in needles):
            return sentence
    errors = [line for line in output.splitlines() if line.startswith("ERROR")] or output.splitlines()[-1:]
    return f"The packages could not be installed: {' '.join(errors[-1:]) or 'pip gave no reason'}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "runtime"))
