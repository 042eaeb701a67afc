"""Warehouses and the category tree of the demo shop."""

import json
from typing import TypedDict

from catalog.models import Category
from catalog.services.categories import save_category
from inventory.services.warehouses import ensure_warehouse
from shop.demo.pictures.scenes import CONTENT
from shop.kernel.transactions import transactional

ACTOR = "system"
WAREHOUSES = (("RTM", "Rotterdam", "NL", 1), ("SHA", "Shanghai", "CN", 2))


class Shelf(TypedDict, total=False):
    """One category of content/categories.json."""

    slug: str
    name_en: str
    name_zh: str
    description_en: str
    description_zh: str
    children: list["Shelf"]


@transactional
def ensure_warehouses() -> int:
    """The two warehouses; the number of new ones. Repeatable."""
    return sum(
        ensure_warehouse(code, name=name, country=country, priority=priority)
        for code, name, country, priority in WAREHOUSES
    )


def load_shelves() -> list[Shelf]:
    """The category tree as it is written down."""
    shelves: list[Shelf] = json.loads((CONTENT / "categories.json").read_text(encoding="utf-8"))
    return shelves


def ensure_categories() -> int:
    """The category tree; what is there keeps what operators made of it. The number of new ones. Repeatable."""
    return _ensure_level(load_shelves(), parent=None)


def _ensure_level(shelves: list[Shelf], *, parent: Category | None) -> int:
    created = 0
    for position, shelf in enumerate(shelves, start=1):
        path = f"{parent.path}/{shelf['slug']}" if parent else shelf["slug"]
        category = Category.objects.filter(path=path).first()
        if category is None:
            category = save_category(_build(shelf, parent=parent, position=position), actor=ACTOR)
            created += 1
        created += _ensure_level(shelf.get("children", []), parent=category)
    return created


def _build(shelf: Shelf, *, parent: Category | None, position: int) -> Category:
    return Category(
        parent=parent,
        slug=shelf["slug"],
        name_en=shelf["name_en"],
        name_zh_hans=shelf["name_zh"],
        description_en=shelf.get("description_en", ""),
        description_zh_hans=shelf.get("description_zh", ""),
        position=position,
    )
