"""Changing carts."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.models import Price
from orders.domain.errors import (
    ArticleNotFound,
    CartAlreadyPlaced,
    CartNotFound,
    InvalidQuantity,
    LineNotFound,
    NotEnoughLeft,
    NotSellable,
)
from orders.models import Cart, CartLine
from orders.queries.carts import count_articles, get_cart_view
from orders.services import carts
from orders.services.checkout import place_order
from shop.accounts.models import User
from shop.kernel.models import OutboxEvent
from shop.kernel.transactions import savepoint
from tests.factories.catalog import make_product
from tests.factories.orders import make_article, make_cart, make_order, make_ready_cart

pytestmark = pytest.mark.django_db


def make_user(email: str = "ada@example.com") -> User:
    return User.objects.create_user(email)


def list_quantities(cart: Cart) -> dict[str, int]:
    return dict(CartLine.objects.filter(cart=cart).order_by("pk").values_list("variant__sku", "quantity"))


def test_same_article_adds_up_and_keeps_our_price() -> None:
    cup = make_article("CUP", price="12.50")
    cart = make_cart((cup, 2))
    line = carts.add_line(cart.pk, sku="cup", quantity=3)
    assert (line.quantity, line.seen_amount) == (5, Decimal("12.50"))
    assert cart.lines.count() == 1


def test_adding_is_told_once_per_act() -> None:
    cup = make_article("CUP", price="12.50")
    cart = make_cart((cup, 2))
    row = OutboxEvent.objects.get(topic="orders.cart_line_added")
    assert row.payload == {
        "cart_token": cart.token,
        "user_id": 0,
        "variant_id": cup.pk,
        "quantity": 2,
        "unit_amount": "12.50",
        "currency": "EUR",
    }


@pytest.mark.parametrize("quantity", [-1, 0, 1000, 10**9])
def test_quantity_is_from_1_to_999(quantity: int) -> None:
    article = make_article(stock=2000)
    cart = make_cart()
    with pytest.raises(InvalidQuantity), savepoint():
        carts.add_line(cart.pk, sku=article.sku, quantity=quantity)
    assert not cart.lines.exists()


def test_sum_may_not_pass_999() -> None:
    article = make_article(stock=2000)
    cart = make_cart((article, 998))
    with pytest.raises(InvalidQuantity), savepoint():
        carts.add_line(cart.pk, sku=article.sku, quantity=2)
    assert list_quantities(cart) == {article.sku: 998}


def test_no_more_than_what_is_left() -> None:
    cup = make_article("CUP", stock=3)
    cart = make_cart((cup, 2))
    with pytest.raises(NotEnoughLeft) as caught, savepoint():
        carts.add_line(cart.pk, sku="CUP", quantity=2)
    assert caught.value.facts == {"sku": "CUP", "requested_quantity": 4, "available_quantity": 3}
    assert list_quantities(cart) == {"CUP": 2}


def test_unknown_unpublished_and_unpriced_articles_are_refused() -> None:
    cart = make_cart()
    make_article("DRAFT", product=make_product(status="draft"))
    make_article("DOLLAR", currency="USD")
    with pytest.raises(ArticleNotFound), savepoint():
        carts.add_line(cart.pk, sku="NOPE", quantity=1)
    for sku in ("DRAFT", "DOLLAR"):
        with pytest.raises(NotSellable), savepoint():
            carts.add_line(cart.pk, sku=sku, quantity=1)
    assert not cart.lines.exists()


def test_fewer_is_always_allowed_more_only_while_left() -> None:
    cup = make_article("CUP", stock=5)
    cart = make_cart((cup, 5))
    make_order((cup, 3))
    line = cart.lines.get()
    carts.set_line_quantity(cart.pk, line_id=line.pk, quantity=4)
    with pytest.raises(NotEnoughLeft), savepoint():
        carts.set_line_quantity(cart.pk, line_id=line.pk, quantity=5)
    assert list_quantities(cart) == {"CUP": 4}


def test_line_of_another_cart_is_not_found() -> None:
    mine, other = make_cart(), make_cart((make_article("CUP"), 1))
    line = other.lines.get()
    with pytest.raises(LineNotFound), savepoint():
        carts.remove_line(mine.pk, line_id=line.pk)
    with pytest.raises(LineNotFound), savepoint():
        carts.set_line_quantity(mine.pk, line_id=line.pk, quantity=2)
    assert list_quantities(other) == {"CUP": 1}


def test_placed_cart_is_closed_and_a_lost_one_not_found() -> None:
    cup = make_article("CUP")
    cart = make_ready_cart((cup, 1))
    place_order(cart.pk, expected_total=None)
    with pytest.raises(CartAlreadyPlaced), savepoint():
        carts.add_line(cart.pk, sku="CUP", quantity=1)
    with pytest.raises(CartNotFound), savepoint():
        carts.add_line(0, sku="CUP", quantity=1)


def test_other_currency_prices_all_lines_anew() -> None:
    both = make_article("BOTH", prices={"EUR": "10.00", "USD": "11.00"})
    only = make_article("ONLY", price="5.00")
    cart = make_cart((both, 1), (only, 1))
    view = get_cart_view(carts.set_currency(cart.pk, currency="USD"))
    assert [(line.sku, str(line.unit_price), [p.code for p in line.problems]) for line in view.lines] == [
        ("BOTH", "11.00 USD", []),
        ("ONLY", "None", ["not_in_currency"]),
    ]
    assert str(view.total) == "11.00 USD"


def test_accepted_price_is_no_problem_any_more() -> None:
    cart = make_cart((make_article("CUP", price="10.00"), 1))
    Price.objects.update(amount=Decimal("12.00"))
    problems = get_cart_view(cart).changed_prices
    assert [(str(p.old), str(p.new)) for p in problems] == [("10.00 EUR", "12.00 EUR")]
    carts.accept_prices(cart.pk, problems=problems)
    assert get_cart_view(cart).all_problems == ()


def test_user_has_one_open_cart() -> None:
    user = make_user()
    first = carts.create_cart(currency="EUR", user_id=user.pk)
    assert carts.create_cart(currency="USD", user_id=user.pk) == first


def test_merge_adds_up_capped_by_stock_and_loses_nothing() -> None:
    user = make_user()
    cup, bowl, gone, rug = (
        make_article("CUP", stock=5),
        make_article("BOWL"),
        make_article("GONE", stock=4),
        make_article("RUG"),
    )
    own = make_cart((cup, 3), (rug, 1), (gone, 2), user=user)
    guest = make_cart((cup, 4), (bowl, 2), (gone, 3))
    make_order((gone, 4))
    merged = carts.merge_carts(guest.pk, user_id=user.pk)
    assert merged == own
    assert list_quantities(own) == {"CUP": 5, "RUG": 1, "GONE": 3, "BOWL": 2}
    assert not Cart.objects.filter(pk=guest.pk).exists()


def test_merge_again_changes_nothing() -> None:
    user = make_user()
    cup = make_article("CUP", stock=9)
    own, guest = make_cart((cup, 1), user=user), make_cart((cup, 2))
    carts.merge_carts(guest.pk, user_id=user.pk)
    assert carts.merge_carts(guest.pk, user_id=user.pk) == own
    assert list_quantities(own) == {"CUP": 3}


def test_first_sign_in_takes_the_guest_cart_over() -> None:
    user, guest = make_user(), make_cart((make_article("CUP"), 2))
    assert carts.merge_carts(guest.pk, user_id=user.pk) == guest
    guest.refresh_from_db()
    assert guest.user == user
    assert carts.merge_carts(guest.pk, user_id=user.pk) == guest


def test_cart_of_one_user_is_never_merged_into_anothers() -> None:
    ada, bob = make_user(), make_user("bob@example.com")
    adas = make_cart((make_article("CUP"), 2), user=ada)
    merged = carts.merge_carts(adas.pk, user_id=bob.pk)
    assert merged != adas
    assert not merged.lines.exists()
    assert list_quantities(adas) == {"CUP": 2}


def test_merge_follows_the_guests_currency() -> None:
    user = make_user()
    cup = make_article("CUP", prices={"EUR": "10.00", "USD": "11.00"})
    own, guest = make_cart((cup, 1), user=user), make_cart((cup, 1), currency="USD")
    merged = carts.merge_carts(guest.pk, user_id=user.pk)
    view = get_cart_view(merged)
    assert (merged, str(view.total), view.all_problems) == (own, "22.00 USD", ())


@given(st.integers(1, 999), st.integers(1, 999), st.integers(0, 3000))
def test_added_up_quantity_is_in_range_and_never_fewer(one: int, other: int, left: int) -> None:
    quantity = carts.add_up(one, other, available_quantity=left)
    assert max(one, other) <= quantity <= min(999, one + other)
    assert quantity <= max(left, one, other)


def test_order_again_is_repeatable_and_brings_all_articles() -> None:
    cup, gone = make_article("CUP", price="10.00"), make_article("GONE", stock=1)
    order = make_order((cup, 2), (gone, 1))
    cart = make_cart((cup, 1))
    Price.objects.filter(variant=cup).update(amount=Decimal("11.00"))
    for _ in range(2):
        carts.refill_cart(cart.pk, order_id=order.pk)
    assert list_quantities(cart) == {"CUP": 2, "GONE": 1}
    assert get_cart_view(cart).changed_prices == ()


def test_badge_counts_the_open_cart_only() -> None:
    user = make_user()
    cup = make_article("CUP", stock=50)
    guest = make_cart((cup, 2), (make_article("BOWL"), 3))
    make_cart((cup, 4), user=user)
    make_order((cup, 1))
    assert count_articles(token=guest.token) == 5
    assert count_articles(user_id=user.pk) == 4
    assert count_articles(token="") == 0
