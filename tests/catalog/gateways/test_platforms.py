from __future__ import annotations

import gzip
import json
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from catalog.domain.attributes import AttributeKind
from catalog.domain.errors import FileRefused
from catalog.domain.records import ParsedProduct, ProductRecord
from catalog.gateways.feeds import BEST_BUY, GOOGLE, detect_format, read_categories, read_products

SPREE = """slug,sku,name,price,compare_at_price,currency,status,description,meta_title,tags,product_type,\
category1,option1_name,option1_value,image1_src,weight,weight_unit,inventory_count,track_inventory,custom_field.custom.wattage
kettle,KETTLE,Kettle,0,,USD,active,Boils,A kettle,"tea, warm",Appliance,Kitchen -> Kettles,,,https://x.example/k.webp,,,,,1400W
kettle,KETTLE-R,,59.9,79.9,USD,,,,,,,Color,Red,https://x.example/r.webp,2,lb,5,TRUE,
kettle,KETTLE-B,,59.9,0,USD,,,,,,,Color,Blue,,2,lb,,FALSE,
lamp,LAMP,Lamp,9,,USD,draft,,,,,,,,,,,3,,
kettle,KETTLE-R,,55,,EUR,,,,,,,,,,,,,,
kettle,KETTLE-B,,55,,GBP,,,,,,,,,,,,,,
"""
VENDURE = """name,slug,description,assets,facets,optionGroups,optionValues,\
sku,price,taxCategory,stockOnHand,trackInventory,variantAssets,variantFacets
Laptop,laptop,Fast,a.jpg|b.jpg,category:Electronics|category:Computers|brand:Apple|color:gray,\
screen size|RAM,13 inch|8GB,L138,1299.00,standard,100,,,
,,,,,,13 inch|16GB,L1316,1499.00,standard,50,false,c.jpg,color:black
Cable,cable,,,,,,CABLE,5,standard,7,true,,
"""
OSCAR = """Book,Books > Code > C > Old,9780131103627,C,"Says ""well"".",Partner,9780131103627,9.99,20
Book,Books,9780131103627,Again,,Partner,X,1,1
Book,Books,9780201633610,Patterns,,Partner,DP,free,1
"""


def read(path: Path) -> list[ParsedProduct]:
    return list(read_products(path, currency="EUR", progress=lambda _done, _size: None))


