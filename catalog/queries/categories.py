"""The category tree, held in each process for a moment."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock
from typing import Any

from django.conf import settings
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import get_language

from catalog.domain.words import pick_words
from catalog.models import Category

# A tree is some hundred rows and no price or stock: reading it once in three seconds keeps it out of every page.
TREE_SECONDS = 3.0


@dataclass(frozen=True, kw_only=True, slots=True)
class CategoryNode:
    """A category with the ones below it, in both languages."""

    id: int
    slug: str
    path: str
    depth: int
    name_en: str
    name_zh_hans: str
    description_en: str
    description_zh_hans: str
    seo_title_en: str = ""
    seo_title_zh_hans: str = ""
    seo_description_en: str = ""
    seo_description_zh_hans: str = ""
    children: list[CategoryNode] = field(default_factory=list, hash=False)

    @property
    def name(self) -> str:
        """Return the name in the active language."""
        return pick_words(self.name_en, self.name_zh_hans, get_language() or settings.LANGUAGE_CODE)

    @property
    def description(self) -> str:
        """Return the description in the active language."""
        return pick_words(
            self.description_en, self.description_zh_hans, get_language() or settings.LANGUAGE_CODE
        )

    @property
    def title(self) -> str:
        """Return the title for search engines in the active language."""
        language = get_language() or settings.LANGUAGE_CODE
        return pick_words(self.seo_title_en, self.seo_title_zh_hans, language) or self.name

    @property
    def summary(self) -> str:
        """Return the description for search engines in the active language."""
        language = get_language() or settings.LANGUAGE_CODE
        return pick_words(self.seo_description_en, self.seo_description_zh_hans, language) or self.description

    @property
    def url(self) -> str:
        """Return the address of its page in the active language."""
        return build_category_url(self.path, get_language() or settings.LANGUAGE_CODE)


@dataclass(frozen=True, kw_only=True, slots=True)
class CategoryTree:
    """All categories of one moment."""

    roots: tuple[CategoryNode, ...]
    by_path: dict[str, CategoryNode]

    def list_ancestors(self, path: str) -> list[CategoryNode]:
        """Return the categories from the top down to this path, itself included; unknown ones are left out."""
        return [self.by_path[step] for step in _list_steps(path) if step in self.by_path]


@lru_cache(maxsize=4096)
def build_category_url(path: str, _language: str) -> str:
    """Return the address of a category's page in the active language, which tells one answer from another."""
    return reverse("catalog:category", kwargs={"category_path": path})


class _Kept:
    """The tree of this process and until when it is believed."""

    tree: CategoryTree | None = None
    expires: float = 0.0
    lock = Lock()


def get_category_tree() -> CategoryTree:
    """Return the tree, at most three seconds old; one query when it is due."""
    tree = _Kept.tree
    if tree is not None and time.monotonic() < _Kept.expires:
        return tree
    with _Kept.lock:
        if _Kept.tree is None or time.monotonic() >= _Kept.expires:
            _Kept.tree = _load_tree()
            _Kept.expires = time.monotonic() + TREE_SECONDS
        return _Kept.tree


def forget_category_tree() -> None:
    """Read the tree afresh the next time: after a change, so that who made it sees it at once."""
    _Kept.expires = 0.0


def list_shelf_words(paths: Collection[str]) -> dict[str, str]:
    """Return the names of each path's category and of all above it, in every language; one query, never stale."""
    above = {path: _list_steps(path) for path in paths if path}
    rows = Category.objects.filter(path__in={step for steps in above.values() for step in steps})
    names = {
        path: (english, chinese)
        for path, english, chinese in rows.values_list("path", "name_en", "name_zh_hans")
    }
    return {
        path: " , ".join(name for step in reversed(steps) for name in names.get(step, ()) if name)
        for path, steps in above.items()
    }


def list_free_positions() -> dict[str, int]:
    """The position behind all siblings, by the path above them; of shelves that nobody has put in order there is none."""
    placed = Category.objects.order_by().filter(position__gt=0)
    last = placed.values_list("parent__path").annotate(Max("position"))
    return {above or "": position + 1 for above, position in last}


def _list_steps(path: str) -> list[str]:
    steps = path.split("/")
    return ["/".join(steps[:depth]) for depth in range(1, len(steps) + 1)]


def _load_tree() -> CategoryTree:
    roots: list[CategoryNode] = []
    by_path: dict[str, CategoryNode] = {}
    rows = Category.objects.order_by("depth", "position", "path").values(
        "id",
        "slug",
        "path",
        "depth",
        "name_en",
        "name_zh_hans",
        "description_en",
        "description_zh_hans",
        "seo_title_en",
        "seo_title_zh_hans",
        "seo_description_en",
        "seo_description_zh_hans",
    )
    for row in rows:
        words: dict[str, Any] = {name: "" if value is None else value for name, value in row.items()}
        node = CategoryNode(**words)
        by_path[node.path] = node
        parent = by_path.get(node.path.rpartition("/")[0])
        (parent.children if parent else roots).append(node)
    return CategoryTree(roots=tuple(roots), by_path=by_path)
