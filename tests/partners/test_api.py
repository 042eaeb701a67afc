"""What every API answer has in common."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from shop.kernel.clock import now
from shop.partners.models import ApiKey
from shop.partners.services.keys import create_key, find_key, revoke_key

pytestmark = pytest.mark.django_db
ENDPOINTS = "/api/v1/webhooks/"


def call(client: Client, key: str, method: str = "get", path: str = ENDPOINTS, **kwargs: object) -> object:
    return getattr(client, method)(path, headers={"Authorization": f"Bearer {key}"}, **kwargs)


@pytest.fixture
def key() -> str:
    return create_key("partner", scopes=["webhooks:manage", "orders:read"])[1]


def test_only_a_digest_is_kept(key: str) -> None:
    row = ApiKey.objects.get()
    assert key not in (row.digest, row.prefix)
    assert find_key(key) == row


def test_refusals_are_problems(client: Client, key: str) -> None:
    anonymous = client.get(ENDPOINTS)
    assert (anonymous.status_code, anonymous["Content-Type"]) == (401, "application/problem+json")
    assert anonymous["WWW-Authenticate"] == "Bearer"
    assert anonymous.json()["code"] == "not_authenticated"
    assert call(client, "wrong").status_code == 401  # type: ignore[attr-defined]
    assert client.get(ENDPOINTS, headers={"Authorization": "Basic abc"}).status_code == 401
    assert client.get(f"{ENDPOINTS}?key={key}").status_code == 401
    other = create_key("other", scopes=["orders:read"])[1]
    assert call(client, other).status_code == 403  # type: ignore[attr-defined]


@pytest.mark.parametrize("header", ["Token {key}", "{key}", "Bearer", "Basic abc"])
def test_a_key_that_is_sent_in_another_way_is_told_the_right_one(
    client: Client, key: str, header: str
) -> None:
    sentence = "Send the key in this header: Authorization: Bearer <key>."
    answer = client.get(ENDPOINTS, headers={"Authorization": header.format(key=key)})
    assert (answer.status_code, answer.json()["detail"]) == (401, sentence)
    assert client.get(ENDPOINTS).json()["detail"] == sentence


def test_a_key_without_the_scope_is_told_which_one(client: Client) -> None:
    answer = call(client, create_key("other", scopes=["orders:read"])[1])
    assert answer.json()["code"] == "permission_denied"  # type: ignore[attr-defined]
    assert answer.json()["detail"] == "This key does not have the scope webhooks:manage."  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("body", "field", "code", "message"),
    [
        ({"currency": "GBP"}, "currency", "invalid_choice", "Choose one of EUR, USD, CNY."),
        ({"currency": 1}, "currency", "invalid_type", "Send a text, in quotation marks."),
        (
            {"lines": [{"sku": "A", "quantity": "1"}]},
            "lines.0.quantity",
            "invalid_type",
            "Send a whole number, without quotation marks.",
        ),
        (
            {"shipping_method": ["standard"]},
            "shipping_method",
            "invalid_type",
            "Send a text, in quotation marks.",
        ),
    ],
)
def test_a_wrong_value_is_told_what_is_right(
    client: Client, body: object, field: str, code: str, message: str
) -> None:
    answer = client.post("/api/v1/carts/", body, content_type="application/json")
    assert (answer.status_code, answer.json()["errors"]) == (
        400,
        [{"field": field, "code": code, "message": message}],
    )


def test_a_wrong_topic_is_told_all_topics(client: Client, key: str) -> None:
    body = {"url": "https://partner.example/hook", "topics": ["orders.paid"]}
    answer = call(client, key, "post", data=body, content_type="application/json")
    [error] = answer.json()["errors"]  # type: ignore[attr-defined]
    assert error["field"] == "topics.0"
    assert error["message"].startswith("Choose one of ")
    assert " order.paid" in error["message"]


def test_a_body_that_is_no_json_is_told_the_header(client: Client) -> None:
    answer = client.post("/api/v1/carts/", "currency=EUR", content_type="application/x-www-form-urlencoded")
    sentence = "Send the body as JSON, with the header Content-Type: application/json."
    assert (answer.status_code, answer.json()["detail"]) == (415, sentence)


def test_revoked_and_expired_keys_are_dead(client: Client, key: str) -> None:
    assert call(client, key).status_code == 200  # type: ignore[attr-defined]
    revoke_key(ApiKey.objects.get().pk)
    assert call(client, key).status_code == 401  # type: ignore[attr-defined]
    _row, old = create_key(
        "old", scopes=["webhooks:manage", "orders:read"], expires_at=now() - timedelta(seconds=1)
    )
    assert call(client, old).status_code == 401  # type: ignore[attr-defined]


def test_lists_have_one_envelope_and_limits_are_told(client: Client, key: str) -> None:
    response = call(client, key)
    assert response.json() == {"results": [], "next": None, "previous": None}  # type: ignore[attr-defined]
    assert response["RateLimit-Limit"] == "100000"  # type: ignore[index]
    assert int(response["RateLimit-Remaining"]) < 100000  # type: ignore[index]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("{", 400, "parse_error"),
        ('{"url": NaN}', 400, "parse_error"),
        ('{"url": "a\\u0000b", "topics": []}', 400, "parse_error"),
        ("[" * 50 + "]" * 50, 400, "parse_error"),
        ('{"url": "https://partner.example/", "topics": ["order.placed"], "extra": 1}', 400, "invalid"),
        ('{"url": "https://partner.example/", "topics": ["nope"]}', 400, "invalid"),
        ('{"url": "http://10.0.0.1/", "topics": ["order.placed"]}', 400, "invalid"),
    ],
)
def test_bad_bodies_are_explained(client: Client, key: str, body: str, status: int, code: str) -> None:
    response = call(client, key, "post", data=body, content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (status, code)  # type: ignore[attr-defined]


def test_unknown_fields_are_named(client: Client, key: str) -> None:
    body = {"url": "https://partner.example/", "topics": ["order.placed"], "extra": 1}
    response = call(client, key, "post", data=body, content_type="application/json")
    assert response.json()["errors"] == [  # type: ignore[attr-defined]
        {"field": "extra", "code": "unknown_field", "message": "There is no such field."}
    ]


def test_forms_are_not_taken(client: Client, key: str) -> None:
    assert call(client, key, "post", data={"url": "x"}).status_code == 415  # type: ignore[attr-defined]


def test_a_secret_is_told_once(client: Client, key: str) -> None:
    body = {"url": "https://partner.example/", "topics": ["order.placed"]}
    created = call(client, key, "post", data=body, content_type="application/json")
    assert created.status_code == 201  # type: ignore[attr-defined]
    assert created.json()["secret"].startswith("whsec_")  # type: ignore[attr-defined]
    listed = call(client, key).json()["results"]  # type: ignore[attr-defined]
    assert listed[0]["url"] == "https://partner.example/"
    assert "secret" not in listed[0]


def test_another_partners_endpoint_is_not_there(client: Client, key: str) -> None:
    body = {"url": "https://partner.example/", "topics": ["order.placed"]}
    created = call(client, key, "post", data=body, content_type="application/json").json()  # type: ignore[attr-defined]
    other = create_key("other", scopes=["webhooks:manage", "orders:read"])[1]
    path = f"{ENDPOINTS}{created['id']}/"
    assert call(client, other, "delete", path).status_code == 404  # type: ignore[attr-defined]
    assert call(client, key, "delete", path).status_code == 204  # type: ignore[attr-defined]


def test_odd_pages_and_cursors_are_400(client: Client, key: str) -> None:
    for query in (
        "page_size=0",
        "page_size=101",
        "page_size=x",
        "page_size=999999999999",
        "cursor=abc",
        "cursor=cD1hYmM%3D",
    ):
        assert call(client, key, path=f"{ENDPOINTS}?{query}").status_code == 400, query  # type: ignore[attr-defined]


def test_another_lists_way_of_paging_is_told_not_passed_over(client: Client, key: str) -> None:
    by_number = call(client, key, path=f"{ENDPOINTS}?page=2")
    message = "There is no such parameter. Known here: cursor, page_size."
    assert by_number.status_code == 400  # type: ignore[attr-defined]
    assert by_number.json()["errors"] == [  # type: ignore[attr-defined]
        {"field": "page", "code": "unknown_parameter", "message": message}
    ]


def test_the_command_prints_a_working_key(client: Client) -> None:
    out = StringIO()
    call_command("create_api_key", "cli", "--scopes", "webhooks:manage, orders:read", stdout=out)
    assert find_key(out.getvalue().strip()) == ApiKey.objects.get(name="cli")
    with pytest.raises(CommandError, match="Unknown scopes"):
        call_command("create_api_key", "bad", "--scopes", "everything")
    with pytest.raises(CommandError, match="already"):
        call_command("create_api_key", "cli")


def test_the_description_is_31_and_the_page_lists_it(client: Client) -> None:
    schema = client.get("/api/v1/schema/").json()
    assert schema["openapi"].startswith("3.1")
    page = client.get("/api/v1/")
    assert page.status_code == 200
    assert "/api/v1/webhooks/" in page.content.decode()
