"""Variants by option matrix: every combination of the options' values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product as combine

from django.utils.translation import gettext as _

from catalog.domain.cells import clean_text, read_swatch, split_words
from catalog.domain.errors import MatrixInvalid
from catalog.domain.words import make_key

MOST_OPTIONS = 3
MOST_VALUES = 30
MOST_VARIANTS = 200
LONGEST_SKU = 120
_COLOR = re.compile(r"\s*(#[0-9a-fA-F]{6})\s*$")


@dataclass(frozen=True, kw_only=True, slots=True)
class MatrixValue:
    """One value of an option in both languages."""

    key: str
    english: str
    chinese: str = ""
    swatch: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class MatrixOption:
    """One option with its values in their order."""

    key: str
    english: str
    chinese: str
    values: tuple[MatrixValue, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class MatrixVariant:
    """One combination, with the SKU it would have."""

    sku: str
    choices: tuple[tuple[str, str], ...]
    name: str


def parse_option(name: str, lines: str) -> MatrixOption | None:
    """Return an option of "English|中文" and its values, one a line, or None when there is no name and no value.

    Raises MatrixInvalid. A colour ends in its #rrggbb.
    """
    english, chinese = split_words(clean_text(name))
    values: dict[str, MatrixValue] = {}
    for value in filter(None, map(_parse_value, lines.splitlines())):
        values.setdefault(value.key, value)
    if not english and not values:
        return None
    if not make_key(english) or not values:
        raise MatrixInvalid(_("An option has a name and at least one value."), field="options")
    if len(values) > MOST_VALUES:
        raise MatrixInvalid(
            _("An option has %(count)d values at most.") % {"count": MOST_VALUES}, field="options"
        )
    return MatrixOption(
        key=make_key(english), english=english, chinese=chinese, values=tuple(values.values())
    )


def _parse_value(line: str) -> MatrixValue | None:
    line = clean_text(line)
    found = _COLOR.search(line)
    english, chinese = split_words(line[: found.start()] if found else line)
    key = make_key(english, length=120)
    swatch = read_swatch(found[1]) if found else ""
    return MatrixValue(key=key, english=english, chinese=chinese, swatch=swatch) if key else None


def list_combinations(options: tuple[MatrixOption, ...], *, base_sku: str) -> list[MatrixVariant]:
    """Return every combination in the order of the options; raises MatrixInvalid for none or too many."""
    if not options:
        raise MatrixInvalid(_("Give at least one option with its values."), field="options")
    if len(options) > MOST_OPTIONS or len({option.key for option in options}) < len(options):
        raise MatrixInvalid(
            _("Give %(count)d different options at most.") % {"count": MOST_OPTIONS}, field="options"
        )
    rows = list(combine(*(option.values for option in options)))
    if len(rows) > MOST_VARIANTS:
        raise MatrixInvalid(
            _("This would make %(found)d variants; %(count)d at once at most.")
            % {"found": len(rows), "count": MOST_VARIANTS},
            field="options",
        )
    return [
        MatrixVariant(
            sku=build_sku(base_sku, [value.key for value in row]),
            choices=tuple((option.key, value.key) for option, value in zip(options, row, strict=True)),
            name=" / ".join(value.english for value in row),
        )
        for row in rows
    ]


def build_sku(base: str, keys: list[str]) -> str:
    """Return BASE-RED-L."""
    return "-".join([base, *(key.upper() for key in keys)])[:LONGEST_SKU]
