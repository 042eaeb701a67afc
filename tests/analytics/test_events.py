"""Events are first-party, counted once, and cannot be invented for what we know first hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from analytics.domain.kinds import EventKind
from analytics.models import DailyFigures, Event
from analytics.queries.dashboard import build_dashboard
from analytics.queries.figures import list_day_points
from analytics.services.events import record_event
from analytics.services.figures import roll_up
from orders.services.checkout import start_checkout
from shop.accounts.models import User
from shop.kernel.clock import now, override_now
from tests.factories.orders import make_article, make_ready_cart

pytestmark = pytest.mark.django_db
OURS = {"Sec-Fetch-Site": "same-origin"}


def send(client: Client, **fields: str) -> int:
    body = json.dumps({"kind": "page", "path": "/", "session": "abcdefgh-1234", **fields})
    return client.post("/e/", body, content_type="text/plain", headers=OURS).status_code


def test_a_look_is_counted(client: Client) -> None:
    assert send(client) == 204
    event = Event.objects.get()
    assert (event.kind, event.path, event.session, event.visitor) == ("page", "/", "abcdefgh-1234", "")


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "paid"},
        {"kind": "nope"},
        {"path": "https://evil.example"},
        {"session": "<script>"},
        {"session": "abcdefgh-1234\n"},
        {"path": "/\x00"},
        {"path": "/\ud800"},
    ],
)
def test_what_a_browser_cannot_know_is_refused(client: Client, fields: dict[str, str]) -> None:
    assert send(client, **fields) == 400
    assert Event.objects.count() == 0


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/supplier/s3cret-key/", "/supplier/*/"),
        ("/zh-hans/notices/s3cret-key/cancel/", "/zh-hans/notices/*/cancel/"),
        ("/preview/s3cret-key", "/preview/*"),
        ("/account/password/reset/key/1-s3cret-key/", "/account/password/reset/key/*/"),
        ("/groups/s3cret-key/join/", "/groups/*/join/"),
        ("/groups/offers/stoneware-mug/", "/groups/offers/stoneware-mug/"),
        ("/zh-hans/orders/S23456789/", "/zh-hans/orders/*/"),
        ("/pay/S23456789/status/", "/pay/*/status/"),
        ("/account/addresses/7/", "/account/addresses/*/"),
        ("/account/addresses/", "/account/addresses/"),
        ("/p/supplier/", "/p/supplier/"),
    ],
)
def test_a_key_in_an_address_is_not_kept(client: Client, path: str, kept: str) -> None:
    assert send(client, path=path) == 204
    assert Event.objects.get().path == kept


def test_the_steps_of_a_cart_are_one_session_that_does_not_open_the_cart(drain: Callable[[], int]) -> None:
    cart = make_ready_cart((make_article(), 1))
    start_checkout(cart.pk)
    drain()
    steps = Event.objects.order_by("pk")
    assert {event.kind for event in steps} == {"cart", "checkout"}
    assert len({event.session for event in steps}) == 1
    assert not any(cart.token in f"{event.session} {event.source_key}" for event in steps)


@pytest.mark.parametrize(("path", "is_measured"), [("/", True), ("/account/login/", False)])
def test_a_persons_own_pages_are_not_measured(client: Client, path: str, is_measured: bool) -> None:
    assert ("analytics/beacon" in client.get(path).content.decode()) is is_measured


def test_only_our_own_pages_may_tell(client: Client) -> None:
    assert (
        client.post(
            "/e/", "{}", content_type="text/plain", headers={"Sec-Fetch-Site": "cross-site"}
        ).status_code
        == 403
    )
    for body in ("", "[]", "{", "nul\x00l", "9" * 3000):
        assert client.post("/e/", body, content_type="text/plain", headers=OURS).status_code == 400


def test_an_event_with_a_source_is_stored_once() -> None:
    for _ in range(3):
        record_event(EventKind.ORDER, source_key="placed:S1", order_number="S1")
    assert Event.objects.count() == 1


def test_the_day_is_rolled_up_and_can_be_again(client: Client) -> None:
    send(client)
    send(client, session="another-visit")
    roll_up()
    roll_up()
    assert DailyFigures.objects.count() == 2
    assert list_day_points(days=1)[0].visits == 2
    assert list_day_points(days=1)[0].conversion == 0


def test_days_on_which_no_worker_ran_are_made_up_for(client: Client) -> None:
    start = now()
    with override_now(start):
        roll_up()
    with override_now(start + timedelta(days=1)):
        send(client)
    with override_now(start + timedelta(days=5)):
        roll_up()
        assert [point.visits for point in list_day_points(days=6)] == [0, 1, 0, 0, 0, 0]
        assert DailyFigures.objects.count() == 7


def test_the_front_page_shows_each_role_its_own(client: Client) -> None:
    owner = User.objects.create_superuser("owner@example.com", "linen-4-two")
    nobody = User.objects.create_user("nobody@example.com", "linen-4-two", is_staff=True)
    assert "figures" in build_dashboard(owner)
    assert build_dashboard(nobody) == {"chores": []}
    client.force_login(owner, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get("/admin/").content.decode()
    assert "What needs a hand today" in page
    assert "No visits and no orders yet" in page
    assert "Basket value" not in page
    send(client)
    roll_up()
    assert "Basket value" in client.get("/admin/").content.decode()


def test_beacons_of_one_address_have_a_limit(client: Client, settings: Settings) -> None:
    settings.GUEST_RATES = {"beacon": "2/h"}
    assert [send(client) for _ in range(3)] == [204, 204, 429]
    elsewhere = Client(REMOTE_ADDR="203.0.113.8")
    assert send(elsewhere) == 204
    assert Event.objects.count() == 3
