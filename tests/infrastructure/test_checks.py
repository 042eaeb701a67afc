"""`make test` itself: a failed or hanging check is told, the rest still runs, nothing is left."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from shop.embedded import checks
from shop.embedded.checks import Check
from tests.infrastructure.tiny_shop import REPOSITORY

MAKE = shutil.which("make") or "make"

pytestmark = pytest.mark.timeout(60)

RUN_CHECKS = """
import sys
from pathlib import Path
from shop.embedded import checks
from shop.embedded.checks import Check
from shop.embedded.instance import Instance

with Instance(Path(sys.argv[1])) as instance:
    python = sys.executable
    failed = checks._run_checks(
        instance,
        [
            Check("hangs", [python, "-c", "import time; print('waiting', flush=True); time.sleep(60)"], seconds=1),
            Check("fails", [python, "-c", "raise SystemExit(3)"]),
            Check("knows", [python, "-c", "import os; raise SystemExit(os.environ['ONE'] != '1')"], {"ONE": "1"}),
        ],
        {},
    )
    print("failed:", failed)
"""


def test_hanging_and_failing_checks_are_told_and_the_rest_runs(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-c", RUN_CHECKS, tmp_path / "home"],
        check=True,
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        timeout=50,
    )

    assert "== hangs\nwaiting\n" in result.stdout
    assert "check took longer than 1 seconds and was stopped.\n-- FAILED in 1." in result.stdout
    assert "== knows\n-- ok in " in result.stdout
    assert result.stdout.endswith("failed: ['hangs', 'fails']\n")


def test_the_summary_names_failed_checks(tmp_path: Path) -> None:
    (tmp_path / "test_one.py").write_text("def test_one():\n    assert 1 + 1 == 2\n")
    result = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "shop.embedded.pytest_summary", "-p", "no:django"),
            *("-c", "/dev/null", "--rootdir", str(tmp_path), str(tmp_path)),
        ],
        check=True,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(REPOSITORY),
            "SHOP_FAILED_CHECKS": "Lint: ruff\nTypes: mypy",
        },
    )

    assert "FAILED Lint: ruff\nFAILED Types: mypy\n" in result.stdout
    assert result.stdout.splitlines()[-1].startswith("1 passed")


def test_homes_of_killed_runs_are_removed_and_live_ones_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "ROOT", tmp_path)
    parent = tmp_path / ".local" / "test"
    (parent / "killed" / "postgres").mkdir(parents=True)
    code = "import sys; from pathlib import Path; from shop.embedded.instance import Instance\n"
    code += "with Instance(Path(sys.argv[1])): print(flush=True); sys.stdin.read()"
    live = subprocess.Popen(
        [sys.executable, "-c", code, parent / "live"],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert live.stdout
    live.stdout.readline()

    try:
        code = "import sys; from pathlib import Path; from shop.embedded import checks\n"
        code += "checks.ROOT = Path(sys.argv[1]); checks._remove_stale_homes()"
        subprocess.run([sys.executable, "-c", code, tmp_path], check=True, cwd=REPOSITORY, timeout=30)
        assert [home.name for home in parent.iterdir()] == ["live"]
    finally:
        live.communicate()


def test_every_target_is_listed_with_one_line() -> None:
    makefile = (REPOSITORY / "Makefile").read_text()
    needed = {"run", "test", "test-faults", "lint", "bench", "shell", "psql", "lock", "clean", "messages"}

    result = subprocess.run(
        [MAKE, "--no-print-directory"], check=True, capture_output=True, text=True, cwd=REPOSITORY
    )

    listed = {line.split()[1] for line in result.stdout.splitlines()}
    assert needed <= listed
    assert all(f"\n{name}:" in makefile for name in listed)


def test_continuous_integration_runs_make_test() -> None:
    script = REPOSITORY / ".ci" / "run"

    assert script.stat().st_mode & 0o111
    assert script.read_text().splitlines()[-1] == "exec make test"


def test_static_checks_cover_what_the_issue_asks() -> None:
    static: list[Check] = checks._list_static_checks()
    commands = " ".join(" ".join(check.command) for check in [*static, *checks._list_django_checks()])

    for words in (
        "ruff format --check",
        "ruff check",
        "djlint",
        "mypy",
        "lint-imports",
        "makemigrations --check",
    ):
        assert words in commands
    assert "check --deploy" in commands
