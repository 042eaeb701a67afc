from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from catalog.domain.errors import FileRefused
from catalog.domain.records import ParsedProduct
from catalog.gateways.feeds import read_products
from catalog.gateways.feeds.reading import detect_encoding

SHOPIFY = "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,"
SHOPIFY += "Variant SKU,Variant Grams,Variant Inventory Qty,Variant Price,Variant Compare At Price,"
SHOPIFY += "Variant Requires Shipping,Variant Barcode,Image Src,Image Alt Text,Gift Card,Variant Image"
WOO = "ID,Type,SKU,Name,Published,Is featured?,Visibility in catalog,Short description,Description,In stock?,Stock,"
WOO += "Weight (kg),Sale price,Regular price,Categories,Images,Parent,Position,Attribute 1 name,Attribute 1 value(s),"
WOO += "Attribute 2 name,Attribute 2 value(s)"
OWN = "handle,name_en,name_zh,description_en,description_zh,brand,category,option1_name,option1_value,sku,barcode,"
OWN += "weight_grams,price_eur,compare_at_eur,price_cny,stock,image,image_alt_en,image_alt_zh,published"


def read(tmp_path: Path, text: str | bytes, *, currency: str = "EUR") -> list[ParsedProduct]:
    path = tmp_path / "products.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(read_products(path, currency=currency, progress=lambda _done, _size: None))


def test_shopify_rows_of_one_handle_are_one_product(tmp_path: Path) -> None:
    (product,) = read(
        tmp_path,
        f"""{SHOPIFY}
tee,Tee,<p>Soft</p>,Acme,Shirts,summer,true,Size,S,Color,Red,TEE-S,200,5,20.00,25.00,true,,https://x.example/a.jpg?v=1,Front,false,
tee,,,,,,,,M,,Blue,,200,,21,,true,,https://x.example/b.jpg,Back,false,https://x.example/m.jpg
tee,,,,,,,,,,,,,,,,,,https://x.example/c.jpg,,,
""",
    )
    record = product.record
    assert record is not None
    assert (
        record.external_key,
        record.name_en,
        record.brand and record.brand.name_en,
        record.description_en,
    ) == (
        "tee",
        "Tee",
        "Acme",
        "<p>Soft</p>",
    )
    assert [step.slug for step in record.categories] == ["shirts"]
    assert [(v.sku, v.row, v.weight_grams, v.stock) for v in record.variants] == [
        ("TEE-S", 2, 200, (("", 5),)),
        ("tee-m-blue", 3, 200, ()),
    ]
    assert record.variants[0].prices == (("EUR", Decimal("20.00"), Decimal("25.00")),)
    assert [(c.option_en, c.value_en) for c in record.variants[1].choices] == [
        ("Size", "M"),
        ("Color", "Blue"),
    ]
    assert [(p.name, p.alt_en, p.sku) for p in record.pictures] == [
        ("https://x.example/a.jpg?v=1", "Front", ""),
        ("https://x.example/b.jpg", "Back", ""),
        ("https://x.example/c.jpg", "", ""),
        ("https://x.example/m.jpg", "", "tee-m-blue"),
    ]


def test_shopify_default_title_is_no_option(tmp_path: Path) -> None:
    (product,) = read(tmp_path, f"{SHOPIFY}\nmug,Mug,,,Cups,,true,Title,Default Title,,,,0,1,9,,true,,,,,\n")
    assert product.record is not None
    assert product.record.variants[0].choices == ()
    assert product.record.variants[0].sku == "mug"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("mug,,,,,,true,,,,,,,,9,,,,,,,", "it has no title"),
        (",Mug,,,,,true,,,,,,,,9,,,,,,,", "it has no handle"),
        ("mug,Mug,,,,,true,,,,,SKU,,,,,,,,,,", "it has no price"),
        ("mug,Mug,,,,,true,,,,,SKU,,,free,,,,,,,", "“free” is not a price"),
        ("mug,Mug,,,,,true,,,,,SKU,,,9,,,,,,true,", "gift cards cannot be imported as products"),
        ("mug,Mug" + "," * 30, "it has 32 cells, the header has 22: is a quote missing?"),
    ],
)
def test_shopify_rows_that_cannot_be(tmp_path: Path, row: str, reason: str) -> None:
    (product,) = read(tmp_path, f"{SHOPIFY}\n{row}\n")
    assert product.record is None
    assert product.refused == {2: reason}


