"""Manuals of some products, as a shop would bring them: in our own format, with a folder of PDFs."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from catalog.models import Product
from shop.demo.pictures.scenes import CONTENT
from shop.demo.services.goods import import_rows, read_rows
from shop.demo.services.leaflets import write_leaflet

SHOP = "Hearth & Vale"


def load_manuals() -> int:
    """Give a manual to the products that have none; how many got one. Repeatable."""
    content: dict[str, Any] = json.loads((CONTENT / "manuals.json").read_text(encoding="utf-8"))
    wanting = Product.objects.filter(slug__in=content, documents=None).in_bulk(field_name="slug")
    rows = read_rows(tuple(wanting)) if wanting else []
    with tempfile.TemporaryDirectory() as folder:
        for handle, product in wanting.items():
            manual = content[handle]
            leaflet = write_leaflet(SHOP, manual["title_en"], product.name_en, manual["sections"])
            (Path(folder) / f"{handle}.pdf").write_bytes(leaflet)
        if rows:
            import_rows([_add_manual(row, content) for row in rows], images=Path(folder))
    return len(wanting)


def _add_manual(row: dict[str, str], content: dict[str, Any]) -> dict[str, str]:
    """Pictures and stock are left out: they stay, and are other stages'."""
    manual, handle = content[row["handle"]], row["handle"]
    kept = {name: cell for name, cell in row.items() if name != "stock" and not name.startswith("image")}
    cell = f"manual:{handle}.pdf={manual['title_en']}|{manual['title_zh']}" if row["name_en"] else ""
    return kept | {"documents": cell}
