"""Buying together in the storefront: the product's part, the group's page, the checkout, the order's page."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from orders.models import BuyingGroup, Cart, GroupPlace, Order
from orders.services.checkout import place_order
from orders.services.groups.closing import close_due_groups, settle_places
from shop.accounts.models import User
from shop.kernel.clock import now, override_now
from shop.kernel.models import OutgoingEmail
from tests.factories.catalog import make_variant
from tests.factories.groups import make_group_campaign, make_group_cart, open_paid_group, pay_in_full
from tests.factories.orders import make_article, make_shipping

pytestmark = pytest.mark.django_db

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
HTMX = {"HX-Request": "true"}
ADDRESS = {
    "email": "ada@example.com", "first_name": "Ada", "last_name": "Jansen", "line1": "Keizersgracht 1",
    "city": "Amsterdam", "postal_code": "1015 CN", "country": "NL", "phone": "+31 20 123 4567",
}  # fmt: skip


def slug_of(variant: object) -> str:
    return str(variant.product.slug)  # type: ignore[attr-defined]  # a Variant


def test_only_a_product_with_a_campaign_says_so(client: Client) -> None:
    mug, lamp = make_article("MUG"), make_article("LAMP")
    make_group_campaign(mug)
    assert (
        "Buy together and pay less"
        in client.get(reverse("catalog:product", args=[slug_of(mug)])).content.decode()
    )
    assert (
        "/groups/offers/" not in client.get(reverse("catalog:product", args=[slug_of(lamp)])).content.decode()
    )


def test_the_offer_tells_steps_and_prices_and_nothing_without_a_campaign(client: Client) -> None:
    mug, lamp = make_article("MUG", price="10.00"), make_article("LAMP")
    make_group_campaign(mug)
    page = client.get(f"/groups/offers/{slug_of(mug)}/", headers=HTMX).content.decode()
    for words in ("Open a group: €9.00", "2 people", "€8.00", "€7.00", "You have 24 hours."):
        assert words in page
    assert client.get(f"/groups/offers/{slug_of(lamp)}/", headers=HTMX).content.decode().strip() == ""
    assert client.get(f"/groups/offers/{slug_of(lamp)}/").status_code == 404


def test_a_guest_opens_a_group_beside_the_usual_cart(client: Client) -> None:
    make_shipping()
    mug, lamp = make_article("MUG", price="10.00"), make_article("LAMP")
    campaign = make_group_campaign(mug)
    client.post("/cart/add/", {"sku": lamp.sku, "quantity": 1}, headers=SAME_ORIGIN)
    answer = client.post(
        "/groups/start/", {"promotion": campaign.pk, "sku": mug.sku, "quantity": 1}, headers=SAME_ORIGIN
    )
    assert answer.status_code == 302
    checkout = answer["Location"]
    assert checkout.startswith("/checkout/?group=")
    query = checkout.partition("?")[2]
    page = client.get(checkout).content.decode()
    assert mug.product.name_en in page
    assert lamp.product.name_en not in page
    assert client.post(f"/checkout/address/?{query}", ADDRESS)["Location"] == checkout
    assert client.post(f"/checkout/shipping/?{query}", {"code": "standard"})["Location"] == checkout
    page = client.get(checkout).content.decode()
    assert "You buy with a group" in page
    placed = client.post(f"/checkout/place/?{query}", {"total": "13.95", "currency": "EUR"})
    order = Order.objects.get()
    assert placed["Location"].startswith(f"/pay/{order.number}/")
    # Pressed once more, it is the same order.
    assert (
        client.post(f"/checkout/place/?{query}", {"total": "13.95", "currency": "EUR"})["Location"]
        == placed["Location"]
    )
    assert order.hold_reason == "group"
    assert lamp.product.name_en in client.get("/cart/").content.decode()


def test_a_group_page_invites_and_lets_in(client: Client) -> None:
    mug = make_article("MUG", price="10.00", stock=20)
    group, _orders = open_paid_group(mug)
    answer = client.get(f"/groups/{group.token}/")
    page = answer.content.decode()
    assert answer["X-Robots-Tag"] == "noindex"
    for words in ("A**", "Waiting for 1 more person until", "Join and pay €9.00", f"/groups/{group.token}/"):
        assert words in page
    assert "member0@example.com" not in page
    assert "Ada" not in page
    joined = client.post(f"/groups/{group.token}/join/", {"sku": mug.sku, "quantity": 1})
    cart = Cart.objects.latest("pk")
    assert joined["Location"] == f"/checkout/?group={cart.token}"
    assert cart.group_id == group.pk


def test_a_step_is_reached_by_that_many_people_and_the_first_says_what_is_paid_now(client: Client) -> None:
    mug = make_article("MUG", price="10.00", stock=20)
    group, _orders = open_paid_group(mug)
    page = client.get(f"/groups/{group.token}/").content.decode()
    assert page.count("what you pay now") == 1
    assert "group-steps__step--reached" not in page
    group, _orders = open_paid_group(mug, people=2)
    page = client.get(f"/groups/{group.token}/").content.decode()
    assert page.count("group-steps__step--reached") == 1
    assert page.count("reached</span>") == 1
    assert "what you pay now" not in page


def test_variants_of_different_prices_each_say_their_own(client: Client) -> None:
    mug = make_article("MUG", price="10.00")
    make_group_campaign(mug, make_variant(product=mug.product, sku="JUG", price="30.00"))
    page = " ".join(client.get(f"/groups/offers/{slug_of(mug)}/", headers=HTMX).content.decode().split())
    assert "Open a group: " not in page
    for words in ("· €9.00</option>", "· €27.00</option>", "> Open a group </button>"):
        assert words in page


def test_a_group_that_has_ended_leads_back_to_the_article(client: Client) -> None:
    mug = make_article("MUG", stock=20)
    group, _orders = open_paid_group(mug)
    assert "To the article" not in client.get(f"/groups/{group.token}/").content.decode()
    assert "HX-Refresh" not in client.get(f"/groups/{group.token}/", headers=HTMX)
    with override_now(now() + timedelta(days=3)):
        close_due_groups()
    page = client.get(f"/groups/{group.token}/").content.decode()
    assert "The group has ended without enough people. Whoever has paid gets all of it back." in page
    assert "To the article" in page
    # An open page asks on: it is drawn anew as a whole, without the form to join and the link to hand on.
    assert client.get(f"/groups/{group.token}/", headers=HTMX)["HX-Refresh"] == "true"


def test_a_closed_or_unknown_group_lets_nobody_in(client: Client) -> None:
    mug = make_article("MUG", stock=20)
    group, _orders = open_paid_group(mug, people=4)
    assert "Join the group" not in client.get(f"/groups/{group.token}/").content.decode()
    answer = client.post(f"/groups/{group.token}/join/", {"sku": mug.sku}, follow=True)
    assert "This group is closed" in answer.content.decode()
    for token in ("nothing", "a%00b", "x" * 300):
        assert client.get(f"/groups/{token}/").status_code == 404


@pytest.mark.parametrize("data", [{}, {"promotion": "x", "sku": "MUG"}, {"promotion": "99", "sku": "MUG"},
                                  {"promotion": "99", "sku": "MUG", "quantity": "0"}])  # fmt: skip
def test_bad_input_is_told_and_nothing_is_made(client: Client, data: dict[str, str]) -> None:
    make_article("MUG")
    answer = client.post("/groups/start/", data, headers=SAME_ORIGIN)
    assert answer.status_code == 302
    assert not Cart.objects.exists()


def test_other_sites_cannot_open_a_group(client: Client) -> None:
    mug = make_article("MUG")
    campaign = make_group_campaign(mug)
    data = {"promotion": campaign.pk, "sku": mug.sku}
    assert client.post("/groups/start/", data, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_nobody_gets_at_another_users_group_cart(client: Client) -> None:
    make_shipping()
    mug = make_article("MUG")
    owner = User.objects.create_user(email="owner@example.com", password="x")
    cart = make_group_cart(make_group_campaign(mug), mug, user_id=owner.pk)
    assert client.get(f"/checkout/?group={cart.token}")["Location"] == "/cart/"
    client.force_login(User.objects.create_user(email="other@example.com", password="x"))
    assert client.get(f"/checkout/?group={cart.token}")["Location"] == "/cart/"


def test_a_guest_who_signs_in_keeps_the_groups_cart(client: Client) -> None:
    make_shipping()
    mug = make_article("MUG")
    campaign = make_group_campaign(mug)
    client.post("/groups/start/", {"promotion": campaign.pk, "sku": mug.sku}, headers=SAME_ORIGIN)
    cart = Cart.objects.get()
    user = User.objects.create_user(email="ada@example.com", password="x")
    client.force_login(user)
    assert client.get(f"/checkout/?group={cart.token}").status_code == 200
    cart.refresh_from_db()
    assert cart.user_id == user.pk


@pytest.mark.parametrize("is_signed_in", [False, True])
def test_a_group_cart_by_a_strangers_link_is_nobodys(client: Client, *, is_signed_in: bool) -> None:
    """Else the stranger, who knows the cart's key, would read the address that is typed in, and change it."""
    make_shipping()
    mug = make_article("MUG")
    cart = make_group_cart(make_group_campaign(mug), mug)
    if is_signed_in:
        client.force_login(User.objects.create_user(email="ada@example.com", password="x"))
    query = f"?group={cart.token}"
    assert client.get(f"/checkout/{query}")["Location"] == "/cart/"
    assert client.post(f"/checkout/address/{query}", ADDRESS | {"city": "Delft"})["Location"] == "/cart/"
    order = place_order(cart.pk, expected_total=None)
    total = {"total": "13.95", "currency": "EUR"}
    assert client.post(f"/checkout/place/{query}", total)["Location"] == "/cart/"
    assert (order.user_id, order.city) == (None, "Amsterdam")


