"""The big catalogue: written through our own importer's format, stocked through the ledger."""

from __future__ import annotations

import csv
import time
from collections.abc import Iterator
from pathlib import Path

from django.core.management import call_command

from catalog.models import Product, Variant
from catalog.services.availability import set_availability
from inventory.models import StockLevel, StockMovement, Warehouse
from inventory.models.movements import MovementKind
from shop.kernel.clock import now
from shop.kernel.transactions import transaction

PRODUCTS, VARIANTS, TOPS, SUBS, LEAVES = 10_000, 3, 8, 5, 5
STOCK = 100_000
COLOURS = ("Sage|鼠尾草绿", "Clay|陶土色", "Ink|墨色")
HEADER = [
    "handle", "name_en", "name_zh", "description_en", "description_zh", "brand", "category", "option1_name",
    "option1_value", "sku", "weight_grams", "price_eur", "price_usd", "price_cny", "published",
]  # fmt: skip


def list_rows(products: int) -> Iterator[list[str]]:
    for number in range(products):
        leaf = number % (TOPS * SUBS * LEAVES)
        category = f"top{leaf // (SUBS * LEAVES)}/sub{leaf // LEAVES}/leaf{leaf}"
        for variant in range(VARIANTS):
            price = 5 + number % 190
            first = [
                f"bench-{number}", f"Bench product number {number} of the big shelf", f"测试商品{number}号",
                f"<p>Made for measuring, piece {number}.</p>", f"<p>测量用商品{number}</p>", f"Brand {number % 40}", category,
            ]  # fmt: skip
            rest = ["Colour|颜色", COLOURS[variant], f"B{number:06}-{variant}", str(200 + number % 900)]
            head = first if variant == 0 else [first[0], *[""] * 6]
            yield [
                *head,
                *rest,
                f"{price}.90",
                f"{price + 2}.90",
                f"{price * 8}.00",
                "true" if variant == 0 else "",
            ]


def load(folder: Path, *, products: int = PRODUCTS) -> None:
    if Product.objects.filter(slug__startswith="bench-").count() >= products:
        return
    file = folder / "bench.csv"
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(HEADER)
        writer.writerows(list_rows(products))
    started = time.perf_counter()
    call_command("import_products", str(file))
    seconds = time.perf_counter() - started
    print(
        f"import: {products} products, {products * VARIANTS} variants in {seconds:.0f} s ({products / seconds:.0f} products/s)"
    )
    stock_everything()
    call_command("rebuild_listings")


def stock_everything() -> None:
    """One ledger row per variant; the level follows by the ledger's own trigger."""
    warehouse, _ = Warehouse.objects.get_or_create(code="BENCH", defaults={"name": "Bench", "country": "NL"})
    ids = list(Variant.objects.exclude(stock_levels__warehouse=warehouse).values_list("pk", flat=True))
    for start in range(0, len(ids), 2000):
        part = ids[start : start + 2000]
        with transaction():
            StockLevel.objects.bulk_create([StockLevel(variant_id=pk, warehouse=warehouse) for pk in part])
            StockMovement.objects.bulk_create(
                [
                    StockMovement(
                        variant_id=pk,
                        warehouse=warehouse,
                        kind=MovementKind.RECEIVED,
                        delta=STOCK,
                        source_type="bench",
                        source_id=f"bench:{pk}",
                        created_at=now(),
                    )
                    for pk in part
                ]
            )
            set_availability(dict.fromkeys(part, STOCK))
