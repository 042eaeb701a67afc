from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from catalog.models import Product, StockNotice, Wish
from catalog.services.availability import set_availability
from catalog.services.notices import forget_unproven, send_notices
from shop.accounts.models import User
from shop.kernel.clock import now, override_now
from shop.kernel.models import OutboxEvent, OutgoingEmail
from tests.factories.catalog import make_product, make_variant
from tests.factories.merchandise import make_attribute, state

pytestmark = pytest.mark.django_db
OURS = {"HTTP_SEC_FETCH_SITE": "same-origin"}


@pytest.fixture
def ada() -> User:
    user: User = get_user_model().objects.create_user(email="ada@example.com", password="Sturdy-Kettle-9")
    return user


def _make(*names: str) -> list[Product]:
    return [make_variant(product=make_product(name)).product for name in names]


def _wish(client: Client, product: Product, action: str = "add", **headers: str) -> str:
    answer = client.post(
        "/wishlist/change/", {"product": product.pk, "action": action}, **{**OURS, **headers}
    )
    return answer.cookies["wishes"].value if "wishes" in answer.cookies else ""


def _listed(client: Client) -> list[str]:
    html = client.get("/wishlist/").content.decode()
    return re.findall(r'product-card__name">\s*<a[^>]*>([^<]+)</a>', html)


def test_a_guests_list_lives_in_the_browser_newest_first(client: Client) -> None:
    mug, bowl = _make("Mug", "Bowl")
    assert _wish(client, mug) == f"{mug.pk}"
    assert _wish(client, bowl) == f"{bowl.pk}.{mug.pk}"
    assert _listed(client) == ["Bowl", "Mug"]
    assert _wish(client, bowl, "remove") == f"{mug.pk}"
    assert _listed(client) == ["Mug"]
    assert not Wish.objects.exists()


def test_a_guests_wishes_join_the_account_at_sign_in_and_stay_gone_when_removed(
    client: Client, ada: User
) -> None:
    mug, bowl, lamp = _make("Mug", "Bowl", "Lamp")
    Wish.objects.create(user=ada, product=lamp, created_at=now())
    _wish(client, mug)
    _wish(client, bowl)
    client.force_login(ada)
    assert _listed(client) == ["Bowl", "Mug", "Lamp"]
    assert client.cookies["wishes"].value == f"a.{bowl.pk}.{mug.pk}.{lamp.pk}"
    elsewhere = Client()
    elsewhere.force_login(ada)
    _wish(elsewhere, bowl, "remove")
    assert _listed(client) == ["Mug", "Lamp"]
    client.logout()
    client.cookies["wishes"] = f"a.{mug.pk}"
    assert _listed(client) == []


def test_htmx_gets_the_pressed_heart(client: Client) -> None:
    (mug,) = _make("Mug")
    answer = client.post("/wishlist/change/", {"product": mug.pk}, HTTP_HX_REQUEST="true", **OURS)
    assert 'aria-pressed="true"' in answer.content.decode()
    assert 'value="remove"' in answer.content.decode()


def test_a_list_is_changed_from_our_own_pages_only(client: Client) -> None:
    (mug,) = _make("Mug")
    answer = client.post("/wishlist/change/", {"product": mug.pk}, HTTP_SEC_FETCH_SITE="cross-site")
    assert answer.status_code == 403
    for nonsense in ("", "x", "9" * 30, "-1"):
        assert client.post("/wishlist/change/", {"product": nonsense}, **OURS).status_code == 302


