"""The way of one file: in, in again, out, in again, and into an empty shop, which must become the same."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field
from pathlib import Path

from catalog.domain.errors import FileRefused
from catalog.domain.reports import ImportSummary, Outcome
from catalog.gateways.feeds import TREES
from catalog.models import Category, Product, ProductImage, Variant
from catalog.queries.categories import forget_category_tree
from catalog.services.exports import copy_files, stream_categories, stream_csv, write_xlsx
from catalog.services.imports.whole_files import ImportOptions, import_products
from shop.kernel.relay import drain_outbox
from tests.emptying import empty_tables
from tests.exchange.hosts import PictureHost
from tests.factories.inventory import make_warehouse

# Stock of files that name no warehouse lies in the first of the shop.
WAREHOUSE = "RTM"


@dataclass(kw_only=True)
class Trip:
    """What came of a file."""

    name: str
    summary: ImportSummary | None = None
    refusal: str = ""
    products: int = 0
    variants: int = 0
    categories: int = 0
    pictures: int = 0
    fetched: int = 0
    first_seconds: float = 0.0
    second_seconds: float = 0.0
    problems: list[str] = field(default_factory=list)

    @property
    def imported(self) -> int:
        """How many rows came in."""
        rows = self.summary.rows if self.summary else {}
        return sum(count for outcome, count in rows.items() if outcome is not Outcome.REFUSED)


def travel(path: Path, *, host: PictureHost, folder: Path, name: str, last_stop: str = WAREHOUSE) -> Trip:
    """Take a file all the way; what is not as it must be stands in `problems`.

    `last_stop` is the warehouse of the empty shop at the end: in another than the first the stock has nowhere to go.
    """
    trip = Trip(name=name)
    (folder / "in").mkdir()
    file = host.lead_here(path, folder=folder / "in")
    pictures = path.parent / "images"
    options = ImportOptions(images=pictures if pictures.is_dir() else None, fetch_pictures=True)
    empty_shop()
    started = time.monotonic()
    try:
        trip.summary = bring(file, options)
    except FileRefused as error:
        trip.refusal = str(error.message)
        return trip
    trip.first_seconds = time.monotonic() - started
    _count(trip, host, pictures)
    started = time.monotonic()
    _expect_unchanged(
        trip, "the file again", bring(file, options), refused=trip.summary.rows[Outcome.REFUSED]
    )
    trip.second_seconds = time.monotonic() - started
    if trip.summary.format in TREES:
        _go_round_as_tree(trip, folder)
    else:
        _go_round(trip, folder, last_stop=last_stop)
    return trip


def empty_shop(warehouse: str = WAREHOUSE) -> None:
    """A shop with nothing but a warehouse."""
    empty_tables()
    forget_category_tree()
    make_warehouse(warehouse)


def bring(path: Path, options: ImportOptions | None = None) -> ImportSummary:
    """Import a file and let everything happen that follows, such as its stock being booked."""
    summary = import_products(path, report=lambda _row: None, options=options or ImportOptions())
    while drain_outbox().delivered:
        pass
    return summary


def _count(trip: Trip, host: PictureHost, folder: Path) -> None:
    trip.products, trip.variants = Product.objects.count(), Variant.objects.count()
    trip.categories, trip.pictures = Category.objects.count(), ProductImage.objects.count()
    given = {each.name for each in folder.iterdir()} if folder.is_dir() else set()
    fetched = {_name(url) for url in host.led} - given
    trip.fetched = ProductImage.objects.filter(source_name__in=fetched).count()


def _name(url: bytes) -> str:
    return url.decode().rpartition("/")[2]


def _go_round(trip: Trip, folder: Path, *, last_stop: str) -> None:
    out, book, files = folder / "out.csv", folder / "out.xlsx", folder / "files"
    before, kept = export_products(out), copy_pictures(files)
    with book.open("wb") as file:
        write_xlsx(Product.objects.all(), file=file)
    _expect_unchanged(trip, "its CSV", bring(out))
    _expect_unchanged(trip, "its XLSX", bring(book))
    _expect_unchanged(trip, "its CSV with pictures", bring(out, ImportOptions(images=files)))
    empty_shop(last_stop)
    summary = bring(out, ImportOptions(images=files))
    _expect(trip, "an empty shop refused rows", summary.rows[Outcome.REFUSED], 0)
    _expect(trip, "an empty shop warned", summary.warning_count, 0)
    _expect(trip, "an empty shop's export", export_products(folder / "again.csv"), before)
    _expect(trip, "an empty shop's pictures", copy_pictures(folder / "again"), kept)


def _go_round_as_tree(trip: Trip, folder: Path) -> None:
    def export() -> str:
        (folder / "out.json").write_text(text := "".join(stream_categories()), encoding="utf-8")
        return text

    before = export()
    _expect_unchanged(trip, "its JSON", bring(folder / "out.json"))
    empty_shop()
    bring(folder / "out.json")
    _expect(trip, "an empty shop's export", export(), before)


def export_products(path: Path) -> str:
    """Write all products as CSV; returns the text."""
    path.write_text(text := "".join(stream_csv(Product.objects.all())), encoding="utf-8", newline="")
    return text


def copy_pictures(folder: Path) -> dict[str, str]:
    """Copy all pictures and documents; returns what is in each, by its place."""
    folder.mkdir(exist_ok=True)
    copy_files(Product.objects.all(), folder=folder)
    files = sorted(each for each in folder.rglob("*") if each.is_file())
    return {
        str(each.relative_to(folder)): hashlib.sha256(each.read_bytes()).hexdigest()[:16] for each in files
    }


def _expect_unchanged(trip: Trip, what: str, summary: ImportSummary, *, refused: int = 0) -> None:
    for outcome in (Outcome.CREATED, Outcome.UPDATED):
        _expect(trip, f"{what}: {outcome.value}", summary.rows[outcome], 0)
    _expect(trip, f"{what}: refused", summary.rows[Outcome.REFUSED], refused)


def _expect(trip: Trip, what: str, found: object, wanted: object) -> None:
    if found != wanted:
        is_number = isinstance(found, int)
        trip.problems.append(
            f"{what}: {found}, not {wanted}" if is_number else f"{what} is not the first one"
        )
