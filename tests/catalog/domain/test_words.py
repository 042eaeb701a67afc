from __future__ import annotations

import pytest

from catalog.domain.words import build_tsquery, index_words, list_words, make_key, pick_words


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


def test_chinese_is_indexed_in_pairs() -> None:
    assert index_words("陶瓷马克杯 Mug") == "陶瓷 瓷马 马克 克杯 杯 mug"


def test_words_split_where_the_script_changes() -> None:
    assert list_words("大号Mug, 350ml") == ["大号", "mug", "350ml"]


def test_query_wants_every_word_as_a_prefix() -> None:
    assert build_tsquery(["mug", "马克杯", "碗"]) == "mug:* & 马克:* & 克杯:* & 碗:*"
