"""Pictures by product."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

from django.core.files.storage import default_storage

from catalog.domain.media import FALLBACK_WIDTH, FORMATS, ImageCard
from catalog.models import ProductImage

_FIELDS = (
    "product_id",
    "variant_id",
    "original",
    "alt_en",
    "alt_zh_hans",
    "width",
    "height",
    "color",
    "renditions",
)


def list_image_cards(product_ids: Collection[int]) -> dict[int, list[tuple[int | None, ImageCard]]]:
    """Return (variant or None, picture) by product in the order of the page; one query."""
    found: dict[int, list[tuple[int | None, ImageCard]]] = defaultdict(list)
    # One without sizes has not been cleaned yet: it is not shown.
    ready = ProductImage.objects.filter(product_id__in=product_ids).exclude(renditions={})
    rows = ready.order_by("product_id", "position", "pk")
    for row in rows.values(*_FIELDS):
        found[row["product_id"]].append((row["variant_id"], build_image_card(row)))
    return found


def build_image_card(row: Mapping[str, Any]) -> ImageCard:
    """Return the picture of one row of ProductImage.values(...)."""
    renditions: dict[str, list[tuple[int, str]]] = row["renditions"] or {}
    plain = renditions.get("webp") or []
    original = build_media_url(row["original"])
    return ImageCard(
        url=_pick_url(plain, original),
        large_url=build_media_url(plain[-1][1]) if plain else original,
        width=row["width"],
        height=row["height"],
        color=row["color"],
        alt_en=row["alt_en"] or "",
        alt_zh_hans=row["alt_zh_hans"] or "",
        srcsets={name: _build_srcset(renditions[name]) for name in FORMATS if renditions.get(name)},
    )


@lru_cache(maxsize=20_000)
def build_media_url(path: str) -> str:
    """Return a file's address; kept, because a page asks for dozens and they never change."""
    return default_storage.url(path)


def _pick_url(sizes: list[tuple[int, str]], original: str) -> str:
    fitting = [path for width, path in sizes if width >= FALLBACK_WIDTH] or [path for _, path in sizes[-1:]]
    return build_media_url(fitting[0]) if fitting else original


def _build_srcset(sizes: list[tuple[int, str]]) -> str:
    return ", ".join(f"{build_media_url(path)} {width}w" for width, path in sizes)
