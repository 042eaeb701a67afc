"""Django's cache in Valkey for what all processes must see; each process has its own memory while Valkey is away."""

from __future__ import annotations

import json
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.locmem import LocMemCache

from shop.kernel.valkey import ValkeyAway, get_valkey

_PAGE = 1000


class SharedCache(BaseCache):
    """JSON values by key: small counts and marks, nothing that may not be lost.

    What JSON cannot say (a library's objects) stays in the process: nothing that comes back from a server becomes code.
    """

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._valkey = get_valkey(location)
        self._alone = LocMemCache("shared-cache-alone", params)

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Keep a value unless there is one."""
        try:
            return self._valkey.ask(*self._write_set(key, value, timeout, version), "NX") is not None
        except (ValkeyAway, TypeError):
            return self._alone.add(key, value, timeout, version)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """Return what is kept."""
        try:
            text = self._valkey.ask("GET", self.make_and_validate_key(key, version))
        except ValkeyAway:
            text = None
        return self._alone.get(key, default, version) if text is None else json.loads(text)

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Keep a value."""
        try:
            self._valkey.ask(*self._write_set(key, value, timeout, version))
        except (ValkeyAway, TypeError):
            self._alone.set(key, value, timeout, version)

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Keep it for longer."""
        name = self.make_and_validate_key(key, version)
        try:
            return bool(self._valkey.ask("PEXPIRE", name, self._count_milliseconds(timeout)))
        except ValkeyAway:
            return self._alone.touch(key, timeout, version)

    def delete(self, key: str, version: int | None = None) -> bool:
        """Forget it."""
        is_known = self._alone.delete(key, version)
        try:
            return bool(self._valkey.ask("DEL", self.make_and_validate_key(key, version))) or is_known
        except ValkeyAway:
            return is_known

    def clear(self) -> None:
        """Forget all that stands under this cache's prefix, the counted limits too."""
        self._alone.clear()
        try:
            cursor = "0"
            while True:
                found, names = self._valkey.ask(
                    "SCAN", cursor, "MATCH", f"{self.key_prefix}:*", "COUNT", _PAGE
                )
                if names:
                    self._valkey.ask("DEL", *names)
                cursor = found.decode()
                if cursor == "0":
                    return
        except ValkeyAway:
            return

    def _write_set(self, key: str, value: Any, timeout: Any, version: int | None) -> tuple[str | int, ...]:
        name = self.make_and_validate_key(key, version)
        return ("SET", name, json.dumps(value), "PX", self._count_milliseconds(timeout))

    def _count_milliseconds(self, timeout: Any) -> int:
        """At least one: nothing is kept for ever where a broker lives."""
        seconds = self.default_timeout if timeout is DEFAULT_TIMEOUT or timeout is None else timeout
        return max(1, round(float(seconds or 0) * 1000))
