"""The checkout as a browser without scripts uses it, and what htmx changes."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models import Price, Product, Promotion
from catalog.queries.promotions.rules import forget_automatic
from orders.models import Cart, Order
from shop.accounts.models import Address, User
from shop.kernel.clock import now
from shop.kernel.models import OutboxEvent
from shop.kernel.money import Money
from tests.factories.orders import ADDRESS, make_article, make_order, make_ready_cart, make_shipping, make_tax
from tests.factories.promotions import make_promotion
from tests.orders.statements import list_statements

pytestmark = pytest.mark.django_db

FORM = {
    "email": "ada@example.com",
    "country": "NL",
    "first_name": "Ada",
    "last_name": "Jansen",
    "line1": "Keizersgracht 1",
    "city": "Amsterdam",
    "postal_code": "1015 CN",
}
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def shopper(client: Client) -> Client:
    make_shipping(amount="4.95")
    make_tax("NL", percent="21")
    make_article("CUP", price="10.00", stock=5)
    client.post("/cart/add/", {"sku": "CUP", "quantity": 2}, HTTP_SEC_FETCH_SITE="same-origin")
    return client


def read_shown_total(page: HttpResponse) -> dict[str, str]:
    view = page.context["cart"]
    assert f'name="total" value="{view.total.amount}"' in page.content.decode()
    return {"total": str(view.total.amount), "currency": view.currency}


def fill_in(client: Client) -> dict[str, str]:
    client.post("/checkout/address/", FORM)
    client.post("/checkout/shipping/", {"code": "standard"})
    return read_shown_total(client.get("/checkout/"))


def test_empty_cart_has_no_checkout(client: Client) -> None:
    assert client.get("/checkout/")["Location"] == "/cart/"
    assert client.post("/checkout/place/", {})["Location"] == "/cart/"


def test_each_step_posts_by_itself_and_ends_at_the_till(shopper: Client) -> None:
    page = shopper.get("/checkout/")
    assert "Place order and pay" in page.content.decode()
    assert page.context["is_ready"] is False
    assert shopper.post("/checkout/address/", FORM)["Location"] == "/checkout/"
    html = shopper.get("/checkout/").content.decode()
    assert "1015 CN Amsterdam" in html
    assert "2 to 4 working days" in html
    assert shopper.post("/checkout/shipping/", {"code": "standard"})["Location"] == "/checkout/"
    page = shopper.get("/checkout/")
    assert page.context["is_ready"] is True
    shown = read_shown_total(page)
    assert shown == {"total": "24.95", "currency": "EUR"}
    response = shopper.post("/checkout/place/", shown)
    order = Order.objects.get()
    assert response["Location"] == f"/pay/{order.number}/?token={order.token}"
    assert (order.total_amount, order.tax_amount) == (Decimal("24.95"), Decimal("4.33"))
    assert shopper.get("/cart/badge/").content.strip() == b""


def test_second_press_leads_to_the_same_order(shopper: Client) -> None:
    shown = fill_in(shopper)
    first = shopper.post("/checkout/place/", shown)
    again = shopper.post("/checkout/place/", shown)
    assert again["Location"] == first["Location"]
    assert Order.objects.count() == 1


def test_signed_in_second_press_leads_to_the_same_order(shopper: Client) -> None:
    shopper.force_login(User.objects.create_user("ada@example.com"))
    shown = fill_in(shopper)
    first = shopper.post("/checkout/place/", shown)
    assert shopper.post("/checkout/place/", shown)["Location"] == first["Location"]
    assert Order.objects.get().user == User.objects.get()


def test_checkout_start_is_told_once(shopper: Client) -> None:
    shopper.get("/checkout/")
    shopper.get("/checkout/")
    assert OutboxEvent.objects.filter(topic="orders.checkout_started").count() == 1


def test_wrong_fields_are_told_in_place_and_the_input_is_kept(shopper: Client) -> None:
    wrong = FORM | {"postal_code": "nope", "email": "ada", "line1": "Prinsengracht <7>"}
    response = shopper.post("/checkout/address/", wrong)
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"postal_code", "email"}
    html = response.content.decode()
    assert "Prinsengracht &lt;7&gt;" in html
    assert Cart.objects.get().country == ""


def test_other_country_redraws_the_fields_and_keeps_the_input(shopper: Client) -> None:
    typed = FORM | {"country": "CN", "redraw": "1"}
    part = shopper.post("/checkout/address/", typed, **HTMX).content.decode()
    assert part.lstrip().startswith('<div id="address-fields"')
    order = [part.index(f'name="{name}"') for name in ("region", "city", "line1", "last_name", "first_name")]
    assert order == sorted(order)
    assert "Keizersgracht 1" in part
    page = shopper.post("/checkout/address/", typed)
    assert page.status_code == 200
    assert "Province" in page.content.decode()
    assert Cart.objects.get().country == ""


def test_delivery_follows_the_address(shopper: Client) -> None:
    make_shipping("local", amount="2.00", countries=["NL"])
    shopper.post("/checkout/address/", FORM)
    assert [option.code for option in shopper.get("/checkout/").context["cart"].shipping_options] == ["local"]
    assert shopper.post("/checkout/shipping/", {"code": "standard"}).status_code == 409


def test_nobody_delivers_there(shopper: Client) -> None:
    make_shipping("local", amount="2.00", countries=["NL"], max_weight_grams=10)
    shopper.post("/checkout/address/", FORM)
    assert "We cannot deliver there" in shopper.get("/checkout/").content.decode()


def test_changed_price_is_told_by_line_and_the_next_press_buys(shopper: Client) -> None:
    shown = fill_in(shopper)
    Price.objects.update(amount=Decimal("12.00"))
    response = shopper.post("/checkout/place/", shown)
    assert response.status_code == 409
    html = response.content.decode()
    assert "The price has changed since you added it." in html
    assert "€10.00" in html
    assert "€12.00" in html
    assert not Order.objects.exists()
    shopper.post("/checkout/place/", read_shown_total(response))
    assert Order.objects.get().total_amount == Decimal("28.95")


def read_shown(page: HttpResponse) -> dict[str, str]:
    """The total with the sealed offers beside it, as the form sends them."""
    found = re.search(r'name="offers" value="([^"]+)"', page.content.decode())
    assert found
    return read_shown_total(page) | {"offers": found[1]}


@pytest.mark.parametrize(
    ("moved", "told"),
    [
        ({"status": "ended"}, "“Spring” has ended."),
        ({"ends_at": now() - timedelta(hours=1)}, "“Spring” has ended."),
        (
            {"conditions": [{"kind": "minimum", "amounts": {"EUR": "50"}, "target": {"include": []}}]},
            "“Spring” no longer applies. Add €29.00 more to reach €50.00.",
        ),
        (
            {"action": {"kind": "percent_off", "percent": "5", "target": {"include": ["sku:CUP"]}}},
            "“Spring” gives less than before.",
        ),
    ],
)
def test_an_offer_that_ended_meanwhile_is_told_by_name_and_line(
    shopper: Client, moved: dict[str, Any], told: str
) -> None:
    spring = make_promotion(
        {"kind": "percent_off", "percent": "20", "target": {"include": ["sku:CUP"]}},
        promotion_class="product",
        title_en="Spring",
    )
    make_promotion(
        {"kind": "free_shipping", "percent": "100", "methods": []},
        promotion_class="shipping",
        title_en="Post",
    )
    make_article("BOWL", price="1.00", stock=5)
    shopper.post("/cart/add/", {"sku": "BOWL"}, HTTP_SEC_FETCH_SITE="same-origin")
    fill_in(shopper)
    shown = read_shown(shopper.get("/checkout/"))
    Promotion.objects.filter(pk=spring.pk).update(**moved, updated_at=now() + timedelta(seconds=1))
    Promotion.objects.filter(title_en="Post").update(status="ended")
    forget_automatic()
    response = shopper.post("/checkout/place/", shown)
    assert response.status_code == 409
    changes = [(one.sku, one.message, one.old) for one in response.context["changes"]]
    assert changes[:2] == [
        ("CUP", told, Money(Decimal(16), "EUR")),
        ("", "“Post” has ended.", None),
    ]
    assert [one.code.value for one in response.context["changes"][2:]] == ["total_changed"]
    assert told in response.content.decode()
    assert not Order.objects.exists()
    assert shopper.post("/checkout/place/", read_shown_total(response)).status_code == 302


def test_offers_that_the_shop_never_showed_are_not_told(shopper: Client) -> None:
    shown = fill_in(shopper)
    response = shopper.post("/checkout/place/", shown | {"total": "1.00", "offers": "forged:by:hand"})
    assert [one.code.value for one in response.context["changes"]] == ["total_changed"]


def test_sold_out_meanwhile_is_told_and_nothing_is_lost(shopper: Client) -> None:
    make_article("BOWL", price="1.00")
    shopper.post("/cart/add/", {"sku": "BOWL"}, HTTP_SEC_FETCH_SITE="same-origin")
    shown = fill_in(shopper)
    cart = Cart.objects.get()
    make_order((cart.lines.get(variant__sku="CUP").variant, 5), email="rival@example.com")
    response = shopper.post("/checkout/place/", shown)
    assert response.status_code == 409
    assert "Sold out." in response.content.decode()
    assert cart.lines.count() == 2
    assert Order.objects.count() == 1


def test_unpublished_article_stops_the_order_in_words(shopper: Client) -> None:
    shown = fill_in(shopper)
    Product.objects.update(status="draft")
    response = shopper.post("/checkout/place/", shown)
    assert response.status_code == 409
    assert "No longer for sale. Please remove it." in response.content.decode()


@pytest.mark.parametrize(
    "tampered",
    [
        {"total": "0.01", "currency": "EUR"},
        {"total": "24.95", "currency": "USD"},
        {"total": "-24.95", "currency": "EUR"},
    ],
)
def test_tampered_total_buys_nothing(shopper: Client, tampered: dict[str, str]) -> None:
    fill_in(shopper)
    assert shopper.post("/checkout/place/", tampered).status_code == 409
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    "tampered", [{}, {"total": "NaN", "currency": "EUR"}, {"total": "1", "currency": "EURO"}]
)
def test_garbled_total_leads_back_to_the_checkout(shopper: Client, tampered: dict[str, str]) -> None:
    fill_in(shopper)
    assert shopper.post("/checkout/place/", tampered)["Location"] == "/checkout/"
    assert not Order.objects.exists()


def test_own_saved_address_is_picked_a_strangers_is_not(shopper: Client) -> None:
    ada, bob = User.objects.create_user("ada@example.com"), User.objects.create_user("bob@example.com")
    fields = {name: getattr(ADDRESS, name) for name in ADDRESS.field_names()}
    mine = Address.objects.create(user=ada, label="Home", **fields)
    theirs = Address.objects.create(user=bob, **(fields | {"line1": "Secret 1"}))
    shopper.force_login(ada)
    html = shopper.get("/checkout/").content.decode()
    assert "Home:" in html
    assert "Secret 1" not in html
    assert shopper.post("/checkout/address/", {"saved_address": theirs.pk}).status_code == 422
    assert shopper.post("/checkout/address/", {"saved_address": mine.pk})["Location"] == "/checkout/"
    cart = Cart.objects.get()
    assert (cart.line1, cart.email) == ("Keizersgracht 1", "ada@example.com")


def test_a_typed_address_is_kept_once_when_its_owner_ticks_that(shopper: Client) -> None:
    assert "keep_address" not in shopper.get("/checkout/").content.decode()
    shopper.post("/checkout/address/", {**FORM, "keep_address": "on"})
    assert not Address.objects.exists()
    ada = User.objects.create_user("ada@example.com")
    shopper.force_login(ada)
    assert 'name="keep_address"' in shopper.get("/checkout/?edit=address").content.decode()
    shopper.post("/checkout/address/", FORM)
    assert not Address.objects.exists()
    for _ in range(2):
        assert shopper.post("/checkout/address/", {**FORM, "keep_address": "on"}).status_code == 302
    kept = Address.objects.get()
    assert (kept.user, kept.line1, kept.is_default) == (ada, FORM["line1"], True)


def test_htmx_is_sent_to_the_till(shopper: Client) -> None:
    shown = fill_in(shopper)
    response = shopper.post("/checkout/place/", shown, **HTMX)
    assert response["HX-Redirect"].startswith("/pay/S")


def test_forms_need_their_token() -> None:
    strict = Client(enforce_csrf_checks=True)
    for path in ("/checkout/address/", "/checkout/shipping/", "/checkout/place/", "/cart/prices/"):
        assert strict.post(path, {}).status_code == 403


def test_chinese_page(shopper: Client) -> None:
    page = shopper.get("/zh-hans/checkout/")
    assert page.status_code == 200
    assert page.context["form"]["country"].initial == "CN"


CHECKOUT_QUERIES = 5


@pytest.mark.parametrize("lines", [1, 3])
def test_checkout_page_runs_the_same_queries_for_any_number_of_lines(client: Client, lines: int) -> None:
    make_tax()
    cart = make_ready_cart(*((make_article(options={"Size": "L"}), 1) for _ in range(lines)))
    client.cookies["cart"] = cart.token
    client.get("/checkout/")
    with CaptureQueriesContext(connection) as captured:
        client.get("/checkout/")
    assert len(list_statements(captured)) == CHECKOUT_QUERIES


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/checkout/place/?cart=x", "/checkout/?cart=x"),
        ("/zh-hans/checkout/address/", "/zh-hans/checkout/"),
        ("/cart/coupons/", "/cart/"),
        ("/cart/lines/1/", "/cart/"),
    ],
)
def test_who_only_looks_at_a_forms_address_sees_its_page(client: Client, path: str, page: str) -> None:
    """A refused form stands at its own address: a reload or the other language must not end on an empty page."""
    assert client.get(path)["Location"] == page
    assert client.put(path).status_code == 405


def test_search_engines_read_the_checkout_but_no_payment(shopper: Client) -> None:
    page = shopper.get("/checkout/").content.decode()
    assert 'content="noindex"' not in page
    assert '<link rel="canonical" href="http://testserver/checkout/">' in page
    assert re.search(r'<meta name="description"\s+content="\s+Checkout in one page', page)
    fill_in(shopper)
    order = make_order()
    till = shopper.get(f"/pay/{order.number}/", {"token": order.token}).content.decode()
    assert till.count('<meta name="robots" content="noindex">') == 1
