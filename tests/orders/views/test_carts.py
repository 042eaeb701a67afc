"""The cart's pages as a browser uses them."""

from decimal import Decimal

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models import Price, Product
from orders.models import Cart, CartLine
from shop.accounts.models import User
from tests.factories.orders import make_article, make_cart, make_order
from tests.orders.statements import list_statements

pytestmark = pytest.mark.django_db

OURS = {"HTTP_SEC_FETCH_SITE": "same-origin"}
HTMX = {"HTTP_HX_REQUEST": "true"}


def add(client: Client, sku: str, quantity: object = 1, **headers: str) -> HttpResponse:
    return client.post("/cart/add/", {"sku": sku, "quantity": quantity}, **(OURS | headers))


def get_line(sku: str = "CUP") -> CartLine:
    return CartLine.objects.get(variant__sku=sku)


def test_guest_gets_a_cart_by_an_unguessable_cookie(client: Client) -> None:
    make_article("CUP")
    response = add(client, "CUP", 2)
    cart = Cart.objects.get()
    cookie = response.cookies["cart"]
    assert (response.status_code, response["Location"]) == (302, "/cart/")
    assert (cookie.value, bool(cookie["httponly"]), cookie["samesite"]) == (cart.token, True, "Lax")
    assert get_line().quantity == 2
    assert "CUP" not in cookie.value


@pytest.mark.parametrize("token", ["x" * 27, "", '"\\000"', "a b", "' OR 1=1 --"])
def test_token_that_is_made_up_opens_no_cart(client: Client, token: str) -> None:
    make_cart((make_article("CUP"), 1))
    client.cookies["cart"] = token
    assert b"Your cart is empty" in client.get("/cart/").content
    assert client.get("/cart/badge/").content.strip() == b""
    assert client.post("/checkout/place/", {})["Location"] == "/cart/"


def test_cart_of_a_user_is_not_opened_by_its_token(client: Client) -> None:
    cart = make_cart((make_article("CUP"), 1), user=User.objects.create_user("ada@example.com"))
    client.cookies["cart"] = cart.token
    assert b"Your cart is empty" in client.get("/cart/").content
    assert client.get("/cart/badge/").content.strip() == b""


@pytest.mark.parametrize(
    "headers", [{}, {"HTTP_SEC_FETCH_SITE": "cross-site"}, {"HTTP_ORIGIN": "https://evil.example"}]
)
def test_form_of_another_site_is_refused(client: Client, headers: dict[str, str]) -> None:
    make_article("CUP")
    assert client.post("/cart/add/", {"sku": "CUP"}, **headers).status_code == 403
    assert not Cart.objects.exists()


@pytest.mark.parametrize("quantity", ["0", "-1", "1000", "1.5", "many", "1e3", "NaN"])
def test_odd_quantity_changes_nothing(client: Client, quantity: str) -> None:
    make_article("CUP", stock=2000)
    response = add(client, "CUP", quantity, **HTMX)
    assert response.status_code == 409
    assert "Choose a whole number from 1 to 999." in response.content.decode()
    assert not CartLine.objects.exists()


def test_price_in_the_form_is_ignored(client: Client) -> None:
    make_article("CUP", price="10.00")
    client.post(
        "/cart/add/", {"sku": "CUP", "price": "0.01", "unit_amount": "0.01", "currency": "XXX"}, **OURS
    )
    assert get_line().seen_amount == Decimal("10.00")
    assert "€10.00" in client.get("/cart/").content.decode()


def test_htmx_is_told_in_a_toast_and_the_badge_follows(client: Client) -> None:
    make_article("CUP", stock=3)
    response = add(client, "CUP", 3, **HTMX)
    assert (response["HX-Retarget"], response["HX-Trigger"]) == ("#toasts", "cart-changed")
    assert "Added to your cart." in response.content.decode()
    assert client.get("/cart/badge/").content.strip() == b"3"
    refused = add(client, "CUP", 1, **HTMX)
    assert refused.status_code == 409
    assert "Only 3 of this are left." in refused.content.decode()
    assert client.get("/cart/badge/").content.strip() == b"3"


def test_quantity_is_changed_and_line_removed_without_scripts(client: Client) -> None:
    make_article("CUP", price="10.00", stock=5)
    add(client, "CUP")
    line = get_line()
    assert client.post(f"/cart/lines/{line.pk}/", {"quantity": 4})["Location"] == "/cart/"
    assert "€40.00" in client.get("/cart/").content.decode()
    assert client.post(f"/cart/lines/{line.pk}/remove/")["Location"] == "/cart/"
    assert b"Your cart is empty" in client.get("/cart/").content


def test_line_of_a_stranger_is_not_touched(client: Client) -> None:
    make_article("MINE")
    add(client, "MINE")
    make_cart((make_article("CUP"), 2))
    line = get_line()
    assert client.post(f"/cart/lines/{line.pk}/", {"quantity": 9}, **HTMX).status_code == 409
    assert client.post(f"/cart/lines/{line.pk}/remove/", **HTMX).status_code == 409
    line.refresh_from_db()
    assert line.quantity == 2


