"""Pictures by product."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

from django.core.files.storage import default_storage

from catalog.domain.media import FALLBACK_WIDTH, FORMATS, ImageCard
from shop.kernel.postgres.statements import Statement

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
# One without sizes has not been cleaned yet: it is not shown.
_IMAGES = Statement(f"""
SELECT {", ".join(_FIELDS)} FROM catalog_productimage
WHERE product_id = ANY(%(products)s::bigint[]) AND renditions <> '{{}}'
ORDER BY product_id, position, id
""")  # noqa: S608  names of columns, from beside


def list_image_cards(product_ids: Collection[int]) -> dict[int, list[tuple[int | None, ImageCard]]]:
    """Return (variant or None, picture) by product in the order of the page; one query."""
    found: dict[int, list[tuple[int | None, ImageCard]]] = defaultdict(list)
    for values in _IMAGES.run(products=list(product_ids)):
        row = dict(zip(_FIELDS, values, strict=True))
        row["renditions"] = json.loads(row["renditions"])
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