@pytest.mark.parametrize("count", [1, 3])
def test_what_was_looked_at_takes_one_query_and_knows_nobody(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    products = _make(*(f"Mug {number}" for number in range(count)))
    path = f"/parts/recent/?p={'.'.join(str(one.pk) for one in reversed(products))}.x.0"
    client.get(path)
    with django_assert_num_queries(1):
        answer = client.get(path)
    names = re.findall(r">(Mug \d)</a>", answer.content.decode())
    assert names == [one.name_en for one in reversed(products)]
    assert "public" in answer["Cache-Control"]
    assert client.get("/parts/recent/").status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_comparing_takes_two_queries_and_marks_what_differs(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_attribute("material", name="Material")
    make_attribute("oven", kind="boolean", name="Oven safe")
    products = _make(*(f"Mug {number}" for number in range(count)))
    for number, product in enumerate(products):
        state(product, material=f"Wood {number}", oven="yes")
    path = "/compare/?" + "&".join(f"p={product.slug}" for product in products)
    client.get(path)
    with django_assert_num_queries(2):
        html = client.get(path).content.decode()
    assert html.count("data-compared-slug") == count
    assert ('class="differs"' in html) == (count > 1)
    assert client.get("/compare/?p=nothing&p=%00").status_code == 200
    assert "Nothing to compare yet" in client.get("/compare/").content.decode()


def _ask(client: Client, sku: str, email: str = "ada@example.com") -> int:
    return client.post("/notices/", {"sku": sku, "email": email}, **OURS).status_code


def test_a_guest_proves_the_address_and_hears_once(client: Client, drain: Callable[[], int]) -> None:
    variant = make_variant(product=make_product("Mug", chinese="马克杯"), sku="MUG", available=0)
    assert 'id="notice"' in client.get(f"/p/{variant.product.slug}/").content.decode()
    assert _ask(client, "mug", "Ada@Example.com") == 200
    notice = StockNotice.objects.get()
    assert (notice.state, notice.email) == ("unproven", "ada@example.com")
    drain()
    assert f"/notices/{notice.token}/" in OutgoingEmail.objects.get().text
    set_availability({variant.pk: 3})
    assert send_notices() == 0
    set_availability({variant.pk: 0})
    assert client.get(f"/notices/{notice.token}/").status_code == 200
    assert not OutboxEvent.objects.filter(topic="catalog.variant_restocked").exists()
    set_availability({variant.pk: 3})
    assert OutboxEvent.objects.filter(topic="catalog.variant_restocked").count() == 1
    assert send_notices() == 1
    assert send_notices() == 0
    drain()
    assert OutgoingEmail.objects.count() == 2
    mail = OutgoingEmail.objects.latest("pk")
    assert mail.subject == "Back in stock: Mug"
    assert f"/p/{variant.product.slug}/?variant=MUG" in mail.text
    assert f"/notices/{notice.token}/cancel/" in mail.html


def test_who_is_signed_in_with_that_address_needs_no_proof(
    client: Client, ada: User, drain: Callable[[], int]
) -> None:
    variant = make_variant(sku="MUG", available=0)
    client.force_login(ada)
    assert _ask(client, "MUG", "ADA@example.com") == 200
    assert _ask(client, "MUG", "other@example.com") == 200
    assert dict(StockNotice.objects.values_list("email", "state")) == {
        "ada@example.com": "waiting",
        "other@example.com": "unproven",
    }
    drain()
    assert OutgoingEmail.objects.get().to == "other@example.com"
    assert variant.stock_notices.count() == 2


def test_asking_twice_is_one_wish(client: Client, drain: Callable[[], int]) -> None:
    make_variant(sku="MUG", available=0)
    assert [_ask(client, "MUG"), _ask(client, "mug")] == [200, 200]
    assert StockNotice.objects.count() == 1
    drain()
    assert OutgoingEmail.objects.count() == 1


@pytest.mark.parametrize(
    ("sku", "email", "words"),
    [
        ("IN", "ada@example.com", "It is in stock"),
        ("NONE", "ada@example.com", "no longer sold"),
        ("OUT", "ada", "valid email"),
        ("", "ada@example.com", "required"),
    ],
)
def test_what_cannot_be_waited_for_is_said_at_its_field(
    client: Client, sku: str, email: str, words: str
) -> None:
    make_variant(sku="IN")
    make_variant(sku="OUT", available=0)
    answer = client.post("/notices/", {"sku": sku, "email": email}, **OURS)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not StockNotice.objects.exists()


def test_nobody_fills_somebody_elses_mailbox(client: Client, drain: Callable[[], int]) -> None:
    for number in range(11):
        make_variant(sku=f"MUG-{number}", available=0)
        assert _ask(client, f"MUG-{number}") == (200 if number < 10 else 422)
    drain()
    assert OutgoingEmail.objects.count() == 10


def test_one_place_asks_twenty_times_an_hour(client: Client) -> None:
    make_variant(sku="MUG", available=0)
    answers = [_ask(client, "MUG", f"a{number}@example.com") for number in range(21)]
    assert answers == [200] * 20 + [422]


def test_cancelling_asks_first_and_ends_it(client: Client) -> None:
    variant = make_variant(sku="MUG", available=0)
    _ask(client, "MUG")
    notice = StockNotice.objects.get()
    path = f"/notices/{notice.token}/cancel/"
    assert client.get(path).status_code == 200
    notice.refresh_from_db()
    assert notice.state == "unproven"
    assert client.post(path).status_code == 302
    client.get(f"/notices/{notice.token}/")
    set_availability({variant.pk: 3})
    assert send_notices() == 0
    assert client.post("/notices/nonsense/cancel/").status_code == 404
    assert client.get("/notices/nonsense/").status_code == 404


def test_addresses_that_nobody_proved_are_forgotten_after_a_week(client: Client) -> None:
    make_variant(sku="MUG", available=0)
    _ask(client, "MUG")
    assert forget_unproven() == 0
    with override_now(now().replace(year=now().year + 1)):
        assert forget_unproven() == 1


def test_the_answer_does_not_tell_who_waits(client: Client, ada: User) -> None:
    make_variant(sku="MUG", available=0)
    client.force_login(ada)
    _ask(client, "MUG")
    assert StockNotice.objects.get().state == "waiting"
    given = {"sku": "MUG", "email": "ada@example.com"}
    stranger = Client().post("/notices/", given, **OURS).content.decode()
    assert "Almost done" in stranger
    assert "Done: we write once" in client.post("/notices/", given, **OURS).content.decode()


def test_signing_in_proves_what_was_asked_before(client: Client, ada: User) -> None:
    make_variant(sku="MUG", available=0)
    _ask(client, "MUG")
    client.force_login(ada)
    _ask(client, "MUG")
    assert StockNotice.objects.get().state == "waiting"


def test_a_nul_is_no_error_of_ours(client: Client) -> None:
    assert client.get("/notices/%00/").status_code == 404
    assert client.post("/notices/%00/cancel/").status_code == 404
    assert _ask(client, "\0") == 422
    assert _ask(client, "MUG", "a\0@example.com") == 422
