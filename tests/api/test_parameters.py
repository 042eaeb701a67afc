"""A query parameter that a call does not know is refused, by every call; those that it describes are not."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock
from typing import Any

import pytest
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from catalog.api.views import CategoryListView, ProductListView, ProductView
from shop.partners.api.docs import load_schema
from shop.partners.api.parameters import list_known
from shop.partners.domain.scopes import SCOPES
from shop.partners.services.keys import create_key
from tests.api.caller import Caller
from tests.factories.catalog import make_variant

pytestmark = pytest.mark.django_db
REFUSED = "unknown_parameter"


def list_calls() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Method, address and query parameters of each operation that the description knows."""
    for path, operations in load_schema()["paths"].items():
        for method, operation in operations.items():
            address, names = path, []
            for parameter in operation["parameters"]:
                value = "1" if parameter["schema"].get("type") == "integer" else "nothing"
                address = address.replace(f"{{{parameter['name']}}}", value)
                names += [parameter["name"]] if parameter["in"] == "query" else []
            yield method, address, tuple(names)


CALLS = list(list_calls())


@pytest.fixture
def partner() -> Caller:
    return Caller(create_key("all", scopes=list(SCOPES))[1])


def list_errors(caller: Caller, method: str, address: str) -> list[dict[str, str]]:
    body: dict[str, str] | None = {} if method in ("post", "put", "patch") else None
    answer = caller.send(method, address, body)
    is_refusal = answer.status_code == 400
    assert not is_refusal or answer["Content-Type"] == "application/problem+json"
    return list(answer.json()["errors"]) if is_refusal else []


@pytest.mark.parametrize(("method", "address", "known"), CALLS)
def test_every_call_refuses_what_it_does_not_know_and_nothing_else(
    partner: Caller, method: str, address: str, known: tuple[str, ...]
) -> None:
    told = f"There is no such parameter. Known here: {', '.join(known)}."
    message = told if known else "There is no such parameter: this call takes none in its address."
    assert list_errors(partner, method, f"{address}?colour=red") == [
        {"field": "colour", "code": REFUSED, "message": message}
    ]
    described = "&".join(f"{name}=1" for name in known)
    found = list_errors(partner, method, f"{address}?{described}")
    assert [error for error in found if error["code"] == REFUSED] == []


def test_there_is_a_call_of_each_kind() -> None:
    assert len(CALLS) == 59
    with_parameters = [names for _method, _address, names in CALLS if names]
    assert len(with_parameters) == 21
    assert ("get", "/api/v1/orders/", ("cursor", "page_size", "status")) in CALLS


def test_each_unknown_parameter_is_named_beside_the_known_ones() -> None:
    answer = Caller().get("products/?colour=red&search=mug&Currency=EUR&cursor=cD0x", 400)
    message = (
        "There is no such parameter. Known here: category, currency, ordering, page, page_size, search, tag."
    )
    assert answer["code"] == "invalid"
    assert answer["errors"] == [
        {"field": name, "code": REFUSED, "message": message} for name in ("colour", "Currency", "cursor")
    ]


@pytest.mark.parametrize(
    "query", ["colour", "colour=", "=red", "page%00=1", "page[]=1", "%ff=1", "page%20=1"]
)
def test_an_odd_name_is_an_unknown_one(query: str) -> None:
    (error,) = Caller().get(f"products/?{query}", 400)["errors"]
    assert error["code"] == REFUSED


def test_what_is_drawn_already_is_refused_too() -> None:
    slug = make_variant().product.slug
    api = Caller()
    for path in ("products/", f"products/{slug}/"):
        api.get(path)
        (error,) = api.get(f"{path}?colour=red", 400)["errors"]
        assert error["code"] == REFUSED
        api.get(f"{path}?currency=EUR")


def test_nothing_is_done_by_a_refused_call(partner: Caller) -> None:
    body = {"url": "https://partner.example/hooks", "topics": ["order.paid"]}
    partner.post("webhooks/?dry_run=1", body, 400)
    assert partner.get("webhooks/")["results"] == []


def test_who_may_not_call_is_not_told_what_is_known() -> None:
    assert Caller().get("orders/?colour=red", 401)["errors"] == []
    assert (
        Caller(create_key("other", scopes=["stock:read"])[1]).get("orders/?colour=red", 403)["errors"] == []
    )


def test_head_and_other_methods_are_answered_as_without_parameters(client: Client) -> None:
    assert client.head("/api/v1/products/?page=1").status_code == 200
    assert client.head("/api/v1/products/?colour=red").status_code == 400
    assert client.options("/api/v1/products/?colour=red").status_code == 405


def test_the_description_has_one_format_and_no_parameters(client: Client) -> None:
    answer = client.get("/api/v1/schema/?format=yaml")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    message = "There is no such parameter: this call takes none in its address."
    assert answer.json()["errors"] == [{"field": "format", "code": REFUSED, "message": message}]


def test_what_a_class_knows_is_found_out_once() -> None:
    list_known.cache_clear()
    api = Caller()
    for _time in range(3):
        api.get("products/?page=1")
    api.get("products/")
    found = list_known.cache_info()
    assert (found.misses, found.hits) == (1, 2)


def test_calls_are_described_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """drf-spectacular loads its parts when first asked; two threads at once made an error 500 of a process's first calls."""
    describing, together = Lock(), Barrier(3)
    parse = SchemaGenerator.parse

    def parse_slowly(self: SchemaGenerator, *args: Any, **options: Any) -> Any:
        assert describing.acquire(blocking=False), "two threads describe at once"
        try:
            time.sleep(0.05)
            return parse(self, *args, **options)  # type: ignore[no-untyped-call]  # drf-spectacular is untyped
        finally:
            describing.release()

    def ask(view: Any) -> Any:
        together.wait(timeout=10)
        return list_known(view)

    monkeypatch.setattr(SchemaGenerator, "parse", parse_slowly)
    list_known.cache_clear()
    with ThreadPoolExecutor(3) as threads:
        products, product, categories = threads.map(ask, [ProductListView, ProductView, CategoryListView])
    assert "category" in products["get"]
    assert (product["get"], categories["get"]) == (("currency",), ())
