"""Who may call what: every route and method with no key, a wrong one, a dead one, one without and one with the scope."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from shop.kernel.clock import now
from shop.partners.api.docs import load_schema
from shop.partners.domain.scopes import SCOPES
from shop.partners.models import ApiKey
from shop.partners.services.keys import create_key, revoke_key
from tests.api.caller import Caller

pytestmark = pytest.mark.django_db
ALL_METHODS = ("get", "post", "put", "patch", "delete", "options", "trace")


def list_calls() -> Iterator[tuple[str, str, str]]:
    """Method, address and scope ("" for public calls) of each operation that the description knows."""
    for path, operations in load_schema()["paths"].items():
        for method, operation in operations.items():
            address = path
            for parameter in operation["parameters"]:
                value = "1" if parameter["schema"].get("type") == "integer" else "nothing"
                address = address.replace(f"{{{parameter['name']}}}", value)
            yield method, address, operation.get("x-scope", "")


CALLS = list(list_calls())
PRIVATE = [call for call in CALLS if call[2]]
PUBLIC = [call for call in CALLS if not call[2]]


def call(key: str, method: str, path: str) -> int:
    body = {} if method in ("post", "put", "patch") else None
    return int(Caller(key).send(method, path, body).status_code)


def make_key(*scopes: str) -> str:
    return create_key(f"key {ApiKey.objects.count()}", scopes=scopes)[1]


def test_the_matrix_knows_all_routes() -> None:
    assert (len(PRIVATE), len(PUBLIC)) == (42, 17)
    assert {scope for _method, _path, scope in PRIVATE} == set(SCOPES)


@pytest.mark.parametrize(("method", "path", "scope"), PRIVATE)
def test_a_private_call_wants_a_living_key_with_its_scope(method: str, path: str, scope: str) -> None:
    others = sorted(set(SCOPES) - {scope})
    revoked, expired = make_key(*SCOPES), make_key(*SCOPES)
    revoke_key(ApiKey.objects.get(name="key 0").pk)
    ApiKey.objects.filter(name="key 1").update(expires_at=now() - timedelta(seconds=1))
    for key in ("", "shop_wrong", revoked, expired):
        assert call(key, method, path) == 401, key
    assert call(make_key(), method, path) == 403
    assert call(make_key(*others), method, path) == 403
    assert call(make_key(scope), method, path) in (200, 400, 404, 409)


@pytest.mark.parametrize(("method", "path", "scope"), PUBLIC)
def test_a_public_call_takes_no_key_but_no_wrong_one(method: str, path: str, scope: str) -> None:
    assert call("", method, path) in (200, 201, 400, 404)
    assert call(make_key(), method, path) in (200, 201, 400, 404)
    assert call("shop_wrong", method, path) == 401


@pytest.mark.parametrize(("method", "path", "scope"), CALLS)
def test_a_key_in_the_address_is_refused(method: str, path: str, scope: str) -> None:
    key = make_key(*SCOPES)
    for name in ("key", "api_key", "apikey", "access_token", "Authorization"):
        assert call("", method, f"{path}?{name}={key}") == 401
        assert call(key, method, f"{path}?{name}={key}") == 401


@pytest.mark.parametrize("path", sorted({path for _method, path, _scope in CALLS}))
def test_other_methods_are_refused_and_the_right_ones_named(path: str) -> None:
    known = {method for method, address, _scope in CALLS if address == path}
    for method in ALL_METHODS:
        if method in known:
            continue
        response = Caller(make_key(*SCOPES)).send(method, path)
        assert response.status_code == 405, method
        named = {name.strip().lower() for name in response["Allow"].split(",")} - {"head"}
        assert named == known


@pytest.mark.parametrize(
    "header", ["Basic abc", "Bearer", "Bearer ", "Token x", "bearer wrong", "Bearer a b"]
)
def test_odd_authorization_headers_are_refused(header: str) -> None:
    response = Caller().send("get", "products/", Authorization=header)
    assert (response.status_code, response["WWW-Authenticate"]) == (401, "Bearer")


def test_a_session_of_the_back_office_opens_nothing(admin_client: object) -> None:
    response = admin_client.get("/api/v1/orders/")  # type: ignore[attr-defined]
    assert response.status_code == 401
