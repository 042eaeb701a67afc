"""What the last preparation was made of: a start that finds all of it unchanged needs none."""

from __future__ import annotations

import hashlib
import json
import os
import sysconfig
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from shop.embedded.servers import query_database

if TYPE_CHECKING:
    from collections.abc import Iterator

_OUTSIDE = frozenset({"tests", "docs", "media", "staticfiles", "__pycache__"})
_ROOT_SUFFIXES = (".py", ".txt")
_COMPILED = ".mo"
# A table that is not there leaves its line out; who migrates, restores or changes a role by hand changes a line.
_STATE = """
SELECT oid FROM pg_database WHERE datname = current_database();
SELECT system_identifier FROM pg_control_system();
SELECT md5(string_agg(app || '.' || name, ' ' ORDER BY app, name)) FROM django_migrations;
SELECT md5(string_agg(name || ' ' || coalesce(permission_id, 0), ' ' ORDER BY name, permission_id))
  FROM auth_group LEFT JOIN auth_group_permissions ON group_id = auth_group.id;
"""


@dataclass(frozen=True)
class Seal:
    """Three fingerprints: of what is prepared from, of what was made of it, and of the database."""

    sources: str
    products: str
    database: str

    @classmethod
    def take(cls, *, root: Path, home: Path, url: str) -> Self:
        """Look at how everything stands now; files by size and time, as make does."""
        states = list(_list_states(root, home))
        packages = Path(sysconfig.get_path("purelib"))
        made = (home / "run" / "accounts.json", root / "staticfiles" / "collected-from")
        return cls(
            sources=_hash(
                [
                    *(state for state in states if not state[0].endswith(_COMPILED)),
                    (str(packages), packages.stat().st_mtime_ns),
                    ("settings", os.environ.get("DJANGO_SETTINGS_MODULE", "")),
                ]
            ),
            products=_hash(
                [
                    *(state for state in states if state[0].endswith(_COMPILED)),
                    *((file.name, file.exists()) for file in made),
                    *((marker.name, "demo") for marker in home.glob("demo-*")),
                ]
            ),
            database=query_database(url, _STATE) or "unknown",
        )

    @classmethod
    def read(cls, home: Path) -> Self | None:
        """Return what the last preparation has left, None when there was none."""
        try:
            return cls(**json.loads(_locate(home).read_text()))
        except (OSError, ValueError, TypeError):
            return None

    def is_known(self) -> bool:
        """Say whether the database could be asked; without its answer nothing is certain."""
        return self.database != "unknown"

    def write(self, home: Path) -> None:
        """Keep it for the next start."""
        _locate(home).write_text(json.dumps(asdict(self)))


def _locate(home: Path) -> Path:
    return home / "run" / "prepared.json"


def _list_states(root: Path, home: Path) -> Iterator[tuple[str, int, int]]:
    """Yield name, size and time of every file that a preparation may read."""
    for place, directories, names in os.walk(root):
        at_top = place == str(root)
        directories[:] = sorted(
            name
            for name in directories
            if not name.startswith(".") and name not in _OUTSIDE and Path(place, name) != home
        )
        for name in sorted(names):
            if not at_top or name.endswith(_ROOT_SUFFIXES):
                found = os.stat(f"{place}/{name}")  # noqa: PTH116 -- a thousand of them at each start
                yield f"{place}/{name}", found.st_size, found.st_mtime_ns


def _hash(parts: list[tuple[object, ...]]) -> str:
    return hashlib.sha256("\n".join(repr(part) for part in parts).encode()).hexdigest()
