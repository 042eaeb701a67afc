"""Category trees: Google's product taxonomy (text); Best Buy's categories and our own export (JSON)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from catalog.domain.cells import clean_text
from catalog.domain.records import CategoryStep
from catalog.domain.words import make_key
from catalog.gateways.feeds.documents import load_json
from catalog.gateways.feeds.reading import detect_encoding

ARROW = " > "
NAME_LENGTH = 120
LOOK_LINES = 200
_SLUG = re.compile(r"[\w-]{1,80}")


@dataclass(frozen=True, kw_only=True, slots=True)
class CategoryRow:
    """One category of a file: its number, and its steps from the top."""

    number: int
    steps: tuple[CategoryStep, ...] = field(default=())

    @property
    def title(self) -> str:
        """Return the path in words."""
        return ARROW.join(step.name for step in self.steps)


def fits_lines(path: Path) -> bool:
    """Return whether a text file is a taxonomy: one path a line, each child below its parent."""
    with path.open(encoding=detect_encoding(path)) as file:
        lines = [
            line.strip() for line in islice(file, LOOK_LINES) if line.strip() and not line.startswith("#")
        ]
    return len(lines) > 1 and lines[1].startswith(f"{lines[0]}{ARROW}")


def fits_json(content: object) -> bool:
    """Return whether a JSON document is a list of categories with their paths."""
    return (
        isinstance(content, list)
        and bool(content)
        and all(isinstance(one, dict) and isinstance(one.get("path"), list) for one in content[:50])
    )


def read_lines(path: Path) -> Iterator[CategoryRow]:
    """Yield the categories of a taxonomy; a number that Google's longer form puts in front is passed over."""
    with path.open(encoding=detect_encoding(path)) as file:
        for number, line in enumerate(file, start=1):
            text = clean_text(line)
            if text and not text.startswith("#"):
                before, dash, after = text.partition(" - ")
                names = (after if dash and before.isdecimal() else text).split(ARROW)
                yield CategoryRow(number=number, steps=tuple(_build_step(name) for name in names))


def read_json(path: Path) -> Iterator[CategoryRow]:
    """Yield the categories of a JSON list."""
    content: list[dict[str, Any]] = load_json(path)
    for number, one in enumerate(content, start=1):
        steps = one.get("path") if isinstance(one.get("path"), list) else []
        yield CategoryRow(
            number=number, steps=tuple(_read_step(step) for step in steps or [] if isinstance(step, dict))
        )


def _read_step(step: dict[str, Any]) -> CategoryStep:
    return _build_step(
        str(step.get("name") or ""), slug=str(step.get("slug") or ""), chinese=str(step.get("name_zh") or "")
    )


def _build_step(name: str, *, slug: str = "", chinese: str = "") -> CategoryStep:
    cleaned = clean_text(name)[:NAME_LENGTH]
    return CategoryStep(
        slug=slug if _SLUG.fullmatch(slug) else make_key(slug or cleaned),
        name=cleaned,
        name_zh_hans=clean_text(chinese)[:NAME_LENGTH],
    )
