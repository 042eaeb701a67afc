from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from catalog.domain.attributes import AttributeKind
from catalog.domain.cells import guard_formula
from catalog.domain.reports import RowReport
from catalog.models import (
    Attribute,
    Category,
    Collection,
    Price,
    Product,
    ProductDocument,
    ProductImage,
    ProductType,
)
from catalog.models import AttributeValue as Value
from catalog.services.exports import stream_csv, write_xlsx
from catalog.services.imports.whole_files import ImportOptions, import_products
from tests.factories.catalog import make_product, make_variant

pytestmark = pytest.mark.django_db
FULL = {
    "handle": "mug",
    "name_en": "=Mug | \\ tall",
    "name_zh": "马克杯",
    "description_en": "<p>Good; <strong>round</strong> &amp; warm</p>",
    "description_zh": "<p>好</p>",
    "brand": "oak-sons=Oak & Sons",
    "category": "kitchen/cups/mugs",
    "category_name": "Kitchen|厨房 > Cups|杯子 > Mugs|马克杯",
    "product_type": "cup=Cup|杯子",
    "collections": "gifts=Gifts|礼物;summer=Summer",
    "tags": "tall;warm",
    "seo_title_en": "A mug",
    "seo_title_zh": "杯",
    "seo_description_en": "@Buy a mug",
    "seo_description_zh": "买",
    "published": "1",
    "publish_at": "2026-01-02T08:00:00Z",
    "unpublish_at": "2027-01-02T08:00:00Z",
    "featured": "1",
    "digital": "0",
    "custom_made": "1",
    "fresh": "0",
    "return_policy": "quality_only",
    "warranty_months": "24",
    "image": "front.png|back side.png",
    "image_alt_en": "Front|Back, a\\|b",
    "image_alt_zh": "|背面",
    "documents": "manual:mug.pdf=Care|保养",
    "attribute:material:choice*:Material|材质": "Oak|橡木;Cork",
    "attribute:glaze:color:Glaze": "Sage|鼠尾草 #a3b18a",
    "attribute:capacity:number:Capacity|容量:ml|毫升": "320.5",
    "attribute:dishwasher:boolean:Dishwasher": "yes",
    "attribute:since:date:Since": "2026-03-31",
    "attribute:note:text:Note|说明": "-a\\|b|中",
    "option1_name": "Colour|颜色",
    "option1_value": "Red|红",
    "option1_swatch": "#ff0000",
    "option2_name": "",
    "option2_value": "",
    "option2_swatch": "",
    "option3_name": "",
    "option3_value": "",
    "option3_swatch": "",
    "sku": "00123",
    "barcode": "4006381333931",
    "weight_grams": "350",
    "requires_shipping": "1",
    "active": "1",
    "stock": "",
    "variant_image": "",
    "variant_image_alt_en": "",
    "variant_image_alt_zh": "",
    "price_cny": "150.00",
    "compare_at_cny": "",
    "price_eur": "19.90",
    "compare_at_eur": "25.00",
}
SECOND = {
    "handle": "mug",
    "option1_name": "Colour|颜色",
    "option1_value": "Blue|蓝",
    "sku": "'=B",
    "weight_grams": "0",
    "requires_shipping": "0",
    "active": "0",
    "variant_image": "blue.png",
    "variant_image_alt_en": "Blue mug",
    "price_eur": "21.00",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "files" / "mug"
    place.mkdir(parents=True)
    for name, color in (("front.png", "red"), ("back side.png", "green"), ("blue.png", "blue")):
        Image.new("RGBA", (60, 60), color).save(place / name)
    (place / "mug.pdf").write_bytes(b"%PDF-1.4 a manual")
    return tmp_path / "files"


def _write(path: Path, *rows: dict[str, str]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(FULL))
        writer.writeheader()
        writer.writerows([{key: guard_formula(cell) for key, cell in row.items()} for row in rows])
    return path


def _bring(path: Path, folder: Path | None = None) -> list[RowReport]:
    reports: list[RowReport] = []
    import_products(path, report=reports.append, options=ImportOptions(images=folder))
    return reports


def _export() -> list[dict[str, str]]:
    text = "".join(stream_csv(Product.objects.all()))
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:])))


def _outcomes(reports: list[RowReport]) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(report.outcome.value, report.reason or "", report.warnings) for report in reports]


