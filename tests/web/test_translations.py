"""The shop's own translations: every text has one, and it says with the same placeholders what the source says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.utils import translation

from orders.models import Order
from shop.web.management.message_catalogue import (
    extract_texts,
    find_po_file,
    list_locales,
    list_problems,
    read_catalogue,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel.messages.catalog import Message

LOCALE = "zh_Hans"
TAG = re.compile(r"<[^>]*>")


def list_translated(locale: str) -> Iterator[tuple[Message, list[str]]]:
    """Yield each message that has a text, with the forms of its translation."""
    for message in read_catalogue(find_po_file(locale)):
        if message.id:
            forms = message.string if isinstance(message.string, (list, tuple)) else [message.string]
            yield message, [str(form) for form in forms]


def get_source(message: Message) -> str:
    """Return the English text; of a plural the last form, which carries every placeholder."""
    return str(message.id[-1] if isinstance(message.id, (list, tuple)) else message.id)


def test_simplified_chinese_is_the_language_to_translate() -> None:
    assert list_locales() == [LOCALE]


def test_every_text_is_translated_with_its_placeholders_and_none_is_left_over() -> None:
    problems = list_problems(LOCALE, extract_texts(Path(settings.BASE_DIR)))

    assert [(problem.kind, problem.text) for problem in problems] == []


def test_chinese_knows_one_plural_form() -> None:
    catalogue = read_catalogue(find_po_file(LOCALE))

    assert (catalogue.num_plurals, catalogue.plural_expr) == (1, "0")
    assert {len(forms) for _message, forms in list_translated(LOCALE)} == {1}


def test_per_cent_signs_agree_so_that_no_formatting_fails() -> None:
    """Where the source is formatted, a bare per cent sign in its translation would raise before the shopper."""
    differing = [
        get_source(message)
        for message, forms in list_translated(LOCALE)
        if any(form.count("%") != get_source(message).count("%") for form in forms)
    ]

    assert differing == []


def test_tags_agree() -> None:
    differing = [
        get_source(message)
        for message, forms in list_translated(LOCALE)
        if any(TAG.findall(form) != TAG.findall(get_source(message)) for form in forms)
    ]

    assert differing == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [("Add to cart", "加入购物车"), ("Place order and pay", "提交订单并支付"), ("Sold out", "已售罄")],
)
def test_what_is_compiled_is_what_shoppers_read(source: str, expected: str) -> None:
    with translation.override("zh-hans"):
        assert translation.gettext(source) == expected


def test_numbers_stand_in_their_sentence() -> None:
    with translation.override("zh-hans"):
        sentence = translation.ngettext("Only %(count)d left", "Only %(count)d left", 3) % {"count": 3}

    assert sentence == "仅剩3件"


def test_what_nobody_named_follows_the_language() -> None:
    options = Order._meta
    status = options.get_field("payment_status")

    with translation.override("zh-hans"):
        assert (str(status.verbose_name), str(options.verbose_name_plural)) == ("付款状态", "订单")
    assert (str(status.verbose_name), str(options.verbose_name_plural)) == ("payment status", "orders")
