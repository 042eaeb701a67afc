"""One change of many products: what is asked for and what each product would become."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

MOST_PRODUCTS = 2000


@dataclass(frozen=True, kw_only=True, slots=True)
class BulkWish:
    """What an operator asks for; None leaves a field as it is."""

    category_id: int | None = None
    brand_id: int | None = None
    product_type_id: int | None = None
    is_featured: bool | None = None
    is_published: bool | None = None
    add_to_id: int | None = None
    remove_from_id: int | None = None

    @property
    def fields(self) -> dict[str, Any]:
        """Return the plain fields that it sets."""
        wanted = {
            "category_id": self.category_id,
            "brand_id": self.brand_id,
            "product_type_id": self.product_type_id,
            "is_featured": self.is_featured,
        }
        return {name: value for name, value in wanted.items() if value is not None}

    @property
    def is_empty(self) -> bool:
        """Return whether nothing is asked for."""
        others = (self.is_published, self.add_to_id, self.remove_from_id)
        return not self.fields and all(value is None for value in others)


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One field of one product; `collection:7` is its place in collection 7."""

    product_id: int
    field: str
    before: Any
    after: Any

    def to_row(self) -> list[Any]:
        """Return what is stored of it."""
        return [self.product_id, self.field, self.before, self.after]


def plan_changes(
    wish: BulkWish, *, product_id: int, now_is: dict[str, Any], collections: frozenset[int], is_refused: bool
) -> list[Change]:
    """Return what changes of one product; one that the mark refuses is not published, all else is done."""
    found = [
        Change(product_id=product_id, field=name, before=now_is[name], after=value)
        for name, value in wish.fields.items()
        if now_is[name] != value
    ]
    if wish.is_published is not None and not is_refused:
        status = "published" if wish.is_published else "draft"
        if now_is["status"] != status:
            found.append(Change(product_id=product_id, field="status", before=now_is["status"], after=status))
    for collection_id, wanted in ((wish.add_to_id, True), (wish.remove_from_id, False)):
        if collection_id is not None and (collection_id in collections) != wanted:
            found.append(
                Change(
                    product_id=product_id,
                    field=f"collection:{collection_id}",
                    before=not wanted,
                    after=wanted,
                )
            )
    return found
