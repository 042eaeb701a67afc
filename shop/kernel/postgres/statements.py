"""Statements that are asked for so often that planning them anew would cost more than running them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any, cast

from django.db import connection

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
            "Any", connection
        )  # shop.kernel.postgres.base.DatabaseWrapper, which imports this module
        rows: list[tuple[Any, ...]] = wrapper.run_prepared(self, values)
        return rows
