"""Tags of products: free words that people sort by, one spelling each; plain ones are shown to shoppers."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

MOST_TAGS = 50
LONGEST_TAG = 60
# Signs of a tag that programs read ("season:2026"), or that an address cannot hold.
_OWN_SIGNS = frozenset(":/\\")


def tidy_tag(text: str) -> str:
    """Return a tag in its one spelling: Unicode's compatibility form (NFKC), folded, single blanks between words."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def tidy_tags(texts: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return (tags, what was left out): each tag once, in order of the alphabet; too long ones and those above the most."""
    wanted = list(dict.fromkeys(tag for tag in map(tidy_tag, _split_all(texts)) if tag))
    fitting = [tag for tag in wanted if len(tag) <= LONGEST_TAG]
    kept = fitting[:MOST_TAGS]
    return sorted(kept), [tag for tag in wanted if tag not in kept]


def is_public_tag(tag: str) -> bool:
    """Return whether shoppers see a tag: it begins with a letter or digit ("_check" is our own) and is no key with a value."""
    return tag[:1].isalnum() and tag.isprintable() and _OWN_SIGNS.isdisjoint(tag)


def _split_all(texts: Iterable[str]) -> list[str]:
    """A comma in a tag would part it in the next file."""
    return [part for text in texts for part in split_tags(text)]


def split_tags(cell: str) -> list[str]:
    """Return the tags of a cell, parted by commas or semicolons of either width."""
    for separator in ";，；、":
        cell = cell.replace(separator, ",")
    return cell.split(",")
