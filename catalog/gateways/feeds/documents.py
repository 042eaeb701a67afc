"""JSON files, packed by gzip or not: read as a whole, within bounds."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from catalog.domain.errors import FileRefused
from catalog.domain.reasons import Reason

MOST_BYTES = 128 * 1024 * 1024
GZIP = b"\x1f\x8b"


def is_packed(path: Path) -> bool:
    """Return whether a file is packed by gzip."""
    with path.open("rb") as file:
        return file.read(2) == GZIP


def load_json(path: Path) -> Any:
    """Return the document; raises FileRefused when it is none or unfolds beyond measure."""
    try:
        with gzip.open(path, "rb") if is_packed(path) else path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, EOFError) as error:
        raise FileRefused(Reason("file_damaged")) from error
    if len(content) > MOST_BYTES:
        raise FileRefused(Reason("file_large", most=MOST_BYTES // 1024 // 1024))
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise FileRefused(Reason("file_no_json")) from error