def test_too_many_is_told_in_place_and_the_line_stays(client: Client) -> None:
    make_article("CUP", stock=5)
    add(client, "CUP", 2)
    response = client.post(f"/cart/lines/{get_line().pk}/", {"quantity": 6}, **HTMX)
    assert response.status_code == 409
    assert "Only 5 of this are left." in response.content.decode()
    assert get_line().quantity == 2


def test_every_change_is_told_at_its_line_and_nothing_is_dropped(client: Client) -> None:
    articles = {
        sku: make_article(sku, price="10.00", stock=5) for sku in ("PRICE", "GONE", "FEWER", "DRAFT", "OK")
    }
    for sku in articles:
        add(client, sku, 2)
    Price.objects.filter(variant=articles["PRICE"]).update(amount=Decimal("12.00"))
    articles["GONE"].__class__.objects.filter(sku="GONE").update(available_quantity=0)
    articles["FEWER"].__class__.objects.filter(sku="FEWER").update(available_quantity=1)
    Product.objects.filter(variants__sku="DRAFT").update(status="draft")
    page = client.get("/cart/")
    html = page.content.decode()
    told = {line.sku: [str(problem.code) for problem in line.problems] for line in page.context["cart"].lines}
    assert told == {
        "PRICE": ["price_changed"],
        "GONE": ["sold_out"],
        "FEWER": ["fewer_left"],
        "DRAFT": ["unavailable"],
        "OK": [],
    }
    assert str(page.context["cart"].total) == "64.00 EUR"
    assert "Only 1 left. Choose 1 or fewer." in html
    assert "Go to checkout" not in html
    client.post("/cart/prices/")
    assert client.get("/cart/").context["cart"].changed_prices == ()


def test_cart_joins_the_users_at_the_first_look_after_sign_in(client: Client) -> None:
    user = User.objects.create_user("ada@example.com")
    make_article("CUP", stock=9)
    own = make_cart(user=user)
    add(client, "CUP", 2)
    client.force_login(user)
    assert client.get("/cart/badge/").content.strip() == b"2"
    response = client.get("/cart/")
    assert get_line().cart == own
    assert response.cookies["cart"].value == ""
    client.logout()
    assert b"Your cart is empty" in client.get("/cart/").content


def test_cart_follows_the_chosen_currency(client: Client) -> None:
    make_article("CUP", prices={"EUR": "10.00", "USD": "11.00"})
    add(client, "CUP")
    client.cookies["currency"] = "USD"
    assert str(client.get("/cart/").context["cart"].total) == "11.00 USD"


CART_QUERIES = 2
SIGNED_IN_CART_QUERIES = 5


@pytest.mark.parametrize("lines", [1, 3])
def test_cart_page_runs_the_same_queries_for_any_number_of_lines(client: Client, lines: int) -> None:
    for _ in range(lines):
        add(client, make_article(options={"Size": "L"}).sku)
    client.get("/cart/")
    with CaptureQueriesContext(connection) as captured:
        client.get("/cart/")
    assert len(list_statements(captured)) == CART_QUERIES


@pytest.mark.parametrize("lines", [1, 3])
def test_signed_in_cart_page_stays_within_five_queries(client: Client, lines: int) -> None:
    client.force_login(User.objects.create_user("ada@example.com"))
    for _ in range(lines):
        add(client, make_article(options={"Size": "L"}).sku)
    client.get("/cart/")
    with CaptureQueriesContext(connection) as captured:
        client.get("/cart/")
    assert len(list_statements(captured)) == SIGNED_IN_CART_QUERIES


def test_badge_costs_a_guest_one_query_and_a_stranger_none(client: Client) -> None:
    with CaptureQueriesContext(connection) as captured:
        client.get("/cart/badge/")
    assert len(list_statements(captured)) == 0
    add(client, make_article().sku)
    with CaptureQueriesContext(connection) as captured:
        client.get("/cart/badge/")
    assert len(list_statements(captured)) == 1


def test_order_again_fills_the_cart(client: Client) -> None:
    order = make_order((make_article("CUP"), 3))
    response = client.post(f"/orders/{order.number}/again/", {"token": order.token})
    assert response["Location"] == "/cart/"
    assert client.get("/cart/badge/").content.strip() == b"3"
    assert Client().post(f"/orders/{order.number}/again/", {"token": "wrong"}).status_code == 404


def test_a_reduced_line_says_the_lowest_price_of_the_30_days_before(client: Client) -> None:
    variant = make_article("CUP", price="12.00")
    price = Price.objects.get(variant=variant, currency="EUR")
    price.amount, price.compare_at_amount = Decimal("9.00"), Decimal("15.00")
    price.save()
    cart = make_cart((variant, 1))
    client.cookies["cart"] = cart.token
    html = client.get("/cart/").content.decode()
    assert "Lowest price of the 30 days before: €12.00" in html
