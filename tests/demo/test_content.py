"""The demo shop's catalogue is whole and in order."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from catalog.gateways.feeds import find_format, read_products
from shop.demo.accounts import ACCOUNTS
from shop.demo.pictures.scenes import list_scenes
from shop.demo.services.goods import PRODUCTS, read_rows
from shop.demo.services.shelves import Shelf, load_shelves

ROWS = read_rows()
FIRST_ROWS = [row for row in ROWS if row["name_en"]]
OUR_COLUMNS = [
    *("handle", "name_en", "name_zh", "description_en", "description_zh", "brand", "category"),
    *("option1_name", "option1_value", "option2_name", "option2_value", "option3_name", "option3_value"),
    *("sku", "barcode", "weight_grams", "price_eur", "compare_at_eur", "price_usd", "compare_at_usd"),
    *("price_cny", "compare_at_cny", "stock", "image", "image_alt_en", "image_alt_zh", "published"),
]


def list_paths(shelves: list[Shelf], parent: str = "") -> Iterator[str]:
    for shelf in shelves:
        path = f"{parent}/{shelf['slug']}".strip("/")
        yield path
        yield from list_paths(shelf.get("children", []), path)


def is_chinese(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)


def test_file_has_our_columns_in_order_and_the_reader_takes_every_row() -> None:
    assert [name for name in ROWS[0] if name in OUR_COLUMNS] == OUR_COLUMNS
    assert set(ROWS[0]) - set(OUR_COLUMNS) == {"option1_swatch", "featured"}
    assert find_format(frozenset(ROWS[0])) == "own"
    parsed = list(read_products(PRODUCTS, currency="EUR", progress=lambda _done, _size: None))
    assert [(one.key, one.refused, one.warnings) for one in parsed if one.refused or one.warnings] == []
    assert len(parsed) == 72


def test_handles_skus_and_barcodes_are_unique_and_rows_of_a_handle_stand_together() -> None:
    handles = [row["handle"] for row in FIRST_ROWS]
    assert len(set(handles)) == len(handles) == 72
    assert list(dict.fromkeys(row["handle"] for row in ROWS)) == handles
    assert len({row["sku"] for row in ROWS}) == len({row["barcode"] for row in ROWS}) == len(ROWS) == 170


@pytest.mark.parametrize("row", FIRST_ROWS, ids=lambda row: row["handle"])
def test_product_speaks_both_languages_and_stands_on_a_third_level_shelf(row: dict[str, str]) -> None:
    assert 30 <= len(row["name_en"]) <= 60
    assert is_chinese(row["name_zh"])
    assert is_chinese(row["description_zh"])
    assert row["description_en"].count("<p>") >= 1
    assert row["category"] in set(list_paths(load_shelves()))
    assert row["category"].count("/") == 2


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["sku"])
def test_variant_has_prices_a_weight_a_barcode_and_stock_in_both_warehouses(row: dict[str, str]) -> None:
    digits = [int(digit) for digit in row["barcode"]]
    assert len(digits) == 13
    assert (sum(digits[::2]) + 3 * sum(digits[1::2])) % 10 == 0
    for currency in ("eur", "usd", "cny"):
        price = Decimal(row[f"price_{currency}"])
        assert price > 0
        before = row[f"compare_at_{currency}"]
        assert not before or Decimal(before) > price
    assert int(row["weight_grams"]) > 0
    codes = [part.partition(":")[0] for part in row["stock"].split("|")]
    assert codes == ["RTM", "SHA"]


def test_some_variants_are_sold_out_and_some_nearly() -> None:
    totals = [sum(int(part.partition(":")[2]) for part in row["stock"].split("|")) for row in ROWS]
    assert totals.count(0) == 5
    assert sum(0 < total < 8 for total in totals) >= 6


def test_every_picture_is_described_and_every_description_used() -> None:
    named = {name for row in ROWS for name in row["image"].split("|") if name}
    scenes = {name for name, scene in list_scenes().items() if "size" in scene}
    assert named | scenes == set(list_scenes())
    assert len(scenes) == 8
    assert all(row["image_alt_en"] and is_chinese(row["image_alt_zh"]) for row in ROWS if row["image"])


def test_tree_is_three_levels_deep_and_every_last_shelf_has_goods() -> None:
    shelves = load_shelves()
    paths = list(list_paths(shelves))
    assert len(shelves) == 6
    assert {path.count("/") for path in paths} == {0, 1, 2}
    assert {path for path in paths if path.count("/") == 2} == {row["category"] for row in FIRST_ROWS}


def test_accounts_are_one_per_role_and_a_shopper() -> None:
    assert [account.role for account in ACCOUNTS] == [
        "owner",
        "merchandiser",
        "buyer",
        "warehouse",
        "finance",
        "service",
        "analyst",
        "shopper",
    ]
    assert all(account.email.endswith("@example.com") for account in ACCOUNTS)
    assert len({account.password for account in ACCOUNTS}) == 8
