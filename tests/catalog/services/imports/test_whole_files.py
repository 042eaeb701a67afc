from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import IntegrityError
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from catalog.domain.errors import FileRefused
from catalog.domain.reports import ImportSummary, Outcome, RowReport
from catalog.models import Category, ImportRun, Listing, ListingPolicy, Price, Product, ProductImage, Variant
from catalog.services.imports import batches as import_batches
from catalog.services.imports import writes as import_writes
from catalog.services.imports.plans import Plan
from catalog.services.imports.whole_files import ImportOptions, import_products
from shop.kernel.models import OutboxEvent
from tests.factories.catalog import make_product, make_variant
from tests.factories.inventory import make_warehouse

pytestmark = pytest.mark.django_db
HEADER = "handle,name_en,name_zh,description_en,brand,category,option1_name,option1_value,sku,weight_grams,"
HEADER += "price_eur,compare_at_eur,stock,image,published"
MUG = "mug,Mug,马克杯,Good,Oak,kitchen/cups,Color|颜色,Red|红,MUG-R,350,19.90,25,12,mug.jpg,1"
BLUE = "mug,,,,,,,Blue|蓝,MUG-B,350,19.90,,7,,"
BOWL = "bowl,Bowl,碗,,Oak,kitchen/bowls,,,BOWL,500,9,,,,1"


@pytest.fixture
def bring(tmp_path: Path) -> Callable[..., tuple[ImportSummary, list[RowReport]]]:
    make_warehouse("RTM")

    def run(*rows: str, options: ImportOptions | None = None) -> tuple[ImportSummary, list[RowReport]]:
        path = tmp_path / "products.csv"
        path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
        reports: list[RowReport] = []
        return import_products(path, report=reports.append, options=options), reports

    return run


Bring = Callable[..., tuple[ImportSummary, list[RowReport]]]


def _outcomes(reports: list[RowReport]) -> list[tuple[int, str]]:
    return [(report.row, report.outcome.value) for report in reports]


def test_a_file_fills_the_shop(bring: Bring, assert_invariants: Callable[[], None]) -> None:
    summary, reports = bring(MUG, BLUE, BOWL)
    assert _outcomes(reports) == [(2, "created"), (3, "created"), (4, "created")]
    assert summary.rows == {Outcome.CREATED: 3, Outcome.UPDATED: 0, Outcome.UNCHANGED: 0, Outcome.REFUSED: 0}
    mug = Product.objects.get(slug="mug")
    assert (mug.name_en, mug.name_zh_hans, mug.description_en) == ("Mug", "马克杯", "<p>Good</p>")
    assert list(mug.variants.values_list("sku", flat=True)) == ["MUG-R", "MUG-B"]
    assert list(Category.objects.values_list("path", flat=True)) == [
        "kitchen",
        "kitchen/bowls",
        "kitchen/cups",
    ]
    listing = Listing.objects.get(product=mug)
    assert (listing.amount, listing.option_keys) == (Decimal("19.900"), ["color:blue", "color:red"])
    assert_invariants()


def test_new_categories_stand_behind_those_that_were_put_in_order(bring: Bring) -> None:
    for position, slug in enumerate(("zinc", "wood"), start=1):
        Category.objects.create(slug=slug, path=slug, depth=1, name_en=slug, position=position)
    bring(MUG, BLUE)
    shelves = Category.objects.filter(depth=1).order_by("position", "path")
    assert list(shelves.values_list("slug", flat=True)) == ["zinc", "wood", "kitchen"]


