"""What search engines may list: shelves and plain searches, never words that somebody put into an address."""

from __future__ import annotations

import re
import urllib.robotparser

import pytest
from django.test import Client

from tests.factories.catalog import make_category, make_product, make_variant

pytestmark = pytest.mark.django_db
NOINDEX = '<meta name="robots" content="noindex">'


@pytest.fixture
def _shop() -> None:
    for name in ("Clay mug", "Glass mug", "Clay pot"):
        make_variant(product=make_product(name, category=make_category("kitchen")), options={"Size": "30 cm"})


def _read(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def _find_links(html: str) -> list[str]:
    return re.findall(r'<link rel="(?:canonical|alternate)"[^>]*?href="([^"]+)"', html)


@pytest.mark.usefixtures("_shop")
@pytest.mark.parametrize(
    ("address", "canonical"),
    [
        ("/search/?q=clay+mug", "/search/?q=clay+mug"),
        ("/search/?q=Clay++Mugs", "/search/?q=clay+mugs"),
        ("/zh-hans/search/?q=MUG", "/zh-hans/search/?q=mug"),
    ],
)
def test_a_plain_search_may_be_listed_at_one_address(client: Client, address: str, canonical: str) -> None:
    html = _read(client, address)
    assert NOINDEX not in html
    assert _find_links(html)[0] == f"http://testserver{canonical}"


@pytest.mark.usefixtures("_shop")
def test_a_search_describes_itself_in_both_languages(client: Client) -> None:
    html = _read(client, "/search/?q=mug")
    assert "“mug”: 2 products, Glass mug first." in html
    links = [f"http://testserver{path}search/?q=mug" for path in ("/", "/", "/", "/zh-hans/")]
    assert _find_links(html) == links
    assert "“pot”: 1 product, Clay pot." in _read(client, "/search/?q=pot")


@pytest.mark.usefixtures("_shop")
@pytest.mark.parametrize(
    "query",
    [
        "",
        "?q=",
        "?q=casino",
        "?q=mug+casino",
        "?q=mug+call+0900",
        "?q=mug+example.com",
        "?q=glass+pot",
        "?q=mugg",
        "?q=mug%E2%98%85",
        "?q=mug&page=2",
        "?q=mug&sort=price",
        "?q=mug&option=size:30-cm",
        "?q=mug&stock=1",
        "?q=mug&view=list",
        "?q=mug&text=casino",
        "?q=mug&q=casino",
        "?q=casino&q=mug",
    ],
)
def test_any_other_search_is_not_listed(client: Client, query: str) -> None:
    html = _read(client, f"/search/{query}")
    assert html.count(NOINDEX) == 1
    assert _find_links(html) == []


@pytest.mark.parametrize(
    ("prefix", "summary"), [("", 'Your cart: [^"]{20,160}'), ("/zh-hans", '您的购物车：[^"]{10,80}')]
)
def test_the_cart_is_listed_as_an_empty_one(client: Client, prefix: str, summary: str) -> None:
    response = client.get(f"{prefix}/cart/")
    html = response.content.decode()
    assert NOINDEX not in html
    assert _find_links(html)[0] == f"http://testserver{prefix}/cart/"
    assert re.search(rf'<meta name="description"\s+content="\s*{summary}\s*">', html)
    # Nobody's cart is kept for others.
    assert "private" in response["Cache-Control"]
    assert "no-store" in response["Cache-Control"]


def test_robots_may_read_what_tells_them_not_to_list_it(client: Client) -> None:
    rules = urllib.robotparser.RobotFileParser()
    rules.parse(client.get("/robots.txt").content.decode().splitlines())
    for path in ("/", "/c/kitchen/", "/search/?q=mug", "/search/?q=casino", "/cart/", "/checkout/"):
        for prefix in ("", "/zh-hans"):
            assert rules.can_fetch("*", f"http://testserver{prefix}{path}"), (prefix, path)
    for path in ("/search/suggestions/?q=mug", "/cart/badge/", "/account/", "/pay/A1/", "/orders/A1/"):
        assert not rules.can_fetch("*", f"http://testserver/zh-hans{path}"), path
