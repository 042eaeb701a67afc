"""How merchandisers write amounts, articles, steps and parts in a form, and back."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _

from catalog.domain.promotions.reading import PromotionInvalid

_AMOUNT: Final = re.compile(r"([A-Za-z]{3})\s*(\d+(?:\.\d+)?)")
_STOCK: Final = re.compile(r"(.+?)\s+[x×]\s*(\d{1,9})(?:\s*,\s*(\d{1,9})\s+each)?", re.IGNORECASE)
_PART: Final = re.compile(r"(?:(\d+)\s*[x×])?\s*(.+)", re.IGNORECASE)
_GROUP: Final = re.compile(r"(\d{1,3})\s*(?:people|persons?|人)?\s*->\s*(\d+(?:\.\d+)?)\s*%", re.IGNORECASE)
ARROW: Final = "->"


def parse_amounts(text: str, *, field: str) -> dict[str, str]:
    """Read ``EUR 5, CNY 40``; raises PromotionInvalid."""
    found = {}
    for part in re.split(r"[,;\n]", text):
        if not part.strip():
            continue
        match = _AMOUNT.fullmatch(part.strip())
        if match is None:
            raise PromotionInvalid(_("Write amounts as in “EUR 5, CNY 40”."), field=field)
        found[match[1].upper()] = match[2]
    return found


def write_amounts(amounts: Mapping[str, str] | None) -> str:
    """Return ``CNY 40, EUR 5``."""
    return ", ".join(f"{currency} {amount}" for currency, amount in (amounts or {}).items())


def parse_keys(text: str) -> list[str]:
    """Read ``category:kitchen, sku:MUG`` or one a line."""
    return [part.strip() for part in re.split(r"[,\n]", text) if part.strip()]


def write_keys(keys: Sequence[str] | None) -> str:
    """Return one key a line."""
    return "\n".join(keys or [])


def parse_steps(text: str, *, field: str) -> list[dict[str, Any]]:
    """Read lines such as ``EUR 50 -> EUR 5`` or ``EUR 100 -> 15%``; raises PromotionInvalid."""
    steps = []
    for line in filter(str.strip, text.splitlines()):
        reached, arrow, off = line.replace("→", ARROW).partition(ARROW)
        if not arrow or not off.strip():
            raise PromotionInvalid(_("Write a step as in “EUR 50 -> EUR 5” or “EUR 50 -> 10%”."), field=field)
        step: dict[str, Any] = {"reached": parse_amounts(reached, field=field)}
        if off.strip().endswith("%"):
            step["percent"] = off.strip().removesuffix("%").strip()
        else:
            step["amounts"] = parse_amounts(off, field=field)
        steps.append(step)
    return steps


def write_steps(steps: Sequence[Mapping[str, Any]] | None) -> str:
    """Return the lines that ``parse_steps`` reads."""
    lines = []
    for step in steps or []:
        off = f"{step['percent']}%" if step.get("percent") else write_amounts(step.get("amounts"))
        lines.append(f"{write_amounts(step['reached'])} {ARROW} {off}")
    return "\n".join(lines)


def parse_group_steps(text: str, *, field: str) -> list[dict[str, Any]]:
    """Read lines such as ``5 people -> 20%``; raises PromotionInvalid."""
    steps = []
    for line in filter(str.strip, text.splitlines()):
        match = _GROUP.fullmatch(line.replace("→", ARROW).strip())
        if match is None:
            raise PromotionInvalid(_("Write a step as in “5 people -> 20%”."), field=field)
        steps.append({"people": int(match[1]), "percent": match[2]})
    return steps


def write_group_steps(steps: Sequence[Mapping[str, Any]] | None) -> str:
    """Return the lines that ``parse_group_steps`` reads."""
    return "\n".join(f"{step['people']} people {ARROW} {step['percent']}%" for step in steps or [])


def parse_parts(text: str, *, field: str) -> list[dict[str, Any]]:
    """Read lines such as ``2 x category:mugs``; raises PromotionInvalid."""
    parts = []
    for line in filter(str.strip, text.splitlines()):
        match = _PART.fullmatch(line.strip())
        if match is None:
            raise PromotionInvalid(_("Write a part as in “2 x category:mugs”."), field=field)
        parts.append({"quantity": int((match[1] or "1")[:6]), "target": {"include": parse_keys(match[2])}})
    return parts


def write_parts(parts: Sequence[Mapping[str, Any]] | None) -> str:
    """Return the lines that ``parse_parts`` reads."""
    return "\n".join(
        f"{part.get('quantity', 1)} x {', '.join(part['target'].get('include', []))}" for part in parts or []
    )


def parse_stock(text: str, *, field: str) -> dict[str, tuple[int, int | None]]:
    """Read lines such as ``MUG-1 x 20, 2 each`` into (how many, how many each) by SKU; raises PromotionInvalid."""
    found = {}
    for line in filter(str.strip, text.splitlines()):
        match = _STOCK.fullmatch(line.strip())
        if match is None:
            raise PromotionInvalid(_("Write a line as in “MUG-1 x 20, 2 each”."), field=field)
        found[match[1]] = (int(match[2]), int(match[3]) if match[3] else None)
    return found


def write_stock(rows: Sequence[tuple[str, int, int | None]]) -> str:
    """Return the lines that ``parse_stock`` reads."""
    return "\n".join(f"{sku} x {count}" + (f", {each} each" if each else "") for sku, count, each in rows)


# A form's field: where its terms stand in an action, and what reads them.
PARSERS: Final[dict[str, tuple[str, Callable[..., list[dict[str, Any]]]]]] = {
    "steps": ("steps", parse_steps),
    "group_steps": ("steps", parse_group_steps),
    "parts": ("parts", parse_parts),
}
