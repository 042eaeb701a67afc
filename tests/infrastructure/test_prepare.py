"""What the server's owner must mend is one sentence; what is our mistake stays an error with its place."""

import errno
import os

import pytest
from django.db import DatabaseError, OperationalError, connection

from shop.embedded.prepare import _explain
from shop.kernel.transactions import transactional


@transactional
def _run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _refuse(*statements: str) -> DatabaseError:
    """Run statements, undo them, and return the database's last word."""
    with pytest.raises(DatabaseError) as caught:
        _run(*statements)
    return caught.value


@pytest.mark.django_db
def test_a_missing_right_is_named() -> None:
    error = _refuse(
        "CREATE ROLE weak_for_test", "SET LOCAL ROLE weak_for_test", "CREATE TABLE not_allowed ()"
    )

    sentence = _explain(error)

    assert sentence
    assert sentence.startswith(
        "the database refuses its user a right that is needed: permission denied for schema public"
    )
    assert "\n" not in sentence


@pytest.mark.django_db
def test_a_right_that_is_missing_below_another_error_is_found() -> None:
    """Django wraps it without `from` when it cannot create its own table."""
    refused = _refuse(
        "CREATE ROLE weak_for_test", "SET LOCAL ROLE weak_for_test", "CREATE TABLE not_allowed ()"
    )
    wrapped = DatabaseError(f"unable to create the table ({refused})")
    wrapped.__context__ = refused

    assert (_explain(wrapped) or "").startswith("the database refuses its user a right")


@pytest.mark.django_db
def test_a_missing_extension_is_named() -> None:
    sentence = _explain(_refuse("CREATE EXTENSION no_such_extension"))

    assert sentence
    assert sentence.startswith(
        'the database server is too old, or lacks an extension: extension "no_such_extension"'
    )


def test_a_server_that_cannot_be_reached_and_a_full_disk_are_told_apart() -> None:
    assert (
        _explain(OperationalError("connection failed:\n  timeout expired\n"))
        == "the database cannot be reached: connection failed: timeout expired"
    )
    assert (
        _explain(OperationalError('could not extend file "base/1": No space left on device\nHINT: free some'))
        == "the disk that holds the shop's data is full: free some space and start again."
    )
    assert (
        _explain(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "media/a.webp"))
        == "the disk that holds the shop's data is full: free some space and start again."
    )
    assert _explain(OSError(errno.ENOENT, os.strerror(errno.ENOENT), "media/a.webp")) is None


@pytest.mark.django_db
def test_a_mistake_of_ours_is_not_explained_away() -> None:
    assert _explain(_refuse("SELECT no_such_column")) is None
