"""What the header and the footer show of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from catalog.queries.categories import CategoryNode, CategoryTree, get_category_tree


@dataclass(frozen=True, kw_only=True, slots=True)
class NavCategory:
    """A link of the menu."""

    name: str
    url: str
    path: str
    children: tuple[NavCategory, ...] = ()


class _Drawn:
    """The menu of each language, drawn once from each tree."""

    tree: CategoryTree | None = None
    by_language: dict[str, tuple[NavCategory, ...]] = {}


def nav_categories(_request: HttpRequest) -> dict[str, Any]:
    """Context processor: the two upper levels of the tree; nothing is read until a template asks."""
    return {"nav_categories": SimpleLazyObject(list_nav_categories)}


def list_nav_categories() -> tuple[NavCategory, ...]:
    """Return the two upper levels in the active language; no query while the tree is fresh."""
    tree = get_category_tree()
    language = get_language() or ""
    if _Drawn.tree is not tree:
        _Drawn.tree, _Drawn.by_language = tree, {}
    if language not in _Drawn.by_language:
        _Drawn.by_language[language] = tuple(_draw(node, levels=2) for node in tree.roots)
    return _Drawn.by_language[language]


def _draw(node: CategoryNode, *, levels: int) -> NavCategory:
    below = node.children if levels > 1 else []
    children = tuple(_draw(child, levels=levels - 1) for child in below)
    return NavCategory(name=node.name, url=node.url, path=node.path, children=children)
