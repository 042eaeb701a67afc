"""Statements that are asked for so often that planning them anew would cost more than running them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Generic, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, IntegrityError, connection, connections, models

M = TypeVar("M", bound=models.Model)

_MARK = re.compile(r"%\((\w+)\)s")


class Statement:
    """SQL with ``%(name)s`` marks; where the type of one is not plain from its place, it is cast (``%(ids)s::bigint[]``).

    A percent sign stands for itself.
    """

    def __init__(self, sql: str) -> None:
        self.sql = sql
        self.names = tuple(dict.fromkeys(_MARK.findall(sql)))

    @cached_property
    def name(self) -> str:
        """What the session knows it by: the same text is the same statement."""
        return f"shop_{hashlib.blake2b(self.sql.encode(), digest_size=8).hexdigest()}"

    @cached_property
    def preparation(self) -> str:
        """What makes it known to a session."""
        numbers = {name: f"${number}" for number, name in enumerate(self.names, start=1)}
        return f"PREPARE {self.name} AS {_MARK.sub(lambda mark: numbers[mark[1]], self.sql)}"

    @cached_property
    def call(self) -> str:
        """What runs it, for ``cursor.execute``."""
        marks = ", ".join(["%s"] * len(self.names))
        return f"EXECUTE {self.name}({marks})" if marks else f"EXECUTE {self.name}"

    def list_values(self, values: Mapping[str, Any]) -> list[Any]:
        """The values in the order of the marks; others are left out."""
        return [values[name] for name in self.names]

    def run(self, **values: Any) -> list[tuple[Any, ...]]:
        """The rows; one statement, planned once per session."""
        wrapper = cast(
            "Any", connections[DEFAULT_DB_ALIAS]
        )  # our own DatabaseWrapper, which imports this module
        rows: list[tuple[Any, ...]] = wrapper.run_prepared(self, values)
        return rows


class RowStatement(Generic[M]):
    """Whole rows of one table as its model's instances, by a statement that stays planned.

    ``condition`` is what follows ``FROM table``: ``WHERE token = %(token)s FOR UPDATE``.
    """

    def __init__(self, model: type[M], condition: str) -> None:
        self.model = model
        self.condition = condition

    @property
    def name(self) -> str:
        """What the session knows it by."""
        return self._statement.name

    @cached_property
    def _fields(self) -> list[models.Field[Any, Any]]:
        return list(self.model._meta.concrete_fields)  # noqa: SLF001  Django's documented API

    @cached_property
    def _statement(self) -> Statement:
        columns = ", ".join(_quote_column(field) for field in self._fields)
        return Statement(f"SELECT {columns} FROM {_quote_table(self.model)} {self.condition}")  # noqa: S608  names from the model

    @cached_property
    def _converters(self) -> list[tuple[int, Any, Any]]:
        """Place, field and converter of the columns that the driver does not read as the field wants."""
        return [
            (place, field.cached_col, convert)
            for place, field in enumerate(self._fields)
            for convert in field.get_db_converters(connection)
        ]

    def run(self, **values: Any) -> list[M]:
        """The instances, as the ORM would make them."""
        names = [field.attname for field in self._fields]
        rows = [list(row) for row in self._statement.run(**values)]
        for place, column, convert in self._converters:
            for row in rows:
                row[place] = convert(row[place], column, connection)
        return [self.model.from_db(DEFAULT_DB_ALIAS, names, row) for row in rows]

    def find(self, **values: Any) -> M | None:
        """The first instance, if any."""
        return next(iter(self.run(**values)), None)


class RowInsert(Generic[M]):
    """New rows of one table by a statement that stays planned: what ``save(force_insert=True)`` does, without signals."""

    def __init__(self, model: type[M], *, unless_taken: str = "") -> None:
        self.model = model
        self.unless_taken = unless_taken

    @cached_property
    def _fields(self) -> list[models.Field[Any, Any]]:
        return [
            field
            for field in self.model._meta.concrete_fields  # noqa: SLF001  Django's documented API
            if not field.generated and not isinstance(field, models.AutoField)
        ]

    @cached_property
    def _statement(self) -> Statement:
        columns = ", ".join(_quote_column(field) for field in self._fields)
        marks = ", ".join(f"%({field.attname})s" for field in self._fields)
        table = _quote_table(self.model)
        taken = f" ON CONFLICT ({self.unless_taken}) DO NOTHING" if self.unless_taken else ""
        return Statement(f"INSERT INTO {table} ({columns}) VALUES ({marks}){taken} RETURNING id")  # noqa: S608  as above

    def run(self, row: M) -> M:
        """Write the row, which then knows its key; returns it."""
        if not self.try_run(row):
            raise IntegrityError(f"{self.unless_taken} is taken")
        return row

    def try_run(self, row: M) -> bool:
        """Write the row; False, and nothing written, when what ``unless_taken`` names is another row's already."""
        keys = self._statement.run(**_prepare_values(self._fields, row, is_new=True))
        for [key] in keys:
            row.pk = key
            _note_written(row)
        return bool(keys)

    @cached_property
    def _statement_of_many(self) -> Statement:
        """The rows travel as one JSON text, so that it is one statement for any number of them."""
        columns = ", ".join(_quote_column(field) for field in self._fields)
        table = _quote_table(self.model)
        # The rows come out in the order of the list, and so do the keys.
        rows = f"jsonb_populate_recordset(NULL::{table}, %(rows)s::jsonb)"
        return Statement(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {rows} RETURNING id")  # noqa: S608  as above

    def run_many(self, rows: Sequence[M]) -> list[M]:
        """Write the rows, which then know their keys; returns them. None for none."""
        if not rows:
            return []
        values = [
            {str(field.column): field.get_prep_value(field.pre_save(row, add=True)) for field in self._fields}
            for row in rows
        ]
        keys = self._statement_of_many.run(rows=json.dumps(values, ensure_ascii=False, default=str))
        for row, [key] in zip(rows, keys, strict=True):
            row.pk = key
            _note_written(row)
        return list(rows)


class RowUpdate(Generic[M]):
    """Some columns of a row by its key, by a statement that stays planned: ``save(update_fields=names)``, without signals."""

    def __init__(self, model: type[M], names: Iterable[str]) -> None:
        self.model = model
        self.names = tuple(names)

    @cached_property
    def _fields(self) -> list[models.Field[Any, Any]]:
        known = {field.name: field for field in self.model._meta.concrete_fields}  # noqa: SLF001  Django's documented API
        return [known[name] for name in self.names]

    @cached_property
    def _statement(self) -> Statement:
        changes = ", ".join(f"{_quote_column(field)} = %({field.attname})s" for field in self._fields)
        return Statement(f"UPDATE {_quote_table(self.model)} SET {changes} WHERE id = %(id)s RETURNING id")  # noqa: S608  as above

    def run(self, row: M) -> bool:
        """Write the columns; whether the row was there."""
        values = _prepare_values(self._fields, row, is_new=False)
        return bool(self._statement.run(id=row.pk, **values))


def _note_written(row: M) -> M:
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS  # noqa: SLF001  as the ORM leaves it
    return row


def _quote_table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)  # noqa: SLF001  Django's documented API


def _quote_column(field: models.Field[Any, Any]) -> str:
    return connection.ops.quote_name(str(field.column))


def _prepare_values(
    fields: Iterable[models.Field[Any, Any]], row: models.Model, *, is_new: bool
) -> dict[str, Any]:
    wrapper = connections[DEFAULT_DB_ALIAS]
    return {
        field.attname: field.get_db_prep_save(field.pre_save(row, add=is_new), wrapper) for field in fields
    }
