"""What the person at the terminal sees: prefixed lines, headings, a box."""

from __future__ import annotations

import os
import sys
import unicodedata

_COLOURS = {
    "setup": "36",
    "postgres": "34",
    "valkey": "31",
    "web": "32",
    "worker": "35",
    "beat": "33",
    "shop": "1",
}
_PREFIX_WIDTH = 8


def is_coloured() -> bool:
    """Say whether standard output is a terminal that wants colours."""
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


def say(text: str) -> None:
    """Write one line; a terminal that has gone away must not keep us from stopping in order."""
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except OSError:
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115 -- stays open for the rest of the process


def say_from(source: str, line: str) -> None:
    """Write one line of the merged log, marked with where it comes from."""
    prefix = f"{source:<{_PREFIX_WIDTH}} |"
    if is_coloured():
        prefix = f"\033[{_COLOURS.get(source, '37')}m{prefix}\033[0m"
    say(f"{prefix} {line}")


def say_heading(text: str) -> None:
    """Write a heading that can be found again when scrolling back."""
    say(f"\n\033[1m== {text}\033[0m" if is_coloured() else f"\n== {text}")


def say_box(rows: list[tuple[str, str]]) -> None:
    """Write label and value pairs in a frame; a row without a value is a title."""
    label_width = max((len(label) for label, value in rows if value), default=0)
    lines = [f"{label:<{label_width}}  {value}" if value else label for label, value in rows]
    width = max(_measure(line) for line in lines)
    say(f"\n+{'-' * (width + 2)}+")
    for line in lines:
        say(f"| {line}{' ' * (width - _measure(line))} |")
    say(f"+{'-' * (width + 2)}+\n")


def say_error(sentence: str) -> None:
    """Write the one sentence that explains why nothing more will happen."""
    sys.stderr.write(f"\nerror: {sentence}\n")
    sys.stderr.flush()


def _measure(text: str) -> int:
    """Count terminal columns: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
