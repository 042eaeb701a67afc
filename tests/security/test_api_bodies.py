"""Every call of the API that takes a body: what is no JSON, and columns that nobody may set (S8, S26)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shop.partners.api.docs import load_schema
from shop.partners.domain.scopes import SCOPES
from shop.partners.services.keys import create_key
from tests.api.caller import Caller
from tests.factories.orders import make_order
from tests.security.payloads import BODIES, UNASKED

pytestmark = pytest.mark.django_db
SCHEMA = load_schema()
REFUSED = {400, 404, 409, 413, 422}


def list_writes() -> list[tuple[str, str, Any]]:
    """Method, address and an honest body of each call that takes one."""
    found = []
    for path, operations in SCHEMA["paths"].items():
        for method, operation in operations.items():
            media = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if media is None:
                continue
            address = path
            for parameter in operation["parameters"]:
                is_number = parameter["schema"].get("type") == "integer"
                address = address.replace(f"{{{parameter['name']}}}", "1" if is_number else "nothing")
            found.append((method, address, media["example"]))
    return found


WRITES = list_writes()
IDS = [f"{method} {address}" for method, address, _ in WRITES]


@pytest.fixture
def partner() -> Caller:
    return Caller(create_key("all", scopes=list(SCOPES))[1])


@pytest.mark.parametrize(("method", "path", "example"), WRITES, ids=IDS)
def test_what_is_no_honest_body_is_refused(partner: Caller, method: str, path: str, example: Any) -> None:
    for kind, body in BODIES.items():
        answer = partner.client.generic(
            method.upper(),
            path,
            body,
            content_type="application/json",
            headers={
                "Authorization": f"Bearer {partner.key}",
                "Idempotency-Key": f"key-{kind.replace(' ', '-')}",
            },
        )
        is_optional = kind == "nothing" and not answer.content.startswith(b'{"type"')
        assert answer.status_code in REFUSED or is_optional, (kind, answer.status_code, answer.content)


@pytest.mark.parametrize(("method", "path", "example"), WRITES, ids=IDS)
def test_a_column_that_was_not_asked_for_is_refused_by_name(
    partner: Caller, method: str, path: str, example: Any
) -> None:
    """In the body, and in each row of a body that has rows."""
    if "/orders/" in path:
        order = make_order()
        path = f"/api/v1/orders/{order.number}/payments/?token={order.token}"
    for body in list_spoilt(example):
        answer = partner.send(method, path, body, Idempotency_Key="key-1")
        assert answer.status_code == 400, (body, answer.content)
        named = {error["field"].rpartition(".")[2] for error in answer.json()["errors"]}
        own = set(json.dumps(example).split('"'))
        # The first thing that is wrong with a promotion's term is told, of everything else all.
        assert named & set(UNASKED) if "promotions" in path else set(UNASKED) - own <= named


def list_spoilt(example: Any) -> list[Any]:
    extra = dict.fromkeys(UNASKED, "1")
    if isinstance(example, list):
        return [[{**extra, **example[0]}]]
    rows = [
        name
        for name, value in example.items()
        if isinstance(value, list) and value and isinstance(value[0], dict)
    ]
    whole = [{**extra, **example}]
    return whole + [{**example, name: [{**extra, **example[name][0]}]} for name in rows]
