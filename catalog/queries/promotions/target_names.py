"""What the articles that promotions name are called."""

from __future__ import annotations

from collections.abc import Iterable

from catalog.queries.categories import get_category_tree

_CATEGORY = "category:"
STEP = " \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} "


def list_target_names(keys: Iterable[str]) -> dict[str, str]:
    """Return the categories among these keys by name, each with those above it, in the active language; no query of its own."""
    tree = get_category_tree()
    paths = {key: key.removeprefix(_CATEGORY) for key in keys if key.startswith(_CATEGORY)}
    return {
        key: STEP.join(node.name for node in tree.list_ancestors(path))
        for key, path in paths.items()
        if path in tree.by_path
    }
