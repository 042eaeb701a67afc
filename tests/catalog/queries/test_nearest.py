"""The nearest products: in stock first, then by shelf, then by shared traits at a price nearby; one query, never none."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from catalog.models import Category, Product
from catalog.queries.nearest import list_nearest
from tests.factories.catalog import make_brand, make_category, make_product, make_variant

pytestmark = pytest.mark.django_db


def _make(name: str, category: Category | None = None, *, price: str = "20", **fields: object) -> Product:
    """Make a product on sale; `color` and `available` say how."""
    color, available = fields.pop("color", ""), fields.pop("available", 5)
    product = make_product(name, category=category, **fields)
    options = {"Color": str(color)} if color else {}
    make_variant(product=product, price=price, options=options, available=int(str(available)))
    return product


def _names(product: Product, **asked: object) -> list[str]:
    found = list_nearest(product.pk, currency="EUR", most=8, **asked)  # type: ignore[arg-type]  # as each test asks
    return [card.name for card in found.cards]


def test_the_own_shelf_comes_before_the_one_above_and_the_rest_and_what_is_sold_out_is_last() -> None:
    cups = make_category("kitchen/cups")
    mug = _make("Mug", cups)
    _make("Lamp", make_category("light"))
    _make("Loose thing")
    _make("Gone cup", cups, available=0)
    _make("Plate", make_category("kitchen/plates"))
    _make("Beaker", cups)
    assert _names(mug)[:2] == ["Beaker", "Plate"]
    assert sorted(_names(mug)[2:4]) == ["Lamp", "Loose thing"]
    assert _names(mug)[4:] == ["Gone cup"]


def test_shared_traits_count_more_than_the_price_and_the_price_decides_among_equals() -> None:
    cups = make_category("kitchen/cups")
    oak = make_brand("Oak")
    mug = _make("Mug", cups, brand=oak, color="Red")
    _make("Same price", cups)
    _make("Same brand and colour", cups, brand=oak, color="Red", price="25")
    _make("Same brand", cups, brand=oak, price="30")
    _make("Far price", cups, price="90")
    assert _names(mug) == ["Same brand and colour", "Same brand", "Same price", "Far price"]


def test_beside_the_shelf_and_without_what_is_left_out() -> None:
    cups = make_category("kitchen/cups")
    mug, beaker = _make("Mug", cups), _make("Beaker", cups)
    plate = _make("Plate", make_category("kitchen/plates"))
    lamp = _make("Lamp", make_category("light"))
    assert _names(mug, beside_shelf=True) == ["Plate", "Lamp"]
    assert _names(mug, left_out=(beaker.pk, plate.pk)) == ["Lamp"]
    assert sorted(_names(lamp)) == ["Beaker", "Mug", "Plate"]


@pytest.mark.parametrize("path", ["", "kitchen", "kitchen/cups", "kitchen/cups/small"])
def test_a_shop_of_nine_has_eight_for_each(
    path: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    product = _make("Mug", make_category(path) if path else None)
    for number in range(8):
        _make(f"Thing {number}", make_category(f"shelf-{number}"), available=number % 3)
    with django_assert_num_queries(1):
        found = list_nearest(product.pk, currency="EUR", most=8)
    assert len(found.cards) == 8
    assert not found.is_same_shelf
    assert [card.in_stock for card in found.cards] == [True] * 5 + [False] * 3


def test_a_product_without_a_price_in_the_currency_has_neighbours_too() -> None:
    product = make_product("Mug", category=make_category("kitchen"))
    make_variant(product=product, prices={"CNY": "20"})
    _make("Plate", make_category("kitchen"))
    assert _names(product) == ["Plate"]


def test_the_page_says_so_when_not_all_are_of_the_same_shelf(client: Client) -> None:
    cups = make_category("kitchen/cups")
    mug, _ = _make("Mug", cups), _make("Beaker", cups)
    address = f"/p/{mug.slug}/"
    assert "From the same shelf" in client.get(address).content.decode()
    _make("Lamp", make_category("light"))
    html = client.get(address).content.decode()
    assert "From the same shelf" not in html
    assert '<h2 id="related-title">' in html
