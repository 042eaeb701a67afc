"""Every function of the shop that an act runs through, found by watching it, and a way to let each of them fail."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from inspect import CO_COROUTINE, CO_GENERATOR
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from warnings import catch_warnings, simplefilter

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction

_FOREIGN = ("tests/", ".venv/", "static/", "templates/")


class Broken(Exception):
    """What nobody expects, so nobody may catch it and go on."""


with catch_warnings():
    # The text stands where the function to call is put: its code is a pattern, and never runs.
    simplefilter("ignore", SyntaxWarning)
    _pattern: dict[str, FunctionType] = {}
    exec('def fail():\n    raise "reach"()', _pattern)  # noqa: S102  our own text
_raise = _pattern["fail"]


def name_hook(code: CodeType) -> str:
    """File and function, or nothing when it is not the shop's own, or a part of one that has a name."""
    try:
        file = Path(code.co_filename).relative_to(settings.BASE_DIR).as_posix()
    except ValueError:
        return ""
    is_own = not file.startswith(_FOREIGN) and not code.co_name.startswith("<")
    return f"{file}:{code.co_qualname}" if is_own else ""


def watch(act: Callable[[], int]) -> dict[str, CodeType]:
    """Do the act; answers every function of the shop that it called, by name, in the order of their first calls."""
    seen: dict[int, CodeType] = {}

    def note(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call":
            seen.setdefault(id(frame.f_code), frame.f_code)

    sys.setprofile(note)
    try:
        act()
    finally:
        sys.setprofile(None)
    return {name: code for code in seen.values() if (name := name_hook(code))}


def fail_at(hook: CodeType, act: Callable[[], int]) -> int | None:
    """Do the act while this function raises ``Broken``; answers the status, 500 when the error got out.

    None when it was not called: what one call counts for the next few, those need not count.
    """
    reached: list[Broken] = []

    def reach() -> Broken:
        reached.append(Broken())
        return reached[-1]

    with spoil(hook, reach):
        try:
            status = act()
        except Broken:
            status = 500
    return status if reached else None


@cache
def _find_functions() -> dict[CodeType, list[FunctionType]]:
    """Of every code its functions, as they stand when the first act has been watched and all is loaded."""
    found: dict[CodeType, list[FunctionType]] = {}
    for one in gc.get_objects():
        if type(one) is FunctionType and name_hook(one.__code__):
            found.setdefault(one.__code__, []).append(one)
    return found


@contextmanager
def spoil(hook: CodeType, reach: Callable[[], Broken]) -> Iterator[None]:
    """Give every function that has this code another one, which raises what ``reach`` answers."""
    spoilt = hook.replace(
        co_code=_raise.__code__.co_code,
        co_consts=tuple(reach if one == "reach" else one for one in _raise.__code__.co_consts),
        co_names=(),
        co_exceptiontable=b"",
        co_linetable=_raise.__code__.co_linetable,
        co_stacksize=_raise.__code__.co_stacksize,
        co_flags=hook.co_flags & ~(CO_GENERATOR | CO_COROUTINE),
    )
    functions = _find_functions().get(hook, [])
    for function in functions:
        function.__code__ = spoilt
    try:
        yield
    finally:
        for function in functions:
            function.__code__ = hook


@contextmanager
def undo() -> Iterator[None]:
    """Whatever is done in between is taken back, so that the next act begins as this one did."""
    mark = transaction.savepoint()
    yield
    transaction.savepoint_rollback(mark)


def list_tables() -> list[str]:
    """All but the sessions': they hold nothing that is sold, owed or told."""
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    return sorted(tables - {"django_session"})


def read_state(tables: Collection[str]) -> dict[str, str]:
    """A digest of each table's rows."""
    queries = [
        f"SELECT '{table}', coalesce(string_agg(t::text, '|' ORDER BY t::text), '') FROM \"{table}\" AS t"
        for table in tables
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(queries))
        return {table: sha256(text.encode()).hexdigest() for table, text in cursor.fetchall()}
