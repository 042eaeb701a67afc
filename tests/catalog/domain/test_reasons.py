from __future__ import annotations

import copy
import json
import string

import pytest
from django.utils import translation

from catalog.domain.cells import parse_amount
from catalog.domain.errors import PriceInvalid
from catalog.domain.reasons import WORDS, Reason, read_reason


def test_a_reason_is_kept_by_code_and_comes_back() -> None:
    inner = Reason("price_unreadable", text="free")
    reason = Reason("compare_at_left_out", reason=inner)
    kept = json.loads(json.dumps(reason.to_json()))
    assert kept == {
        "code": "compare_at_left_out",
        "facts": {"reason": {"code": "price_unreadable", "facts": {"text": "free"}}},
    }
    assert read_reason(kept) == reason == "compare-at price left out: “free” is not a price"
    assert read_reason(kept).to_json() == kept
    assert copy.deepcopy({reason: 1}) == {reason: 1}
    assert next(iter(copy.deepcopy([reason]))).code == "compare_at_left_out"


def test_it_is_said_in_the_language_of_the_reader() -> None:
    reason = Reason("stock_homeless", code="RTM")
    with translation.override("zh-hans"):
        # The inner reason of a chain is said too: nothing of it is English that has Chinese words.
        told = Reason("picture_left_out", name="a.png", reason=Reason("text_long", count=5)).say()
        assert told.endswith(Reason("text_long", count=5).say())
    with translation.override("en"):
        assert reason.say() == str(reason)


@pytest.mark.parametrize("kept", ["it has no price", "100 % wool is no choice", ""])
def test_what_was_kept_as_words_stays(kept: str) -> None:
    assert read_reason(kept).say() == kept


def test_a_code_that_is_not_known_any_more_is_shown() -> None:
    assert read_reason({"code": "of_tomorrow", "facts": {"row": 1}}).say() == "of_tomorrow"


def test_words_of_the_file_are_never_taken_for_places() -> None:
    with pytest.raises(PriceInvalid) as error:
        parse_amount("%(unit)s 5%", "EUR")
    assert str(error.value.reason) == "“%(unit)s5%” is not a price"


@pytest.mark.parametrize("code", WORDS)
def test_every_text_can_be_filled(code: str) -> None:
    class Facts(dict[str, str]):
        def __missing__(self, key: str) -> str:
            return key

    assert WORDS[code] % Facts()
    assert set(code) <= set(string.ascii_lowercase + "_")
