from __future__ import annotations

import pytest

from catalog.domain.words import make_key, pick_words


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Color", "color"),
        ("  Extra Large  ", "extra-large"),
        ("Café / Crème", "café-crème"),
        ("陶瓷 马克杯", "陶瓷-马克杯"),
        ("Ｆｕｌｌ", "full"),
        ("!!!", ""),
    ],
)
def test_key_is_words_joined_by_hyphens(text: str, key: str) -> None:
    assert make_key(text) == key


def test_key_is_cut_without_a_hanging_hyphen() -> None:
    assert make_key("abc def", length=4) == "abc"


@pytest.mark.parametrize(("language", "expected"), [("en", "Cup"), ("zh-hans", "杯子"), ("fr", "Cup")])
def test_words_are_picked_by_language(language: str, expected: str) -> None:
    assert pick_words("Cup", "杯子", language) == expected


def test_missing_words_come_from_the_other_language() -> None:
    assert pick_words("Cup", None, "zh-hans") == "Cup"
    assert pick_words("", "杯子", "en") == "杯子"