def test_a_second_run_changes_nothing(
    bring: Bring, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    bring(MUG, BLUE, BOWL)
    with django_assert_num_queries(20) as queries:
        _, reports = bring(MUG, BLUE, BOWL)
    assert _outcomes(reports) == [(2, "unchanged"), (3, "unchanged"), (4, "unchanged")]
    written = [
        one["sql"]
        for one in queries.captured_queries
        if one["sql"].startswith(("INSERT", "UPDATE", "DELETE"))
    ]
    # Runs that were killed, the run, its progress, its end, and the row with a picture to mend.
    assert len(written) == 5
    assert all('"catalog_importrun"' in sql or '"catalog_importproblem"' in sql for sql in written)


def test_changes_update_in_place(bring: Bring) -> None:
    bring(MUG, BLUE, BOWL)
    known = dict(Variant.objects.values_list("sku", "pk"))
    cheaper = MUG.replace("19.90,25", "17.50,25").replace("Mug,马克杯", "Tall mug,")
    _, reports = bring(cheaper, BLUE, BOWL)
    assert _outcomes(reports) == [(2, "updated"), (3, "updated"), (4, "unchanged")]
    mug = Product.objects.get(slug="mug")
    assert (mug.name_en, mug.name_zh_hans) == ("Tall mug", "马克杯")
    assert Price.objects.get(variant__sku="MUG-R").amount == Decimal("17.500")
    assert dict(Variant.objects.values_list("sku", "pk")) == known
    assert Listing.objects.get(product=mug).amount == Decimal("17.500")


def test_a_variant_that_left_the_file_goes_off_sale_and_may_come_back(bring: Bring) -> None:
    bring(MUG, BLUE)
    bring(MUG)
    assert not Variant.objects.get(sku="MUG-B").is_active
    _, reports = bring(MUG)
    assert _outcomes(reports) == [(2, "unchanged")]
    bring(MUG, BLUE)
    assert Variant.objects.get(sku="MUG-B").is_active


def test_a_refused_row_takes_nothing_off_sale(bring: Bring) -> None:
    """Its article may be the very one that is missing from the others."""
    bring(MUG, BLUE)
    _, reports = bring(MUG, BLUE.replace("19.90", "cheap"))
    assert _outcomes(reports) == [(2, "unchanged"), (3, "refused")]
    assert Variant.objects.get(sku="MUG-B").is_active
    _, reports = bring(MUG.replace("19.90,25", "18,25"), BLUE.replace("19.90", "cheap"))
    assert _outcomes(reports) == [(2, "updated"), (3, "refused")]
    assert list(Variant.objects.order_by("sku").values_list("sku", "is_active")) == [
        ("MUG-B", True),
        ("MUG-R", True),
    ]
    assert [str(price.amount) for price in Price.objects.order_by("variant__sku")] == ["19.900", "18.000"]


def test_prices_in_other_currencies_and_pictures_by_hand_stay(bring: Bring) -> None:
    bring(MUG, BLUE)
    Price.objects.create(variant=Variant.objects.get(sku="MUG-R"), currency="CNY", amount=Decimal(150))
    ProductImage.objects.create(product=Product.objects.get(), original="products/by-hand.jpg")
    bring(MUG.replace("19.90,25", "18,25"), BLUE)
    assert Price.objects.filter(currency="CNY").count() == 1
    assert ProductImage.objects.count() == 1


def test_bad_rows_never_stop_good_ones(bring: Bring) -> None:
    summary, reports = bring(MUG, BLUE.replace("19.90", "free"), "lamp,,,,,,,,LAMP,1,9,,,,1", BOWL)
    assert _outcomes(reports) == [(2, "created"), (3, "refused"), (4, "refused"), (5, "created")]
    assert summary.reasons == {"“free” is not a price": 1, "it has no name_en in its first row": 1}
    assert ImportRun.objects.get().refused_count == 2


def test_a_sku_of_another_product_is_refused(bring: Bring) -> None:
    taken = make_variant(sku="bowl")
    _, reports = bring(MUG, BLUE, BOWL, "cup,Cup,,,,,,,mug-r,1,9,,,,1")
    assert _outcomes(reports)[2:] == [(4, "refused"), (5, "refused")]
    assert reports[2].reason == f"the SKU BOWL belongs to the product {taken.product.slug}"
    assert reports[3].reason == "the SKU mug-r came before, in mug"


def test_our_handle_is_the_address_of_a_product_whatever_its_source(bring: Bring) -> None:
    known = make_variant(product=make_product("Old mug", slug="mug")).product
    _, reports = bring(MUG)
    assert _outcomes(reports) == [(2, "updated")]
    assert (Product.objects.get().pk, Product.objects.get().name_en) == (known.pk, "Mug")


def test_a_taken_address_of_another_platform_gets_a_number(tmp_path: Path) -> None:
    make_variant(product=make_product("Old mug", slug="mug"))
    path = tmp_path / "shopify.csv"
    path.write_text("Handle,Title,Variant Price\nmug,Mug,9\n", encoding="utf-8")
    import_products(path, report=lambda _row: None)
    assert Product.objects.get(name_en="Mug").slug == "mug-2"


def test_two_handles_of_one_product_are_refused(bring: Bring) -> None:
    bring(MUG)
    Product.objects.update(slug="tall-mug")
    _, reports = bring(MUG, MUG.replace("mug,Mug", "tall-mug,Mug").replace("MUG-R", "MUG-T"))
    assert _outcomes(reports) == [(2, "unchanged"), (3, "refused")]
    assert reports[1].reason == "it is the same product as mug"


def test_stock_is_declared_for_new_variants_only(bring: Bring) -> None:
    bring(MUG, BLUE)
    declared = OutboxEvent.objects.filter(topic="catalog.stock_declared").order_by("pk")
    assert [(event.payload["quantity"], event.payload["is_forced"]) for event in declared] == [
        (12, False),
        (7, False),
    ]
    bring(MUG.replace(",12,", ",99,"), BLUE)
    assert declared.count() == 2
    bring(MUG.replace(",12,", ",99,"), BLUE, options=ImportOptions(overwrite_stock=True))
    assert [(event.payload["quantity"], event.payload["is_forced"]) for event in declared.all()[2:]] == [
        (99, True),
        (7, True),
    ]


def test_pictures_come_from_the_folder_by_name(bring: Bring, tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (400, 400), "red").save(buffer, "JPEG")
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "mug.jpg").write_bytes(buffer.getvalue())
    options = ImportOptions(images=folder)

    _, reports = bring(MUG, BLUE, options=options)
    assert reports[0].warnings == ()
    image = ProductImage.objects.get()
    assert (image.source_name, image.width, len(image.renditions["webp"])) == ("mug.jpg", 400, 2)
    listing = Listing.objects.get()
    assert listing.image is not None
    assert "-320.webp 320w" in listing.image["srcsets"]["webp"]

    _, reports = bring(MUG, BLUE, options=options)
    assert _outcomes(reports) == [(2, "unchanged"), (3, "unchanged")]
    _, reports = bring(MUG, BLUE)
    assert _outcomes(reports) == [(2, "unchanged"), (3, "unchanged")]


