"""Sessions in the database, named by keys such as we give."""

from __future__ import annotations

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore


class SessionStore(DatabaseStore):
    """A cookie that holds no key of ours is no session, and the database is not asked for it: it refuses a NUL."""

    def _validate_session_key(self, key: str) -> bool:
        is_long_enough = super()._validate_session_key(key)  # type: ignore[misc]  # Django's stubs leave it out
        return bool(is_long_enough) and key.isascii() and key.isalnum()
