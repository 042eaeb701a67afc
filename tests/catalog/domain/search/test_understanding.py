from __future__ import annotations

import pytest

from catalog.domain.search.rules import SearchRules, build_synonyms
from catalog.domain.search.understanding import (
    KnownWord,
    Understood,
    count_edits,
    list_lookups,
    list_query_words,
    pick_correction,
    understand_term,
)


def _understand(
    term: str, vocabulary: dict[str, KnownWord] | None = None, *, synonyms: tuple[tuple[str, str], ...] = ()
) -> Understood:
    rules = SearchRules(stop_words=frozenset({"for", "the"}), synonyms=build_synonyms(synonyms))
    words, ignored = list_query_words(term, stop_words=rules.stop_words)
    return understand_term(term, words, ignored=ignored, vocabulary=vocabulary or {}, rules=rules)


EXACT = KnownWord(is_exact=True)


def test_every_known_word_is_wanted() -> None:
    assert _understand("Clay mugs", {"clay": EXACT, "mug": EXACT}).strict == "'clay' & 'mug'"


def test_stop_words_are_left_out_unless_they_are_all_there_is() -> None:
    found = _understand("mug for the desk", {"mug": EXACT, "desk": EXACT})
    assert (found.strict, found.ignored) == ("'mug' & 'desk'", ("for", "the"))
    assert _understand("the", {"the": EXACT}).strict == "'the'"


def test_the_last_word_may_be_unfinished() -> None:
    vocabulary = {"clay": EXACT, "mu": KnownWord(completions=("mug", "mustard"))}
    assert _understand("clay mu", vocabulary).strict == "'clay' & ('mu' | 'mug' | 'mustard')"


def test_a_mistyped_word_is_mended_and_the_term_with_it() -> None:
    found = _understand(
        "clay teapott", {"clay": EXACT, "teapott": KnownWord(lookalikes=("teapot", "potter"))}
    )
    assert found.strict == "'clay' & ('teapott' | 'teapot')"
    assert found.correction == "clay teapot"
    assert not found.is_hopeless


def test_an_unknown_word_leaves_the_others() -> None:
    found = _understand("clay zzzz", {"clay": EXACT})
    assert found.is_hopeless
    assert found.lenient == "'clay'"


def test_a_word_inside_others_finds_them() -> None:
    assert (
        _understand("board", {"board": KnownWord(holders=("cupboard",))}).strict == "('board' | 'cupboard')"
    )


def test_synonyms_work_both_ways_and_across_languages() -> None:
    synonyms = (("sofa, couch, 沙发", ""),)
    assert _understand("couches", {"couch": EXACT}, synonyms=synonyms).strict == "('couch' | 'sofa' | '沙发')"
    assert _understand("沙发", {"沙发": EXACT}, synonyms=synonyms).strict == "('沙发' | 'sofa' | 'couch')"


def test_a_one_way_synonym_does_not_work_backwards() -> None:
    synonyms = (("crockery", "mug, plate"),)
    assert (
        _understand("crockery", {"crockery": EXACT}, synonyms=synonyms).strict
        == "('crockery' | 'mug' | 'plate')"
    )
    assert _understand("plate", {"plate": EXACT}, synonyms=synonyms).strict == "'plate'"


def test_a_synonym_of_two_words_takes_both() -> None:
    found = _understand("oak coffee table", {}, synonyms=(("coffee table", "side table"),))
    assert found.groups[1].expression == "(('coffee' & 'table') | ('side' & 'table'))"


def test_two_words_that_are_one() -> None:
    words, _ = list_query_words("tea pots", stop_words=frozenset())
    assert list_lookups(words) == ["tea", "pot", "teapot"]
    found = _understand("tea pots", {"tea": EXACT, "pot": EXACT, "teapot": EXACT})
    assert found.strict == "(('tea' & 'pot') | 'teapot')"


def test_chinese_words_are_found_whole_or_by_their_parts_or_by_their_characters() -> None:
    assert _understand("咖啡杯", {"咖啡杯": EXACT}).strict == "('咖啡杯' | ('咖啡' & '杯'))"
    assert _understand("汝窑").strict == "('汝窑' | ('汝' <-> '窑'))"


def test_numbers_and_article_numbers_are_found_by_their_beginning() -> None:
    found = _understand("SKU-12")
    assert found.code == "'sku-12':*"
    assert found.strict == "('sku-12':* | 'sku' & '12')"


@pytest.mark.parametrize(
    ("first", "second", "edits"),
    [
        ("mug", "mug", 0),
        ("teapott", "teapot", 1),
        ("taepot", "teapot", 1),
        ("", "mug", 3),
        ("kitten", "sitting", 3),
    ],
)
def test_edits_are_counted_with_swaps(first: str, second: str, edits: int) -> None:
    assert count_edits(first, second) == edits


def test_the_nearest_and_most_frequent_word_is_meant() -> None:
    assert pick_correction("plat", ["plate", "flat", "platter"]) == "plate"
    assert pick_correction("xyz", ["plate"]) == ""


def test_quotes_and_signs_are_no_syntax() -> None:
    assert _understand("' OR 1=1 --").strict == "'or' & '1' & '1'"
    assert _understand("!!! & |").groups == ()


@pytest.mark.parametrize(
    ("term", "is_plain"),
    [
        ("mug", True),
        ("Clay Mugs", True),
        ("陶瓷 杯子", True),
        ("陶瓷杯子", True),
        ("mug mugs", False),
        ("mug for desk", False),
        ("mug!", False),
        ("mug 30", False),
        ("call 0900 mug", False),
        ("mug casino", False),
        ("mug example.com", False),
        ("m\u016bg", False),
        ("\uff4d\uff55\uff47", False),
        ("clay mug desk pan pot", False),
        ("mug 加微信", False),
        ("mu", False),
    ],
)
def test_a_term_is_plain_when_it_is_a_few_words_of_the_catalogue(term: str, *, is_plain: bool) -> None:
    known = dict.fromkeys(("mug", "clay", "desk", "pan", "pot", "陶瓷", "杯子"), EXACT)
    known["mu"] = KnownWord(completions=("mug",))
    assert _understand(term, known).is_plain is is_plain