def test_a_bad_variant_leaves_the_good_ones(tmp_path: Path) -> None:
    (product,) = read(
        tmp_path,
        f"{SHOPIFY}\nmug,Mug,,,C,,true,Size,S,,,A,,,9,,,,,,,\nmug,,,,,,,,M,,,B,,,-1,,,,,,,\nmug,,,,,,,,S,,,C,,,9,,,,,,,\n",
    )
    assert product.record is not None
    assert [variant.sku for variant in product.record.variants] == ["A"]
    assert product.refused == {3: "the price -1 is below zero", 4: "it has the same options as row 2"}


def test_a_handle_that_comes_again_is_refused(tmp_path: Path) -> None:
    row = ",X,,,C,,true,,,,,,,,9,,,,,,,\n"
    products = read(tmp_path, f"{SHOPIFY}\na{row}b{row}a{row}")
    assert [product.record is None for product in products] == [False, False, True]
    assert products[2].refused == {4: "its handle came before: the rows of one product must stand together"}


def test_wrong_barcode_and_compare_at_are_left_out_with_a_warning(tmp_path: Path) -> None:
    (product,) = read(tmp_path, f"{SHOPIFY}\nmug,Mug,,,C,,true,,,,,SKU,,,9,8,,4006381333932,,,,\n")
    assert product.record is not None
    assert product.record.variants[0].barcode == ""
    assert product.record.variants[0].prices[0][2] is None
    assert product.warnings == {
        2: [
            "compare-at price left out: 8.00 is not above 9.00",
            "barcode 4006381333932 left out: its check digit or length is wrong",
        ]
    }


def test_woocommerce_children_may_come_before_their_parent(tmp_path: Path) -> None:
    products = read(
        tmp_path,
        f"""{WOO}
2,variation,h-red,Hoodie - Red,1,0,visible,,,1,4,,18,20,,,hoodie,1,Color,Red,Logo,
3,variation,h-blue,Hoodie - Blue,1,0,visible,,,1,,0.4,,20,,,id:1,0,Color,Blue,Logo,Yes
1,variable,hoodie,Hoodie,1,1,visible,S,Long,1,,0.5,,,"Clothes > Tops > Warm > Hot, X",a.png,,0,Color,"Red, Blue",Logo,"Yes, No"
""",
    )
    (product,) = products
    record = product.record
    assert record is not None
    assert product.rows == [4, 3, 2]
    assert (record.external_key, record.is_featured, record.description_en) == ("id:1", True, "<p>Long</p>")
    assert [step.slug for step in record.categories] == ["clothes", "tops", "warm"]
    assert [(v.sku, v.weight_grams, v.is_uncounted) for v in record.variants] == [
        ("h-blue", 400, True),
        ("h-red-yes", 500, False),
        ("h-red-no", 500, False),
    ]
    assert record.variants[1].prices == (("EUR", Decimal("18.00"), Decimal("20.00")),)
    assert "it stands for any value of an attribute: imported as 2 variants" in product.warnings[2]
    assert "its stock is shared by these variants and was left out" in product.warnings[2]
    assert product.warnings[4] == [
        "filed under the first of 2 categories, Clothes > Tops > Warm > Hot",
        "category cut to three levels: Clothes > Tops > Warm > Hot",
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("1,grouped,g,Set,1", "grouped products are not sold here: their parts are imported by themselves"),
        ("1,external,e,Away,1", "external products are sold by somebody else"),
        ("1,variable,v,Empty,1", "it has no variations in the file"),
        ("1,subscription,s,Box,1", "the type “subscription” is not known"),
        ("1,variation,c,Child,1,,,,,,,,,9,,,nobody", "its parent nobody is not in the file"),
    ],
)
def test_woocommerce_rows_that_cannot_be(tmp_path: Path, row: str, reason: str) -> None:
    (product,) = read(tmp_path, f"{WOO}\n{row}\n")
    assert product.refused == {2: reason}


