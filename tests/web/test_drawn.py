"""A page is drawn again when a fact on it differs, and only then."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils.translation import override

from shop.kernel.errors import DomainError
from shop.web.drawn import draw_page

pytestmark = pytest.mark.django_db


class Page:
    """A page that tells how often it was drawn."""

    def __init__(self) -> None:
        self.drawn = 0

    def get(self, path: str = "/x/", *, currency: str = "EUR", **facts: Any) -> HttpResponse:
        request = RequestFactory().get(path, headers={"Cookie": f"currency={currency}"})

        def build_rest() -> dict[str, Any]:
            self.drawn += 1
            return {"problem": DomainError(f"drawn {self.drawn}")}

        return draw_page(request, "problem.html", {"page": id(self), **facts}, build_rest=build_rest)


def test_the_same_facts_are_the_same_bytes() -> None:
    page = Page()
    first, second = page.get(price="1"), page.get(price="1")
    assert first.content == second.content
    assert b"drawn 1" in first.content
    assert page.drawn == 1


def test_what_differs_is_drawn() -> None:
    page = Page()
    for wanted in (
        {"price": "1"},
        {"price": "2"},
        {"path": "/y/"},
        {"path": "/x/?page=2"},
        {"currency": "USD"},
    ):
        page.get(**wanted)
    with override("zh-hans"):
        page.get(price="1")
    assert page.drawn == 6


def test_facts_that_cannot_be_compared_are_drawn_each_time() -> None:
    page = Page()
    assert page.get(lines=["a"]).content != page.get(lines=["a"]).content
    assert page.drawn == 2
