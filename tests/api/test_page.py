"""The browsable page: every call with its words, parameters, curl and examples, in both languages, without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest
from django.test import Client
from django.utils.html import escape
from pytest_django import DjangoAssertNumQueries

from catalog.queries.categories import get_category_tree
from shop.partners.api import words
from shop.partners.api.docs import list_groups
from shop.partners.api.schema import WORDS
from shop.partners.domain.scopes import SCOPES, TOPICS

pytestmark = pytest.mark.django_db
OPERATIONS = [operation for group in list_groups() for operation in group.operations]


def test_every_call_is_there_once_with_an_anchor(client: Client) -> None:
    page = client.get("/api/v1/").content.decode()
    anchors = re.findall(r' id="([^"]+)"', page)
    assert len(anchors) == len(set(anchors))
    assert len(OPERATIONS) == 59
    for operation in OPERATIONS:
        assert operation.id in anchors
        assert f'href="#{operation.id}"' in page
    for word in (*SCOPES, *TOPICS, "tok_success", "tok_timeout", "Idempotency-Key"):
        assert word in page
    assert "<script>" not in page
    assert " style=" not in page


def test_a_call_shows_how_to_make_it() -> None:
    (checkout,) = [operation for operation in OPERATIONS if operation.id == "cart_checkout"]
    assert checkout.curl == (
        'curl -X POST "http://testserver/api/v1/carts/$CART/checkout/" \\\n'
        '  -H "Idempotency-Key: $(date +%s%N)" \\\n'
        '  -H "Content-Type: application/json" \\\n'
        '  -d \'{"expected_total": {"amount": "19.90", "currency": "EUR"}, "payment_method": "sandbox", '
        '"shown_offers": "eyJjdXJyZW5jeSI6…"}\''
    )
    assert [answer.status for answer in checkout.answers] == ["201"]
    assert [answer.status for answer in checkout.problems] == ["400", "404", "409", "422"]


def test_the_page_reads_nothing_of_its_own(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    get_category_tree()
    list_groups()
    with django_assert_num_queries(0):
        assert client.get("/api/v1/").status_code == 200


def draw(texts: Iterable[str]) -> set[str]:
    return {re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text)) for text in texts}


def test_every_word_of_a_call_is_collected_for_translation() -> None:
    said = {operation.summary for operation in OPERATIONS}
    for operation in OPERATIONS:
        said |= {each["description"] for each in (*operation.parameters, *operation.fields)}
        said |= {problem.text for problem in operation.problems}
    collected = (*words.CALLS, *words.PARAMETERS, *words.FIELDS, *words.CONFLICTS)
    assert said - draw(WORDS.values()) - {""} == draw(collected)


def test_the_page_speaks_the_language_of_its_address(client: Client) -> None:
    english, chinese = client.get("/api/v1/"), client.get("/zh-hans/api/v1/")
    for page, language, word in ((english, "en", "Start here"), (chinese, "zh-hans", "快速开始")):
        assert page["Content-Language"] == language
        text = page.content.decode()
        assert word in text
        assert 'href="/zh-hans/api/v1/"' in text
        assert 'href="/api/v1/"' in text
        assert "/api/v1/products/{slug}/" in text
    assert list_groups("zh-hans") is list_groups("zh-hans")
    assert [each.id for group in list_groups("zh-hans") for each in group.operations] == [
        each.id for each in OPERATIONS
    ]


def test_who_prefers_chinese_is_shown_the_chinese_page_once(client: Client) -> None:
    arriving = client.get("/api/v1/", headers={"Accept-Language": "zh-CN"})
    assert (arriving.status_code, arriving["Location"]) == (302, "/zh-hans/api/v1/")
    referrer = "http://testserver/zh-hans/api/v1/"
    back = client.get("/api/v1/", headers={"Accept-Language": "zh-CN", "Referer": referrer})
    assert (back.status_code, back["Content-Language"]) == (200, "en")