def write(tmp_path: Path, text: str, name: str = "goods.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def the(product: ParsedProduct) -> ProductRecord:
    assert product.record is not None, product.refused
    return product.record


def test_spree_variants_currencies_and_translations(tmp_path: Path) -> None:
    write(
        tmp_path,
        "slug,locale,name,description\nkettle,zh-CN,水壶,烧水\nkettle,de,Kessel,\n",
        "product_translations.csv",
    )
    path = write(tmp_path, SPREE)
    assert detect_format(path) == "spree"
    kettle, lamp = read(path)
    record = the(kettle)
    assert (record.name_en, record.name_zh_hans, record.description_zh_hans) == (
        "Kettle",
        "水壶",
        "<p>烧水</p>",
    )
    assert [step.slug for step in record.categories] == ["kitchen", "kettles"]
    assert [(v.sku, v.weight_grams, v.stock, v.is_uncounted) for v in record.variants] == [
        ("KETTLE-R", 907, (("", 5),), False),
        ("KETTLE-B", 907, (), True),
    ]
    assert record.variants[0].prices == (
        ("USD", Decimal("59.90"), Decimal("79.90")),
        ("EUR", Decimal("55.00"), None),
    )
    assert [(a.key, a.cell, a.kind) for a in record.attributes] == [
        ("wattage", "1400W", AttributeKind.TEXT),
    ]
    assert record.tags == ("tea", "warm")
    assert [(p.name, p.sku) for p in record.pictures] == [
        ("https://x.example/k.webp", ""),
        ("https://x.example/r.webp", "KETTLE-R"),
    ]
    # Each row is told of once, also those at the end that only add a price.
    assert kettle.rows == [2, 3, 4, 6, 7]
    assert kettle.warnings == {
        2: ["words in de left out: the shop does not speak them"],
        7: ["price left out: the shop has no currency GBP"],
    }
    assert (the(lamp).is_published, the(lamp).variants[0].sku) == (False, "LAMP")


def test_translations_alone_are_refused_with_the_way_out(tmp_path: Path) -> None:
    path = write(tmp_path, "slug,locale,name,description,meta_title,meta_description\nkettle,de,Kessel,,,\n")
    with pytest.raises(FileRefused, match="put it beside the file"):
        detect_format(path)


def test_vendure_groups_and_facets(tmp_path: Path) -> None:
    laptop, cable = read(write(tmp_path, VENDURE))
    record = the(laptop)
    assert (record.source, record.brand and record.brand.name_en) == ("vendure", "Apple")
    assert [step.name for step in record.categories] == ["Electronics", "Computers"]
    assert [[(c.option_en, c.value_en) for c in v.choices] for v in record.variants] == [
        [("Screen size", "13 inch"), ("Ram", "8GB")],
        [("Screen size", "13 inch"), ("Ram", "16GB")],
    ]
    assert [(v.stock, v.is_uncounted) for v in record.variants] == [((("", 100),), False), ((), True)]
    assert [(a.key, a.cell) for a in record.attributes] == [("color", "gray;black")]
    assert [(p.name, p.sku) for p in record.pictures] == [("a.jpg", ""), ("b.jpg", ""), ("c.jpg", "L1316")]
    assert the(cable).variants[0].prices == (("EUR", Decimal("5.00"), None),)


def test_oscar_has_no_header(tmp_path: Path) -> None:
    path = write(tmp_path, OSCAR)
    assert detect_format(path) == "oscar"
    book, again, free = read(path)
    record = the(book)
    assert (record.external_key, record.variants[0].barcode, record.variants[0].stock) == (
        "9780131103627",
        "9780131103627",
        (("", 20),),
    )
    assert [step.slug for step in record.categories] == ["books", "code", "c"]
    assert book.warnings == {1: ["category cut to three levels: Books > Code > C > Old"]}
    assert again.refused == {2: "row 1 is the same product"}
    assert free.refused == {3: "“free” is not a price"}


def _row(model: str, pk: int, **fields: Any) -> dict[str, Any]:
    return {"model": model, "pk": pk, "fields": fields}


def _saleor() -> list[dict[str, Any]]:
    return [*_saleor_products(), *_saleor_variants(), *_saleor_attributes()]


def _saleor_products() -> list[dict[str, Any]]:
    return [
        _row("product.category", 1, name="Apparel", slug="apparel", parent=None),
        _row("product.category", 2, name="Shoes", slug="shoes", parent=1),
        _row(
            "product.producttype",
            1,
            name="Shoe",
            slug="shoe",
            kind="normal",
            is_shipping_required=True,
            weight="1.5:kg",
        ),
        _row("product.producttype", 2, name="Card", slug="card", kind="gift_card"),
        _row(
            "product.product",
            1,
            name="Plimsolls",
            slug="plimsolls",
            category=2,
            product_type=1,
            description={
                "blocks": [
                    {"type": "header", "data": {"text": "Soft"}},
                    {"type": "paragraph", "data": {"text": "So <b>soft</b><script>x</script>"}},
                    {"type": "list", "data": {"style": "ordered", "items": ["one", "two"]}},
                ]
            },
        ),
        _row("product.product", 2, name="Gift card", slug="gift", product_type=2),
    ]


def _saleor_variants() -> list[dict[str, Any]]:
    return [
        _row("product.productchannellisting", 1, product=1, is_published=True, currency="USD"),
        _row(
            "product.productvariant", 1, product=1, sku="P-39", name="39", sort_order=1, track_inventory=True
        ),
        _row(
            "product.productvariant", 2, product=1, sku=None, name="40", sort_order=0, track_inventory=False
        ),
        _row(
            "product.productvariantchannellisting",
            1,
            variant=1,
            currency="USD",
            price_amount="40.000",
            discounted_price_amount="36.000",
        ),
        _row("product.productvariantchannellisting", 2, variant=1, currency="PLN", price_amount="100.000"),
        _row("product.productvariantchannellisting", 3, variant=2, currency="USD", price_amount="40.000"),
        _row("warehouse.stock", 1, product_variant=1, quantity=3),
        _row("warehouse.stock", 2, product_variant=1, quantity=4),
        _row(
            "product.productmedia",
            1,
            product=1,
            image="products/plimsolls-1_89b84f81.png",
            alt="Side",
            sort_order=0,
        ),
    ]


def _saleor_attributes() -> list[dict[str, Any]]:
    return [
        _row("attribute.attribute", 1, slug="size", name="Size"),
        _row("attribute.attribute", 2, slug="material", name="Material"),
        _row("attribute.attribute", 3, slug="brand", name="Brand"),
        _row("attribute.attributevalue", 1, attribute=1, name="39"),
        _row("attribute.attributevalue", 2, attribute=2, name="Cotton"),
        _row("attribute.attributevalue", 3, attribute=3, name="Loom"),
        _row("attribute.attributevariant", 1, attribute=1, product_type=1),
        _row("attribute.assignedvariantattribute", 1, variant=1, assignment=1),
        _row("attribute.assignedvariantattributevalue", 1, assignment=1, value=1),
        _row("attribute.assignedproductattributevalue", 1, product=1, value=2),
        _row("attribute.assignedproductattributevalue", 2, product=1, value=3),
        _row("product.collection", 1, slug="featured", name="Featured"),
        _row("product.collectionproduct", 1, product=1, collection=1),
    ]


def test_saleor_points_from_row_to_row(tmp_path: Path) -> None:
    path = tmp_path / "data.json.gz"
    path.write_bytes(gzip.compress(json.dumps(_saleor()).encode()))
    assert detect_format(path) == "saleor"
    shoes, card = read(path)
    record = the(shoes)
    assert record.description_en == "<h3>Soft</h3><p>So <b>soft</b></p><ol><li>one</li><li>two</li></ol>"
    assert [step.slug for step in record.categories] == ["apparel", "shoes"]
    assert (record.brand and record.brand.key, record.product_type and record.product_type.key) == (
        "loom",
        "shoe",
    )
    assert [collection.key for collection in record.collections] == ["featured"]
    assert [(a.key, a.cell) for a in record.attributes] == [("material", "Cotton")]
    assert [(v.sku, v.prices, v.stock, v.weight_grams) for v in record.variants] == [
        ("saleor-2", (("USD", Decimal("40.00"), None),), (), 1500),
        ("P-39", (("USD", Decimal("36.00"), Decimal("40.00")),), (("", 7),), 1500),
    ]
    assert record.variants[1].choices[0].option_en == "Size"
    assert record.pictures[0].also_named == ("plimsolls-1.png", "saleor-plimsolls-1.png")
    assert shoes.warnings == {2: ["price left out: the shop has no currency PLN"]}
    assert card.refused == {3: "gift cards cannot be imported as products"}


def test_category_trees(tmp_path: Path) -> None:
    google = write(tmp_path, "# Google_Product_Taxonomy\nPets\nPets > Dogs & Co\n", "t.txt")
    assert detect_format(google) == GOOGLE
    assert [[step.slug for step in row.steps] for row in read_categories(google, format_name=GOOGLE)] == [
        ["pets"],
        ["pets", "dogs-co"],
    ]
    tree = [{"id": "1", "name": "TV", "path": [{"id": "0", "name": "Video"}, {"id": "1", "name": "TV"}]}]
    best_buy = write(tmp_path, json.dumps(tree), "c.json")
    assert detect_format(best_buy) == BEST_BUY
    assert [row.title for row in read_categories(best_buy, format_name=BEST_BUY)] == ["Video > TV"]


def test_a_workbook_is_a_table(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["handle", "name_en", "sku", "price_eur", "published", "attribute:since:date", None])
    sheet.append(["mug", "Mug", 123, 19.9, True, date(2026, 3, 31), None])
    sheet.append([None, None, None])
    sheet.append(["bowl", "'=Bowl", "00123", "9.50", 0, None])
    path = tmp_path / "goods.xlsx"
    book.save(path)
    mug, bowl = read(path)
    assert (the(mug).variants[0].sku, the(mug).variants[0].prices[0][1]) == ("123", Decimal("19.90"))
    assert the(mug).attributes[0].cell == "2026-03-31"
    assert (the(bowl).name_en, the(bowl).variants[0].sku, bowl.rows, the(bowl).is_published) == (
        "=Bowl",
        "00123",
        [4],
        False,
    )


def test_a_workbook_that_unfolds_beyond_measure_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * (12 << 20))
    with pytest.raises(FileRefused, match="unfolds to more"):
        detect_format(path)


@pytest.mark.parametrize("content", [[], {}, [1], [{"model": "x"}], {"products": []}])
def test_other_json_is_refused(tmp_path: Path, content: object) -> None:
    with pytest.raises(FileRefused, match="none of the formats"):
        detect_format(write(tmp_path, json.dumps(content), "x.json"))
