"""What a page's stylesheets weigh, and that a page loads the sheet of every class that it uses."""

from __future__ import annotations

import gzip
import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from shop.accounts.services.users import create_verified_user
from tests.factories.catalog import make_brand, make_category, make_image
from tests.factories.orders import make_article, make_order, make_shipping, make_tax

pytestmark = pytest.mark.django_db
MOST_BYTES = 35_000
MOST_ZIPPED = 120_000
"""Page, styles, scripts and icons; pictures come on top."""
STATIC = Path(settings.BASE_DIR) / "static"
STOREFRONT = ("shop/css", "catalog", "orders")
_LINK = re.compile(r'<link rel="stylesheet"\s+href="/static/([^"]+)"|data-suggest-style="/static/([^"]+)"')
_FILE = re.compile(r'(?:href|src)="/static/([^"#]+)')
_CLASS = re.compile(r"\.(-?[a-zA-Z_][\w-]*)")
_RULES = re.compile(r"/\*.*?\*/|\{[^{}]*\}", re.DOTALL)
PUBLIC = (
    "/", "/c/kitchen/", "/p/cup/", "/search/?q=cup", "/search/?q=zzzz", "/brands/", "/collections/", "/compare/?p=cup",
    "/wishlist/", "/help/", "/account/login/", "/account/signup/", "/cart/", "/checkout/", "/no/such/page/",
)  # fmt: skip


@cache
def list_classes(sheet: str) -> frozenset[str]:
    return frozenset(_CLASS.findall(_RULES.sub(" ", (STATIC / sheet).read_text())))


@cache
def weigh_zipped(name: str) -> int:
    found = finders.find(name)
    assert found, name
    return len(gzip.compress(Path(found).read_bytes()))


def list_drawn_classes() -> dict[str, set[str]]:
    """Each class that a sheet of the storefront draws, with its sheets."""
    drawn: dict[str, set[str]] = {}
    for place in STOREFRONT:
        for file in (STATIC / place).glob("*.css"):
            sheet = file.relative_to(STATIC).as_posix()
            for name in list_classes(sheet):
                drawn.setdefault(name, set()).add(sheet)
    return drawn


def check_page(client: Client, path: str) -> list[str]:
    response = client.get(path)
    assert (path, response.status_code) == (path, 404 if "no/such" in path else 200)
    html = response.content.decode()
    sheets = [first or second for first, second in _LINK.findall(html)]
    weight = sum((STATIC / sheet).stat().st_size for sheet in sheets)
    problems = [f"{path}: {weight} bytes in {sheets}"] if weight > MOST_BYTES else []
    zipped = len(gzip.compress(response.content)) + sum(
        weigh_zipped(name) for name in set(_FILE.findall(html))
    )
    problems += [f"{path}: {zipped} bytes in all"] if zipped > MOST_ZIPPED else []
    used = {name for value in re.findall(r'class="([^"]*)"', html) for name in value.split()}
    drawn = list_drawn_classes()
    problems += [
        f"{path}: .{name} is drawn by {sorted(drawn[name])}"
        for name in sorted(used & drawn.keys())
        if not drawn[name] & set(sheets)
    ]
    return problems


def test_storefront_pages_carry_what_they_show_and_no_more_than_35_kb(client: Client) -> None:
    make_shipping(amount="4.95")
    make_tax("NL", percent="21")
    variant = make_article("CUP", price="10.00", stock=5)
    product = variant.product
    product.slug, product.category, product.brand = "cup", make_category("kitchen"), make_brand("Oak")
    product.save()
    make_image(product)
    client.post("/cart/add/", {"sku": "CUP", "quantity": 2}, HTTP_SEC_FETCH_SITE="same-origin")
    problems = [problem for path in PUBLIC for problem in check_page(client, path)]
    assert problems == []


def test_pages_of_an_account_and_an_order_do_too(client: Client) -> None:
    user = create_verified_user("ada@example.com", password="linen-4-two")
    client.force_login(user)
    make_shipping(amount="4.95")
    make_tax("NL", percent="21")
    order = make_order((make_article("CUP", price="10.00", stock=5), 1), user=user)
    paths = [f"/orders/{order.number}/?token={order.token}", f"/pay/{order.number}/?token={order.token}"]
    paths += [
        "/account/",
        "/account/orders/",
        "/account/addresses/",
        "/account/addresses/new/",
        "/account/profile/",
    ]
    assert [problem for path in paths for problem in check_page(client, path)] == []
