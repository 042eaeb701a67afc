from __future__ import annotations

from decimal import Decimal

import pytest

from catalog.domain.cells import (
    clean_html,
    clean_text,
    guard_formula,
    is_barcode,
    join_parts,
    parse_amount,
    parse_count,
    parse_grams,
    split_parts,
    unguard_formula,
)
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


@pytest.mark.parametrize(
    "text",
    [
        "plain & <id>foreign</id> words",
        "<custom>only</custom>",
        "one\n\ntwo",
        "<p>a</p>\n<b>b</b>",
        "a < b",
        "",
    ],
)
def test_cleaned_twice_is_cleaned_once(text: str) -> None:
    assert clean_html(clean_html(text)) == clean_html(text)


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM",
        "\tx",
        "'=1",
        "''+2",
        "'quoted'",
        "plain",
        "",
        "'",
        "1-2",
        "''",
        "\n=1",
        "＝1+1",
        "＋1",
        "－1",
        "＠SUM",
    ],
)
def test_a_guarded_cell_comes_back_and_runs_nothing(text: str) -> None:
    guarded = guard_formula(text)
    assert unguard_formula(guarded) == text
    assert not guarded.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))


@pytest.mark.parametrize("separator", ["|", ";"])
@pytest.mark.parametrize(
    "parts", [["a", "b"], ["a|b", "c;d"], ["\\", "x\\|"], ["", ""], ["one"], ["a\\b", ";|\\;"]]
)
def test_joined_parts_come_back(parts: list[str], separator: str) -> None:
    assert split_parts(join_parts(parts, separator), separator) == parts


def test_words_written_by_hand_keep_their_backslashes() -> None:
    assert split_parts("C:\\temp|b") == ["C:\\temp", "b"]