def test_a_browser_keeps_the_keys_of_its_last_five_group_carts(client: Client) -> None:
    mug = make_article("MUG")
    campaign = make_group_campaign(mug)
    client.cookies["group_carts"] = "bad%00.not a key"
    for _turn in range(6):
        client.post("/groups/start/", {"promotion": campaign.pk, "sku": mug.sku}, headers=SAME_ORIGIN)
    made = list(Cart.objects.order_by("-pk").values_list("token", flat=True))
    cookie = client.cookies["group_carts"]
    assert cookie.value == ".".join(made[:5])
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert client.get(f"/checkout/?group={made[4]}").status_code == 200
    assert client.get(f"/checkout/?group={made[5]}").status_code == 302


def test_a_group_cart_is_never_taken_for_the_usual_one(client: Client) -> None:
    """Else more articles could be put into it, past the rule that it holds one."""
    make_shipping()
    mug = make_article("MUG")
    cart = make_group_cart(make_group_campaign(mug), mug)
    client.cookies["cart"] = cart.token
    lamp = make_article("LAMP")
    client.post("/cart/add/", {"sku": lamp.sku}, headers=SAME_ORIGIN)
    assert [line.variant_id for line in cart.lines.all()] == [mug.pk]
    assert Cart.objects.exclude(pk=cart.pk).get().lines.get().variant_id == lamp.pk


