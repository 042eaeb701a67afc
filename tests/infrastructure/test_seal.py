"""A start skips the preparation only when nothing that it reads, makes or changes is other than it was."""

from pathlib import Path

import pytest
from django.db import connection

from shop.embedded.seal import Seal
from shop.embedded.servers import query_database
from tests.infrastructure.tiny_shop import find_free_port


@pytest.fixture
def url() -> str:
    database = connection.settings_dict
    return (
        f"postgres://{database['USER']}:{database['PASSWORD']}"
        f"@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in ("shop/models.py", "locale/zh/django.mo", "tests/test_it.py", ".local/run/accounts.json"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("as it was")
    return tmp_path


def _take(checkout: Path, url: str) -> Seal:
    return Seal.take(root=checkout, home=checkout / ".local", url=url)


@pytest.mark.django_db
def test_what_was_written_is_what_is_found(checkout: Path, url: str) -> None:
    assert Seal.read(checkout / ".local") is None
    _take(checkout, url).write(checkout / ".local")

    assert Seal.read(checkout / ".local") == _take(checkout, url)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("shop/models.py", "sources"),
        ("shop/migrations/0001_initial.py", "sources"),
        ("requirements.txt", "sources"),
        ("locale/zh/django.mo", "products"),
        (".local/demo-1234", "products"),
        ("staticfiles/collected-from", "products"),
        ("tests/test_it.py", ""),
        ("staticfiles/shop.css", ""),
        (".local/log/web.log", ""),
        ("shop/__pycache__/models.pyc", ""),
        ("run.log", ""),
    ],
)
def test_a_changed_or_new_file_is_seen_where_it_counts(
    checkout: Path, url: str, name: str, changed: str
) -> None:
    before = _take(checkout, url)
    file = checkout / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("other than it was")

    after = _take(checkout, url)

    different = [
        part for part in ("sources", "products", "database") if getattr(before, part) != getattr(after, part)
    ]
    assert different == ([changed] if changed else [])


def test_a_compiled_translation_that_was_removed_is_seen(checkout: Path) -> None:
    nowhere = f"postgres://shop@127.0.0.1:{find_free_port()}/shop"
    before = _take(checkout, nowhere)
    (checkout / "locale/zh/django.mo").unlink()

    assert _take(checkout, nowhere).products != before.products


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statements",
    [
        (
            "INSERT INTO django_migrations (app, name, applied) VALUES ('orders', '9999_later', now())",
            "DELETE FROM django_migrations WHERE name = '9999_later'",
        ),
        (
            "INSERT INTO auth_group (name) VALUES ('made by hand')",
            "DELETE FROM auth_group WHERE name = 'made by hand'",
        ),
    ],
    ids=["another migration", "another role"],
)
def test_another_state_of_the_database_is_seen(checkout: Path, url: str, statements: tuple[str, str]) -> None:
    before = _take(checkout, url)
    change, undo = statements
    query_database(url, change)
    try:
        changed = _take(checkout, url)
    finally:
        query_database(url, undo)

    assert before.is_known()
    assert changed.database != before.database
    assert _take(checkout, url) == before


def test_a_database_that_does_not_answer_is_not_known(checkout: Path) -> None:
    assert not _take(checkout, f"postgres://shop@127.0.0.1:{find_free_port()}/shop").is_known()


def test_a_seal_of_another_form_is_none(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "prepared.json").write_text('{"sources": "x"}')

    assert Seal.read(tmp_path) is None
