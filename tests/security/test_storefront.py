"""Every address of the storefront under attack: hostile texts, forms of other sites, shared caches (S10, S18-S22, S26, S33)."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit

import pytest
from django.http import HttpResponseBase
from django.test import Client

from orders.models import Order
from shop.accounts.services.users import create_verified_user
from tests.factories.buying import make_supplier
from tests.factories.catalog import make_product
from tests.factories.groups import open_paid_group
from tests.factories.orders import make_article, make_ready_cart
from tests.security.payloads import FOREIGN, HOSTILE, SCRIPT, TEXTS
from tests.security.sinks import Route, list_names, list_store_routes

pytestmark = pytest.mark.django_db

ROUTES = list_store_routes()
TEXT_ROUTES = [
    route for route in ROUTES if any(kind in {"str", "path"} for kind, _ in route.list_arguments())
]
OURS = {"Sec-Fetch-Site": "same-origin"}
PUBLIC = {
    "category", "product", "home", "brands", "brand", "collections", "collection", "compare", "recent",
    "together", "for_you", "search", "suggest", "delivery", "document", "robots", "sitemap", "sitemap_pages",
    "sitemap_products", "feed",
}  # fmt: skip
# Forms of cached pages, proven by the browser's own headers; and programs, which sign what they send.
WITHOUT_TOKEN = {
    "add_to_cart",
    "start_group",
    "change_wish",
    "ask_notice",
    "note_search",
    "choose_currency",
    "analytics_beacon",
}
SIGNED = {"callback"}


@pytest.fixture
def values() -> dict[str, str]:
    """What fills the addresses: one of everything that has a page."""
    mug = make_article("MUG", stock=50, product=make_product("Mug", slug="mug"))
    group, (order,) = open_paid_group(mug)
    supplier = make_supplier(is_vendor_managed=True)
    return {
        "slug": "mug",
        "number": order.number,
        "carrier": "sandbox",
        "provider": "sandbox",
        "group": group.token,
        "supplier": supplier.portal_token,
        "cart": make_ready_cart((mug, 1)).token,
        "key": order.token,
    }


def name_of(route: Route) -> str:
    return str(route.pattern.name)


def fill(route: Route, values: dict[str, str]) -> str:
    """The address of something that is there, with the key to it."""
    kind = route.path.partition("/")[0]
    token = {"groups": values["group"], "supplier": values["supplier"]}.get(kind, "x")
    url = route.fill({**values, "token": token})
    return f"{url}?token={values['key']}" if kind in {"orders", "pay"} else url


def check(answer: HttpResponseBase, where: str) -> None:
    """Answered, not broken; no foreign word became script, header or address."""
    assert answer.status_code < 500, where
    target = urlsplit(answer.headers.get("Location", ""))
    assert target.netloc in {"", "testserver"}, where
    assert "evil" not in answer.cookies, where
    if not answer.streaming:
        assert SCRIPT.encode() not in answer.content, where  # type: ignore[attr-defined]  # all but streams have it


@pytest.mark.parametrize("kind", TEXTS)
def test_hostile_fields_break_no_page(values: dict[str, str], kind: str) -> None:
    given = dict.fromkeys(list_names(), HOSTILE[kind])
    del given["token"]
    client = Client()
    client.cookies["cart"] = values["cart"]
    total = Order.objects.get().total_amount
    for route in ROUTES:
        url = fill(route, values)
        query = f"{url}{'&' if '?' in url else '?'}{urlencode(given)}"
        check(client.get(query, headers=OURS), query[:80])
        check(client.post(url, given, headers={**OURS, "HX-Request": "true"}), url)
    assert Order.objects.get().total_amount == total


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_addresses_are_not_found(client: Client, values: dict[str, str], kind: str) -> None:
    text = HOSTILE[kind][:600]
    for route in TEXT_ROUTES:
        address = route.fill({name: text for own, name in route.list_arguments() if own in {"str", "path"}})
        check(client.get(address), address[:80])


def test_no_form_of_another_site_is_taken(values: dict[str, str]) -> None:
    """The token is looked at before the view, so whatever the view is, the answer is 403."""
    client = Client(enforce_csrf_checks=True)
    strange: tuple[dict[str, str], ...] = ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"})
    for route in ROUTES:
        url, name = fill(route, values), name_of(route)
        for headers in strange:
            status = client.post(url, {}, headers=headers).status_code
            assert status == (400 if name in SIGNED else 403), (name, headers)
        is_taken = client.post(url, {}, headers=OURS).status_code != 403
        assert is_taken is (name in WITHOUT_TOKEN | SIGNED), name


def list_callers(values: dict[str, str]) -> Iterator[tuple[str, Client]]:
    """Who asks for the same page: a stranger, a guest with a cart, and an operator with an account."""
    yield "a stranger", Client()
    guest = Client(headers={"Accept-Language": "zh-CN"})
    guest.cookies["cart"], guest.cookies["wishes"] = values["cart"], "g:1"
    yield "a guest", guest
    user = Client()
    own = create_verified_user(
        "ada-canary@example.com", password="linen-4-two", is_staff=True, roles=["owner"]
    )
    user.force_login(own, backend="allauth.account.auth_backends.AuthenticationBackend")
    yield "an operator", user


def test_only_pages_that_know_nobody_may_be_shared(values: dict[str, str]) -> None:
    """What a cache may keep is the same for everybody, and says so; all else is never stored."""
    callers, shared = list(list_callers(values)), set()
    for route in ROUTES:
        url, name, bodies = fill(route, values), name_of(route), set()
        for who, client in callers:
            answer = client.get(url, headers={"Referer": "http://testserver/"})
            control = answer.headers["Cache-Control"]
            if control.startswith("public"):
                assert not answer.cookies, (name, who)
                bodies.add(b"".join(answer))
                shared.add(name)
            else:
                assert {part.strip() for part in control.split(",")} & {"private", "no-store"}, (
                    name,
                    control,
                )
        assert len(bodies) <= 1, name
        assert not any(b"canary" in body for body in bodies), name
    assert shared <= PUBLIC


def test_every_answer_carries_its_guards(client: Client, values: dict[str, str]) -> None:
    for route in ROUTES:
        name = name_of(route)
        answer = client.get(fill(route, values))
        assert answer["X-Content-Type-Options"] == "nosniff", name
        assert "unsafe" not in answer.get("Content-Security-Policy", "") or name == "document"
        if answer.get("Content-Type", "").startswith("text/html") and answer.status_code != 302:
            assert "script-src 'self'" in answer["Content-Security-Policy"], name
            assert answer["X-Frame-Options"] == "DENY", name
            assert answer["Cross-Origin-Opener-Policy"] == "same-origin", name
            assert answer["Referrer-Policy"] in {"strict-origin-when-cross-origin", "same-origin"}, name


@pytest.mark.parametrize(
    "path", ["/", "/p/mug/", "/cart/", "/checkout/", "/api/v1/products/", "/account/login/"]
)
def test_no_header_of_a_stranger_changes_a_page(client: Client, path: str) -> None:
    make_article("MUG", stock=50, product=make_product("Mug", slug="mug"))
    for header in (
        "X-Forwarded-Host",
        "X-Original-URL",
        "X-Rewrite-URL",
        "Forwarded",
        "X-HTTP-Method-Override",
    ):
        answer = client.get(path, headers={header: f"evil.example{FOREIGN}"})
        assert b"evil" not in answer.content, header
        assert "evil" not in str(answer.headers), header
