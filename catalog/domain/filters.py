"""What a shopper narrows a list by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Sort(StrEnum):
    """Orders of a list."""

    RELEVANCE = "relevance"
    FEATURED = "featured"
    NEWEST = "newest"
    PRICE = "price"
    PRICE_DOWN = "-price"
    NAME = "name"


@dataclass(frozen=True, kw_only=True, slots=True)
class ListingFilters:
    """The filters of one page; `options` are keys such as "color:red"."""

    lowest: Decimal | None = None
    highest: Decimal | None = None
    only_in_stock: bool = False
    brands: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    sort: Sort = Sort.FEATURED

    @property
    def is_narrowed(self) -> bool:
        """Return whether anything is left out."""
        return bool(
            self.lowest is not None
            or self.highest is not None
            or self.only_in_stock
            or self.brands
            or self.options
        )

    def group_options(self) -> dict[str, list[str]]:
        """Return the chosen options by group: within one group any fits, across groups all must."""
        groups: dict[str, list[str]] = {}
        for option in self.options:
            groups.setdefault(option.partition(":")[0], []).append(option)
        return groups


@dataclass(frozen=True, kw_only=True, slots=True)
class ListingWindow:
    """Which pages of a list stand below each other: the first of them to the one that the address names."""

    first: int
    last: int
    size: int
    # A script asked for the last page alone: what is before it is shown already.
    is_more: bool = False

    @property
    def start(self) -> int:
        """Return the place of the first product to read, from 0."""
        return ((self.last if self.is_more else self.first) - 1) * self.size

    @property
    def stop(self) -> int:
        """Return the place behind the last product."""
        return self.last * self.size


@dataclass(frozen=True, kw_only=True, slots=True)
class ListingScope:
    """Which products a list is about: a category with all below it, a brand, a tag, found products, or everything."""

    currency: str
    category_path: str = ""
    brand_slug: str = ""
    tag: str = ""
    product_ids: tuple[int, ...] | None = None


def name_category_key(path: str) -> str:
    """Return the key of standing in a category or below it; no option can be called so."""
    return f"@in:{path}"


def name_brand_key(slug: str) -> str:
    """Return the key of a brand."""
    return f"@brand:{slug}"


def name_tag_key(tag: str) -> str:
    """Return the key of a tag."""
    return f"@tag:{tag}"


def list_filter_keys(
    category_path: str, *, brand: str, others: Iterable[str], tags: Iterable[str] = ()
) -> list[str]:
    """Return all keys that a product can be narrowed by: its categories upwards, its brand, tags, options, attributes."""
    steps = category_path.split("/") if category_path else []
    found = [name_category_key("/".join(steps[:depth])) for depth in range(1, len(steps) + 1)]
    if brand:
        found.append(name_brand_key(brand))
    return [*found, *map(name_tag_key, tags), *others]
