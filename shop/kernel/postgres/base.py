"""The database backend (``ENGINE = "shop.kernel.postgres"``; Django wants this module's name)."""

from __future__ import annotations

import select
import time
from collections.abc import Mapping
from typing import Any

from django.db.backends.postgresql import base

from shop.kernel.postgres.statements import Statement

TRUSTED_SECONDS = 1.0
"""How long a connection that has passed a health check is believed without asking the server again."""
STALE_STATEMENT = frozenset({"0A000", "26000"})
"""SQLSTATE: a column of the answer has changed its type; a pooler has given us another session."""


class DatabaseWrapper(base.DatabaseWrapper):
    """Asks a busy connection once a second whether it lives, and lets the server plan a hot statement once."""

    health_check_done: bool

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._trusted_until = 0.0
        self._prepared: set[str] = set()

    def get_connection_params(self) -> dict[str, Any]:
        """Let prepared statements be planned once for all values, and compile none: that takes longer than a page may."""
        params: dict[str, Any] = super().get_connection_params()
        own = "-c plan_cache_mode=force_generic_plan -c jit=off"
        params["options"] = f"{params.get('options', '')} {own}".strip()
        return params

    def connect(self) -> None:
        """Begin without prepared statements: they belong to a session."""
        self._prepared = set()
        super().connect()

    def close_if_health_check_failed(self) -> None:
        """Skip the question for a connection that answered just now, unless the server has hung up since."""
        if self.health_check_done or self.connection is None:
            return
        instant = time.monotonic()
        if instant < self._trusted_until and not self._has_news():
            self.health_check_done = True
            return
        super().close_if_health_check_failed()
        self._trusted_until = instant + TRUSTED_SECONDS

    def _has_news(self) -> bool:
        """Whether bytes wait on an idle connection: the server's farewell, so that a restart costs no request."""
        try:
            return bool(select.select([self.connection], [], [], 0)[0])
        except (OSError, ValueError):
            return True

    def run_prepared(self, statement: Statement, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Run a statement that the session keeps planned; the rows. Counts and fails as any other statement."""
        self.close_if_health_check_failed()
        self.ensure_connection()
        if statement.name not in self._prepared:
            self._prepare(statement)
        try:
            return self._ask(statement.call, statement.list_values(values))
        except Exception as error:
            if getattr(error.__cause__, "pgcode", "") in STALE_STATEMENT:
                self.close_at = 0.0  # the next request begins with a new session
            raise

    def _ask(self, sql: str, values: list[Any]) -> list[tuple[Any, ...]]:
        """As Django's cursor does it; where nobody watches, without the two wrappers around the driver's own."""
        if self.queries_logged or self.execute_wrappers:
            with self.cursor() as cursor:
                cursor.execute(sql, values)
                return cursor.fetchall()  # type: ignore[no-any-return]  # the stubs of cursors say nothing
        self.validate_thread_sharing()
        self.validate_no_broken_transaction()
        with self.wrap_database_errors, self.create_cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall()  # type: ignore[no-any-return]  # as above

    def _prepare(self, statement: Statement) -> None:
        # On the driver's own cursor: it is part of making the connection ready, and no statement of the page.
        with self.wrap_database_errors, self.connection.cursor() as cursor:
            cursor.execute(statement.preparation)
        self._prepared.add(statement.name)
