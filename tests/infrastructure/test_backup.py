"""`make backup` and `make restore`: what was there comes back, and a bad file changes nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.infrastructure.tiny_shop import REPOSITORY

pytestmark = pytest.mark.timeout(120)


class Embedded:
    """The command line on a home of its own."""

    def __init__(self, home: Path) -> None:
        left_out = {"DATABASE_URL", "REDIS_URL"}
        kept = {name: value for name, value in os.environ.items() if name not in left_out}
        self.environment = {**kept, "SHOP_HOME": str(home)}

    def run(self, *arguments: str, statement: str = "") -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "shop.embedded", *arguments],
            check=False,
            capture_output=True,
            text=True,
            input=statement,
            cwd=REPOSITORY,
            env=self.environment,
            timeout=60,
        )


def test_restore_brings_back_what_the_backup_saw(tmp_path: Path) -> None:
    embedded = Embedded(tmp_path / "home")
    dump = str(tmp_path / "shop.dump")
    embedded.run("psql", statement="CREATE TABLE kept (id int); INSERT INTO kept VALUES (1), (2);")
    assert embedded.run("backup", dump).returncode == 0
    embedded.run("psql", statement="DELETE FROM kept WHERE id = 1;")

    result = embedded.run("restore", dump)

    assert result.returncode == 0, result.stderr
    assert embedded.run("psql", statement="SELECT count(*) || ' kept' FROM kept;").stdout.count("2 kept") == 1

    (tmp_path / "torn.dump").write_bytes((tmp_path / "shop.dump").read_bytes()[:400])
    assert embedded.run("restore", str(tmp_path / "torn.dump")).returncode == 1
    assert embedded.run("psql", statement="SELECT count(*) || ' kept' FROM kept;").stdout.count("2 kept") == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("backup", ""), "error: Name the file, for example `make backup FILE=shop.dump`."),
        (("restore", ""), "error: Name the file, for example `make restore FILE=shop.dump`."),
        (("restore", "/nowhere/shop.dump"), "error: There is no file /nowhere/shop.dump."),
    ],
)
def test_a_missing_file_is_one_sentence(tmp_path: Path, arguments: tuple[str, ...], sentence: str) -> None:
    result = Embedded(tmp_path / "home").run(*arguments)

    assert (result.returncode, result.stderr.strip()) == (1, sentence)


def test_a_file_that_is_no_backup_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "shop.csv").write_text("not a backup")

    result = Embedded(tmp_path / "home").run("restore", str(tmp_path / "shop.csv"))

    sentence = f"error: {tmp_path}/shop.csv is no backup that `make backup` wrote: nothing was changed."
    assert (result.returncode, result.stderr.strip()) == (1, sentence)
