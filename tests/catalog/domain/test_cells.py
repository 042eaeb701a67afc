from __future__ import annotations

from decimal import Decimal

import pytest

from catalog.domain.cells import clean_html, clean_text, is_barcode, parse_amount, parse_count, parse_grams
from catalog.domain.errors import PriceInvalid


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("19.9", "EUR", "19.90"),
        ("1,299.00", "EUR", "1299.00"),
        ("12,50", "EUR", "12.50"),
        (" 50 ", "EUR", "50.00"),
        ("500", "JPY", "500"),
        ("0", "EUR", "0.00"),
    ],
)
def test_amounts_are_read(text: str, currency: str, amount: str) -> None:
    assert parse_amount(text, currency) == Decimal(amount)


@pytest.mark.parametrize(
    ("text", "currency", "reason"),
    [
        ("", "EUR", "it has no price"),
        ("-1", "EUR", "the price -1 is below zero"),
        ("free", "EUR", "“free” is not a price"),
        ("NaN", "EUR", "“NaN” is not a price"),
        ("1.999", "EUR", "EUR has no fraction smaller than 0.01: 1.999"),
        ("99999999999", "EUR", "the price 99999999999 is too high"),
    ],
)
def test_what_is_no_amount_is_refused_in_plain_words(text: str, currency: str, reason: str) -> None:
    with pytest.raises(PriceInvalid) as refused:
        parse_amount(text, currency)
    assert str(refused.value.message) == reason


@pytest.mark.parametrize("digits", ["4006381333931", "96385074", "036000291452", "10012345678902"])
def test_right_check_digits(digits: str) -> None:
    assert is_barcode(digits)


@pytest.mark.parametrize("digits", ["4006381333932", "9638507", "", "40063813339３1", "abcdefgh"])
def test_wrong_check_digits(digits: str) -> None:
    assert not is_barcode(digits)


def test_grams_by_unit() -> None:
    assert parse_grams("1.5", "kg") == 1500
    assert parse_grams("", "kg") == 0
    assert parse_grams("heavy", "kg") is None
    assert parse_grams("-1", "g") is None


def test_counts_are_whole_numbers() -> None:
    assert parse_count("12.0") == 12
    assert parse_count("1.5") is None
    assert parse_count("many") is None


def test_html_keeps_harmless_tags_only() -> None:
    dirty = '<p onclick="x()">Hi <script>alert(1)</script><a href="javascript:x">a</a><b>b</b></p>'
    assert clean_html(dirty) == '<p>Hi <a rel="nofollow noopener">a</a><b>b</b></p>'


def test_plain_text_becomes_paragraphs() -> None:
    assert clean_html("One & two\n\nThree") == "<p>One &amp; two</p><p>Three</p>"


def test_cleaning_twice_changes_nothing() -> None:
    once = clean_html('Fish & chips <3\n\n"quoted"')
    assert clean_html(once) == once


def test_control_characters_are_taken_out() -> None:
    assert clean_text(" a\x00b\x07 ") == "ab"
