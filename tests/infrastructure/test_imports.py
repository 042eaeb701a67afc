"""A package that is not declared cannot be imported unnoticed, whoever has installed it by hand."""

from pathlib import Path

import pytest

from shop.embedded.imports import ROOT, Declared, find_undeclared, list_unlocked

PROVIDERS = {"yaml": ["PyYAML"], "stray": ["stray-package"], "google": ["google-one", "google_two"]}
DECLARED = Declared(runtime=frozenset({"google-two"}), developers=frozenset({"google-two", "pyyaml"}))


def _find(root: Path, name: str, source: str) -> list[str]:
    file = root / name
    file.parent.mkdir(parents=True)
    file.write_text(source)
    return find_undeclared(root, DECLARED, PROVIDERS)


@pytest.mark.parametrize(
    ("name", "source", "sentence"),
    [
        (
            "tests/test_one.py",
            "def test_one():\n    import stray.part\n",
            (
                "tests/test_one.py imports stray (stray-package), which pyproject.toml does not declare: "
                "add it to the dev group and run `make lock`, or do without it."
            ),
        ),
        (
            "orders/services/placing.py",
            "from yaml import load\n",
            (
                "orders/services/placing.py imports yaml (pyyaml), which pyproject.toml does not declare: "
                "add it to dependencies and run `make lock`, or do without it."
            ),
        ),
        (
            "shop/urls.py",
            "import os, nowhere\n",
            (
                "shop/urls.py imports nowhere (not installed), which pyproject.toml does not declare: "
                "add it to dependencies and run `make lock`, or do without it."
            ),
        ),
    ],
)
def test_an_undeclared_import_is_one_sentence(tmp_path: Path, name: str, source: str, sentence: str) -> None:
    assert _find(tmp_path, name, source) == [sentence]


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("tests/test_one.py", "import yaml\nfrom google.protobuf import message\n"),
        ("orders/models.py", "import json\nfrom catalog import models\nfrom . import stray\n"),
        ("orders/models.py", '"""A docstring.\n\nfrom stray places and\nimport stray goods.\n"""\n'),
        ("shop/embedded/screenshots.py", "import yaml\n"),
    ],
)
def test_what_is_declared_ours_or_pythons_is_taken(tmp_path: Path, name: str, source: str) -> None:
    assert _find(tmp_path, name, source) == []


def test_the_lists_are_read_without_versions_and_extras(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[project]\ndependencies = ["django~=5.2.0", "celery[redis]"]\n'
        "[dependency-groups]\ndev = [\"Types_PyYAML >=1 ; python_version > '3'\"]\n"
    )

    declared = Declared.read(tmp_path / "pyproject.toml")

    assert declared.runtime == {"django", "celery"}
    assert declared.developers == {"django", "celery", "types-pyyaml"}


def test_what_no_lock_names_is_listed(tmp_path: Path) -> None:
    lock = (ROOT / "requirements-dev.txt").read_text()
    (tmp_path / "lock.txt").write_text(
        lock.replace("\npytest==", "\nanother==").replace("\ndjango==", "\nother==")
    )

    assert {"pytest", "django"} <= set(list_unlocked(tmp_path / "lock.txt"))
    assert "celery" not in list_unlocked(tmp_path / "lock.txt")
