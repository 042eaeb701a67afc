"""An answer is written again when a fact in it differs, and only then."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils.translation import override
from rest_framework.request import Request

from catalog.models import Listing, Price, Product
from catalog.services.listings import refresh_listings
from shop.partners.api.drawn import draw_answer
from tests.factories.catalog import make_variant


class Answers:
    """Answers that tell how often they were written."""

    def __init__(self) -> None:
        self.written = 0

    def get(self, path: str = "/api/v1/x/", *, host: str = "testserver", price: str = "1") -> HttpResponse:
        def build() -> dict[str, Any]:
            self.written += 1
            return {"price": price, "written": self.written}

        request = Request(RequestFactory().get(path, headers={"Host": host}))
        return draw_answer(request, (id(self), price), build=build)


def test_the_same_facts_are_the_same_bytes() -> None:
    answers = Answers()
    first, second = answers.get(), answers.get()
    assert first.content == second.content == b'{"price":"1","written":1}'
    assert second["Content-Type"] == "application/json"


def test_what_differs_is_written() -> None:
    answers = Answers()
    answers.get()
    answers.get(price="2")
    answers.get("/api/v1/x/?page=2")
    answers.get(host="127.0.0.1")
    with override("zh-hans"):
        answers.get()
    assert answers.written == 5


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/v1/products/", "/api/v1/products/{slug}/"])
def test_a_change_is_told_at_once(client: Client, path: str) -> None:
    variant = make_variant(available=5)
    address = path.format(slug=variant.product.slug)

    def read() -> dict[str, Any]:
        body = client.get(address).json()
        return body["results"][0] if "results" in body else body

    before = read()
    assert (before["name"], before["in_stock"]) == (variant.product.name, True)
    Price.objects.filter(variant=variant).update(amount=Decimal("77.70"))
    Product.objects.filter(pk=variant.product_id).update(name_en="Another name")
    refresh_listings([variant.product_id])
    assert (read()["name"], read()["price"]["amount"]) == ("Another name", "77.70")
    type(variant).objects.filter(pk=variant.pk).update(available_quantity=0)
    Listing.objects.update(in_stock=False)
    assert read()["in_stock"] is False