def test_a_picture_that_is_not_there_is_a_warning(bring: Bring, tmp_path: Path) -> None:
    _, reports = bring(MUG.replace("mug.jpg", "https://pictures.example/mug.jpg"))
    assert reports[0].warnings == ("picture not fetched: https://pictures.example/mug.jpg",)
    (tmp_path / "evil.jpg").write_bytes(b"no picture")
    _, reports = bring(MUG.replace("mug.jpg", "../evil.jpg|evil.jpg"), options=ImportOptions(images=tmp_path))
    assert reports[0].outcome is Outcome.UNCHANGED
    assert reports[0].warnings[1] == "picture left out: evil.jpg: the file is no picture that can be read"


def test_what_the_database_refuses_stops_nobody_else(bring: Bring, monkeypatch: pytest.MonkeyPatch) -> None:
    write = import_writes.write_plans

    def refuse_mugs(plans: list[Plan], **options: object) -> None:
        write(plans, **options)  # type: ignore[arg-type]
        if any(plan.record.handle == "mug" for plan in plans):
            raise IntegrityError("catalog_made_up_constraint")

    monkeypatch.setattr(import_batches, "write_plans", _in_savepoint(refuse_mugs))
    _, reports = bring(MUG, BLUE, BOWL)
    assert _outcomes(reports) == [(2, "refused"), (3, "refused"), (4, "created")]
    assert reports[0].reason == "the database refused it: catalog_made_up_constraint"
    assert list(Product.objects.values_list("slug", flat=True)) == ["bowl"]


def _in_savepoint(service: Callable[..., None]) -> Callable[..., None]:
    from shop.kernel.transactions import transactional

    return transactional(service)


def test_an_unknown_file_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "tax.csv"
    path.write_text("country,rate\nNL,21\n", encoding="utf-8")
    with pytest.raises(FileRefused):
        import_products(path, report=lambda _row: None)
    assert not ImportRun.objects.exists()


def test_a_run_of_a_killed_command_is_closed_by_the_next(bring: Bring) -> None:
    killed = ImportRun.objects.create(file_name="x.csv", state="running", started_at="2026-01-01T00:00Z")
    bring(MUG)
    killed.refresh_from_db()
    assert (killed.state, killed.say_failure()) == (
        "failed",
        "The command was stopped. Start it again: what is done is done.",
    )


def test_what_the_mark_keeps_back_is_told_once_and_then_left_alone(bring: Bring) -> None:
    ListingPolicy.objects.update_or_create(pk=1, defaults={"lowest_score": 100})
    _, reports = bring(BOWL)
    assert reports[0].warnings[0].startswith("kept as a draft: ")
    assert Product.objects.get().status == "draft"
    _, reports = bring(BOWL)
    assert _outcomes(reports) == [(2, "unchanged")]
    ListingPolicy.objects.update(lowest_score=0)
    _, reports = bring(BOWL)
    assert (_outcomes(reports), Product.objects.get().status) == ([(2, "updated")], "published")