def test_woocommerce_virtual_goods_need_no_shipping(tmp_path: Path) -> None:
    (product,) = read(tmp_path, f'{WOO}\n1,"simple, virtual",song,Song,1,0,hidden,,,1,3,,,2,Music\n')
    assert product.record is not None
    assert not product.record.variants[0].requires_shipping
    assert not product.record.is_published
    assert product.warnings == {2: ["it is hidden in the catalogue: imported as a draft"]}


def test_own_format(tmp_path: Path) -> None:
    (product,) = read(
        tmp_path,
        f"""{OWN}
mug,Mug,马克杯,Good,好,Oak,kitchen/cups,Color|颜色,Red|红,MUG-R,4006381333931,350,19.90,25,150,RTM:12|SHA:40,a.jpg|b.jpg,Front,正面,1
mug,,,,,,,,Blue|蓝,MUG-B,,350,19.90,,,7,c.jpg,,,
""",
    )
    record = product.record
    assert record is not None
    assert (record.name_zh_hans, record.description_zh_hans, record.is_featured) == (
        "马克杯",
        "<p>好</p>",
        None,
    )
    red, blue = record.variants
    assert red.prices == (("CNY", Decimal("150.00"), None), ("EUR", Decimal("19.90"), Decimal("25.00")))
    assert red.stock == (("RTM", 12), ("SHA", 40))
    assert blue.stock == (("", 7),)
    assert (blue.choices[0].option_zh_hans, blue.choices[0].value_zh_hans) == ("颜色", "蓝")
    assert [(picture.name, picture.sku) for picture in record.pictures] == [
        ("a.jpg", ""),
        ("b.jpg", ""),
        ("c.jpg", "MUG-B"),
    ]


def test_an_unknown_header_is_refused_naming_the_three_formats(tmp_path: Path) -> None:
    with pytest.raises(FileRefused) as refused:
        read(tmp_path, "country,rate\nNL,21\n")
    for word in (
        "Shopify",
        "WooCommerce",
        "our own format",
        "Variant Price",
        "Regular price",
        "price_<currency>",
    ):
        assert word in str(refused.value.message)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused):
        read(tmp_path, "")


@pytest.mark.parametrize(
    ("encoding", "name", "detected"),
    [
        ("utf-8", "陶瓷杯 café", "utf-8-sig"),
        ("utf-8-sig", "陶瓷杯", "utf-8-sig"),
        ("gb18030", "手工陶瓷马克杯，釉面温润", "gb18030"),
        ("cp1252", "Crème brûlée für façade señor", "cp1252"),
    ],
)
def test_encodings(tmp_path: Path, encoding: str, name: str, detected: str) -> None:
    content = f"{OWN}\nmug,{name},,,,,,,,M,,,9\n".encode(encoding)
    (product,) = read(tmp_path, content)
    assert product.record is not None
    assert product.record.name_en == name
    assert detect_encoding(tmp_path / "products.csv") == detected


def test_semicolons_and_quoted_line_breaks(tmp_path: Path) -> None:
    content = OWN.replace(",", ";") + '\nmug;Mug;;"One\n\nTwo";;;;;;M;;;9,50\n'
    (product,) = read(tmp_path, content)
    assert product.record is not None
    assert product.record.description_en == "<p>One</p><p>Two</p>"
    assert product.record.variants[0].prices[0][1] == Decimal("9.50")