def test_every_column_comes_in(tmp_path: Path, folder: Path) -> None:
    reports = _bring(_write(tmp_path / "in.csv", FULL, SECOND), folder)
    assert _outcomes(reports) == [("created", "", ())] * 2
    mug = Product.objects.get()
    assert (
        mug.name_en,
        mug.brand and mug.brand.name,
        mug.product_type and mug.product_type.name_zh_hans,
    ) == (
        "=Mug | \\ tall",
        "Oak & Sons",
        "杯子",
    )
    assert (mug.publish_at, mug.warranty_months, mug.is_custom_made, mug.is_digital) == (
        datetime(2026, 1, 2, 8, tzinfo=UTC),
        24,
        True,
        False,
    )
    assert Category.objects.get(path="kitchen/cups/mugs").name_zh_hans == "马克杯"
    assert sorted(mug.memberships.values_list("collection__slug", flat=True)) == ["gifts", "summer"]
    assert Collection.objects.get(slug="gifts").name_zh_hans == "礼物"
    stated = {
        (row.attribute.key, row.choice and row.choice.key, row.number, row.flag, row.day, row.text_en)
        for row in Value.objects.select_related("attribute", "choice")
    }
    assert stated == {
        ("material", "oak", None, None, None, None),
        ("material", "cork", None, None, None, None),
        ("glaze", "sage", None, None, None, None),
        ("capacity", None, Decimal("320.5000"), None, None, None),
        ("dishwasher", None, None, True, None, None),
        ("since", None, None, None, date(2026, 3, 31), None),
        ("note", None, None, None, None, "-a|b"),
    }
    capacity = Attribute.objects.get(key="capacity")
    assert (capacity.kind, capacity.name_zh_hans, capacity.unit_en) == (AttributeKind.NUMBER, "容量", "ml")
    document = ProductDocument.objects.get()
    assert (document.kind, document.title_zh_hans, document.size_bytes) == ("manual", "保养", 17)
    assert list(ProductImage.objects.order_by("pk").values_list("source_name", "alt_en", "variant__sku")) == [
        ("front.png", "Front", None),
        ("back side.png", "Back, a|b", None),
        ("blue.png", "Blue mug", "'=B"),
    ]


def test_an_export_is_the_file_that_came_in(tmp_path: Path, folder: Path) -> None:
    _bring(_write(tmp_path / "in.csv", FULL, SECOND), folder)
    first, second = _export()
    assert set(first) == set(FULL)
    with (tmp_path / "in.csv").open(encoding="utf-8", newline="") as file:
        given = list(csv.DictReader(file))
    assert {key: cell for key, cell in first.items() if cell} == {
        key: cell for key, cell in given[0].items() if cell
    }
    assert {key: cell for key, cell in second.items() if cell} == {
        key: cell for key, cell in given[1].items() if cell
    }


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_what_was_exported_changes_nothing(tmp_path: Path, folder: Path, suffix: str) -> None:
    _bring(_write(tmp_path / "in.csv", FULL, SECOND), folder)
    out, copies = tmp_path / f"out.{suffix}", tmp_path / "copies"
    call_command("export_products", out, images=copies, stdout=io.StringIO())
    assert _outcomes(_bring(out)) == [("unchanged", "", ())] * 2
    assert _outcomes(_bring(out, copies)) == [("unchanged", "", ())] * 2


def test_an_empty_shop_becomes_the_same(tmp_path: Path, folder: Path) -> None:
    _bring(_write(tmp_path / "in.csv", FULL, SECOND), folder)
    before = _export()
    out, copies = tmp_path / "out.csv", tmp_path / "copies"
    call_command("export_products", out, images=copies, stdout=io.StringIO())
    for model in (Product, ProductType, Attribute, Collection):
        model._default_manager.all().delete()
    for depth in (3, 2, 1):
        Category.objects.filter(depth=depth).delete()
    assert [report.outcome.value for report in _bring(out, copies)] == ["created", "created"]
    assert _export() == before


def test_a_spreadsheet_runs_nothing() -> None:
    make_variant(product=make_product("=1+1", slug="evil"), sku="@SUM(A1)")
    text = "".join(stream_csv(Product.objects.all()))
    assert "'=1+1" in text
    assert "'@SUM(A1)" in text
    assert ",=1+1" not in text


def test_a_hand_made_product_round_trips(tmp_path: Path) -> None:
    variant = make_variant(product=make_product("Bowl", chinese="碗", slug="bowl"), prices={"EUR": "9"})
    Price.objects.create(variant=variant, currency="USD", amount=Decimal("10.50"))
    path = tmp_path / "out.csv"
    path.write_text("".join(stream_csv(Product.objects.all())), encoding="utf-8")
    assert _outcomes(_bring(path)) == [("unchanged", "", ())]
    assert Product.objects.get().source == ""


@pytest.mark.parametrize("count", [1, 3])
def test_the_queries_do_not_grow(count: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(count):
        make_variant(product=make_product(slug=f"p{number}"), options={"Colour": "Red"})
    with django_assert_num_queries(12):
        assert "".join(stream_csv(Product.objects.all())).count("\n") == count + 1


def test_a_product_without_a_variant_is_told(tmp_path: Path) -> None:
    make_product("Bare", slug="bare")
    make_variant(product=make_product("Bowl", slug="bowl"))
    out = io.StringIO()
    call_command("export_products", tmp_path / "out.csv", stdout=out)
    assert out.getvalue().splitlines() == [
        "out.csv: 1 rows, 2 products",
        "  left out 1: products without a variant",
    ]


def test_a_selection_is_exported() -> None:
    bowl = make_variant(product=make_product("Bowl", slug="bowl")).product
    make_variant(product=make_product("Mug", slug="mug-2"))
    file = io.BytesIO()
    assert write_xlsx(Product.objects.filter(pk=bowl.pk), file=file) == 1