def test_the_order_says_what_it_waits_for_and_its_shopper_may_leave(
    client: Client, drain: Callable[[], int]
) -> None:
    group, (order,) = open_paid_group(make_article("MUG", stock=20))
    drain()
    page = client.get(f"/orders/{order.number}/?token={order.token}").content.decode()
    assert "Your place in the group is paid" in page
    assert "Waiting for 1 more person until" in page
    assert f'href="/groups/{group.token}/"' in page
    mail = OutgoingEmail.objects.get(dedupe_key=f"order_paid:{order.pk}")
    assert f"/groups/{group.token}/" in mail.text
    client.post(f"/orders/{order.number}/cancel/", {"token": order.token})
    order.refresh_from_db()
    assert (order.status, order.cancel_reason) == ("cancelled", "customer")
    assert GroupPlace.objects.get().state == "left"


def test_a_released_group_tells_its_members(client: Client, drain: Callable[[], int]) -> None:
    group, (order,) = open_paid_group(make_article("MUG"))
    with override_now(now() + timedelta(hours=25)):
        close_due_groups()
        settle_places()
        drain()
    assert "ended without enough people" in client.get(f"/groups/{group.token}/").content.decode()
    page = client.get(f"/orders/{order.number}/?token={order.token}").content.decode()
    assert "did not get enough people" in page


@pytest.mark.parametrize("people", [1, 3])
def test_a_groups_page_costs_the_same_for_one_and_three(client: Client, people: int) -> None:
    group, _orders = open_paid_group(make_article("MUG", stock=20), people=people)
    client.get(f"/groups/{group.token}/")
    with CaptureQueriesContext(connection) as found:
        client.get(f"/groups/{group.token}/")
    assert len(found) == 4


def test_the_accounts_list_says_that_an_order_waits(client: Client) -> None:
    make_shipping()
    mug = make_article("MUG")
    user = User.objects.create_user(email="ada@example.com", password="x")
    cart = make_group_cart(make_group_campaign(mug), mug, user_id=user.pk)
    pay_in_full(place_order(cart.pk, expected_total=None))
    client.force_login(user)
    assert "Waiting for its group" in client.get("/account/orders/").content.decode()
    assert BuyingGroup.objects.get().status == "open"
