from __future__ import annotations

import pytest

from catalog.domain.search.vectors import build_vector
from catalog.domain.search.words import fold_words, list_lexemes, list_parts, split_runs, stem_word


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("mugs", "mug"),
        ("glasses", "glass"),
        ("dishes", "dish"),
        ("boxes", "box"),
        ("candies", "candy"),
        ("children's", "children"),
        ("glass", "glass"),
        ("canvas", "canvas"),
        ("octopus", "octopus"),
        ("gas", "gas"),
        ("杯子", "杯子"),
        ("350ml", "350ml"),
    ],
)
def test_plurals_and_singulars_meet(word: str, stem: str) -> None:
    assert stem_word(word) == stem


def test_width_case_and_accents_do_not_matter() -> None:
    assert fold_words("  ＣＡＦÉ   Crème’s ") == "cafe creme's"


def test_scripts_are_split() -> None:
    assert split_runs("大号Mug, 350ml") == ["大号", "mug", "350ml"]


def test_chinese_is_held_by_words_the_words_in_them_and_characters_at_their_places() -> None:
    assert list(list_lexemes("陶瓷马克杯 Mugs")) == [
        ("陶", 1),
        ("瓷", 2),
        ("马", 3),
        ("克", 4),
        ("杯", 5),
        ("陶瓷", 1),
        ("马克", 3),
        ("马克杯", 3),
        ("mug", 6),
    ]


def test_parts_cover_every_character() -> None:
    assert list_parts("咖啡杯") == ["咖啡", "杯"]
    assert list_parts("克杯") == ["克", "杯"]


def test_a_vector_quotes_weighs_and_keeps_fields_apart() -> None:
    vector = build_vector([("A", "Clay mug"), ("D", "mug")], codes=["A'b-1"], tier=2)
    assert vector == "'clay':1A 'mug':2A,8D 'a''b-1':13B '~2'"
