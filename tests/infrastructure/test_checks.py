"""`make test` itself: a failed or hanging check is told, the rest still runs, nothing is left."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from shop.embedded import checks
from shop.embedded.lanes import Check
from tests.infrastructure.tiny_shop import REPOSITORY

MAKE = shutil.which("make") or "make"

pytestmark = pytest.mark.timeout(60)

BEGIN = """
import sys
from pathlib import Path
from shop.embedded.instance import Instance
from shop.embedded.lanes import Check, Lanes

python = sys.executable
"""
RUN_CHECKS = f"""{BEGIN}
with Instance(Path(sys.argv[1])) as instance:
    lanes = Lanes(
        instance,
        [
            Check("fails", [python, "-c", "raise SystemExit(3)"]),
            Check("hangs", [python, "-c", "import time; print('waiting', flush=True); time.sleep(60)"], seconds=1),
            Check("knows", [python, "-c", "import os; raise SystemExit(os.environ['ONE'] != '1')"], {{"ONE": "1"}}),
        ],
    )
    lanes.show()
    print("failed:", lanes.failed)
"""
RUN_BESIDE = f"""{BEGIN}
home = Path(sys.argv[1])
late = "import pathlib, sys, time\\nwhile not pathlib.Path(sys.argv[1]).exists(): time.sleep(0.05)\\nsys.exit('late words')"
with Instance(home) as instance:
    lanes = Lanes(
        instance,
        [
            Check("late", [python, "-c", late, home / "tests-have-begun"], seconds=40, is_late=True),
            Check("early", [python, "-c", "print('early words')"]),
        ],
    )
    lanes.show(with_late=False)
    print("code:", lanes.run_beside(Check("tests", [python, *eval(sys.argv[2])]), home / "report.json"))
    print("failed:", lanes.failed)
"""
TAKE_REPORT = """
import sys, time
from pathlib import Path

report = Path(sys.argv[1]) / "report.json"
(Path(sys.argv[1]) / "tests-have-begun").touch()
while not report.exists():
    time.sleep(0.05)
report.rename(sys.argv[2])
"""
TOUCH = "import pathlib, sys; pathlib.Path(sys.argv[1]).touch()"


def _run(code: str, *arguments: Path | str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        check=True,
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        timeout=50,
    )
    return done.stdout


def test_hanging_and_failing_checks_are_told_in_their_order_and_the_rest_runs(tmp_path: Path) -> None:
    written = _run(RUN_CHECKS, tmp_path / "home")

    assert written.startswith("\n== fails\n-- FAILED in ")
    assert "\n== hangs\nwaiting\nIt took longer than 1 seconds and was stopped.\n-- FAILED in 1." in written
    assert "\n== knows\n-- ok in " in written
    assert written.endswith("failed: ['fails', 'hangs']\n")


def test_a_late_check_ends_beside_the_tests_and_is_reported_to_their_summary(tmp_path: Path) -> None:
    home, taken = tmp_path / "home", tmp_path / "taken.json"

    written = _run(RUN_BESIDE, home, repr(["-c", TAKE_REPORT, str(home), str(taken)]))

    assert "== early\nearly words\n-- ok in " in written
    assert "late words" not in written
    assert written.endswith("code: 0\nfailed: ['late']\n")
    told = json.loads(taken.read_text())
    assert told["failed"] == ["late"]
    assert told["late"]["late"].startswith("late words\n-- FAILED in ")


def test_tests_that_end_without_a_summary_do_not_hide_a_late_check(tmp_path: Path) -> None:
    begun = tmp_path / "home" / "tests-have-begun"

    written = _run(RUN_BESIDE, tmp_path / "home", repr(["-c", TOUCH, str(begun)]))

    assert "\n== late\nlate words\n-- FAILED in " in written
    assert written.endswith("code: 0\nfailed: ['late']\n")


@pytest.mark.parametrize("workers", ["0", "1"])
def test_the_summary_tells_of_late_and_failed_checks(tmp_path: Path, workers: str) -> None:
    (tmp_path / "test_one.py").write_text("def test_one():\n    assert 1 + 1 == 2\n")
    report = tmp_path / "report.json"
    told = {"late": {"Types: mypy": "one error\n-- FAILED in 2.0 s"}, "failed": ["Lint: ruff", "Types: mypy"]}
    report.write_text(json.dumps(told))
    result = subprocess.run(
        [
            *(
                sys.executable,
                "-m",
                "pytest",
                "-q",
                "-p",
                "shop.embedded.pytest_summary",
                "-p",
                "xdist.plugin",
            ),
            *("-n", workers),
            *("-c", "/dev/null", "--rootdir", str(tmp_path), str(tmp_path)),
        ],
        check=True,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(REPOSITORY),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "SHOP_CHECKS_REPORT": str(report),
        },
    )

    assert " Types: mypy =" in result.stdout
    assert "one error\n-- FAILED in 2.0 s\n" in result.stdout
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
        "deptry",
        "makemigrations --check",
    ):
        assert words in commands
    assert "check --deploy" in commands
