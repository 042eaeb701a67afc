"""Products with their pictures, stock and reorder points."""

import csv
import multiprocessing
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from catalog.domain.reports import ImportSummary, RowReport
from catalog.models import Product
from catalog.services.imports import ImportOptions, import_products
from inventory.models import StockLevel
from shop.demo.pictures.scenes import CONTENT, encode, list_scenes
from shop.kernel.transactions import transactional

Say = Callable[[str], None]
PRODUCTS = CONTENT / "products.csv"
WORKERS = 2
REORDER_POINT = 4
REORDER_QUANTITY = 48
SCENE_FOLDER = "scenes"


def read_rows() -> list[dict[str, str]]:
    """The rows of products.csv."""
    with PRODUCTS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def load_products(*, handles: Sequence[str] = (), say: Say) -> ImportSummary | None:
    """Import the products (or those named) with pictures drawn on the spot; None when all are there. Repeatable."""
    rows = [row for row in read_rows() if not handles or row["handle"] in handles]
    wanted = {row["handle"] for row in rows}
    if Product.objects.filter(slug__in=wanted).count() == len(wanted):
        return None
    with tempfile.TemporaryDirectory() as folder:
        images = Path(folder)
        draw_pictures([name for row in rows for name in row["image"].split("|") if name], images, say=say)
        return _import(rows, images, say=say)


def _import(rows: list[dict[str, str]], images: Path, *, say: Say) -> ImportSummary:
    path = images / PRODUCTS.name
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    refused: list[RowReport] = []
    say(f"storing {len(rows)} variants, their pictures in four sizes and two formats")
    return import_products(path, report=refused.append, options=ImportOptions(images=images))


def draw_pictures(names: Sequence[str], folder: Path, *, say: Say) -> None:
    """Draw pictures into a folder, on two processors when there are two."""
    done = 0
    with _pool() as draw:
        for name, content in draw(sorted(set(names))):
            (folder / name).write_bytes(content)
            done += 1
            if done % 40 == 0:
                say(f"drew {done} of {len(set(names))} pictures")


@contextmanager
def _pool() -> Iterator[Callable[[Sequence[str]], Iterator[tuple[str, bytes]]]]:
    workers = min(WORKERS, os.cpu_count() or 1)

    def draw_here(names: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        return ((name, encode(name)) for name in names)

    if workers == 1:
        yield draw_here
        return
    # Spawned, not forked: a child must not share this process's database connection.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        yield lambda names: zip(names, pool.map(encode, names, chunksize=3), strict=True)


def store_scenes(*, say: Say) -> int:
    """The still lifes of the front page and the categories, stored as `scenes/<name>.jpg`; the new ones. Repeatable."""
    names = [name for name, scene in list_scenes().items() if "size" in scene]
    missing = [name for name in names if not default_storage.exists(f"{SCENE_FOLDER}/{name}")]
    if not missing:
        return 0
    with _pool() as draw:
        for name, content in draw(missing):
            default_storage.save(f"{SCENE_FOLDER}/{name}", ContentFile(content))
    return len(missing)


@transactional
def ensure_reorder_points() -> int:
    """A reorder point for every shelf that has none; the number of shelves. Repeatable."""
    return StockLevel.objects.filter(reorder_point=0).update(
        reorder_point=REORDER_POINT, reorder_quantity=REORDER_QUANTITY
    )
