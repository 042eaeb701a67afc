from __future__ import annotations

import pytest
from django.test import Client

from catalog.domain.errors import RedirectInvalid
from catalog.models import Category, Product, Redirect
from catalog.services.categories import delete_category, save_brand, save_category
from catalog.services.products import delete_product, save_product
from catalog.services.redirects import clean_path, remember_moves, save_redirect
from shop.kernel.clock import now
from shop.kernel.invariants import check_invariants
from tests.factories.catalog import make_brand, make_category, make_product, make_variant

pytestmark = pytest.mark.django_db


def _redirects() -> dict[str, str]:
    return dict(Redirect.objects.values_list("old_path", "new_path"))


def _rename(product: Product, slug: str) -> None:
    product.slug = slug
    save_product(product, actor="anna")


def test_a_renamed_product_keeps_every_old_address_in_one_step(client: Client) -> None:
    product = make_product(slug="mug")
    make_variant(product=product)
    _rename(product, "cup")
    _rename(product, "beaker")
    assert _redirects() == {"/p/mug/": "/p/beaker/", "/p/cup/": "/p/beaker/"}
    answer = client.get("/p/mug/?variant=A&x=%26")
    assert (answer.status_code, answer["Location"]) == (301, "/p/beaker/?variant=A&x=%26")
    assert client.get("/zh-hans/p/cup/")["Location"] == "/zh-hans/p/beaker/"
    assert client.get("/p/mug")["Location"].startswith("/p/")
    assert client.post("/p/mug/").status_code == 404


def test_going_back_to_the_first_name_makes_no_circle(client: Client) -> None:
    product = make_product(slug="mug")
    make_variant(product=product)
    _rename(product, "cup")
    _rename(product, "mug")
    assert _redirects() == {"/p/cup/": "/p/mug/"}
    assert client.get("/p/mug/").status_code == 200


def test_a_new_thing_at_an_old_address_wins(client: Client) -> None:
    product = make_product(slug="mug")
    _rename(product, "cup")
    new = Product(slug="mug", name_en="Mug")
    save_product(new, actor="anna")
    assert _redirects() == {}
    assert client.get("/p/mug/").status_code == 404


def test_chinese_addresses_are_followed_too(client: Client) -> None:
    product = make_product(slug="马克杯")
    make_variant(product=product)
    _rename(product, "茶杯")
    answer = client.get("/p/马克杯/")
    assert answer["Location"] == "/p/%E8%8C%B6%E6%9D%AF/"
    assert client.get(answer["Location"]).status_code == 200


def test_a_category_that_moves_takes_its_addresses_along(client: Client) -> None:
    cups, table = make_category("kitchen/tableware/cups"), make_category("table")
    tableware = Category.objects.get(path="kitchen/tableware")
    tableware.parent = table
    save_category(tableware, actor="anna")
    assert _redirects() == {
        "/c/kitchen/tableware/": "/c/table/tableware/",
        "/c/kitchen/tableware/cups/": "/c/table/tableware/cups/",
    }
    cups.refresh_from_db()
    assert client.get("/c/kitchen/tableware/cups/")["Location"] == f"/c/{cups.path}/"


def test_what_is_deleted_leads_to_where_it_stood() -> None:
    cups = make_category("kitchen/cups")
    product = make_product(slug="mug", category=cups)
    delete_product(product, actor="anna")
    delete_category(cups, actor="anna")
    assert _redirects() == {"/p/mug/": "/c/kitchen/", "/c/kitchen/cups/": "/c/kitchen/"}


def test_a_renamed_brand_keeps_its_address() -> None:
    brand = make_brand("Tidewater")
    brand.slug = "tidewater-pottery"
    save_brand(brand, actor="anna")
    assert _redirects() == {"/brands/tidewater/": "/brands/tidewater-pottery/"}


def test_two_things_that_swap_names_need_no_redirect() -> None:
    remember_moves({"/p/a/": "/p/b/", "/p/b/": "/p/a/"})
    assert _redirects() == {}


def test_a_redirect_by_hand_follows_what_is_there() -> None:
    remember_moves({"/p/b/": "/p/c/"})
    save_redirect(Redirect(old_path="https://shop.example/zh-hans/p/a/?x=1", new_path="/p/b/"), actor="anna")
    assert _redirects() == {"/p/b/": "/p/c/", "/p/a/": "/p/c/"}
    with pytest.raises(RedirectInvalid):
        save_redirect(Redirect(old_path="/p/c/", new_path="/p/b/"), actor="anna")


@pytest.mark.parametrize(
    "text", ["", "p/a/", "/", "//evil.example/", "javascript:x", "https://[x/", "/" + "x" * 500]
)
def test_addresses_of_others_are_refused(text: str) -> None:
    with pytest.raises(RedirectInvalid):
        clean_path(text)


def test_the_back_office_and_the_api_are_never_redirected(client: Client) -> None:
    remember_moves({"/api/old/": "/p/b/", "/admin/old/": "/p/b/"})
    assert client.get("/api/old/").status_code == 404
    assert client.get("/old\0/").status_code == 404


def test_a_chain_written_past_the_service_is_found() -> None:
    at = now()
    assert "C7" not in {found.code for found in check_invariants()}
    Redirect.objects.create(old_path="/a/", new_path="/b/", created_at=at)
    Redirect.objects.create(old_path="/b/", new_path="/c/", created_at=at)
    assert "C7" in {found.code for found in check_invariants()}
