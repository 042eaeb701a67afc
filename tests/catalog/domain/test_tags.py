from __future__ import annotations

import pytest

from catalog.domain.tags import is_public_tag, tidy_tag, tidy_tags


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("  Gift   Idea ", "gift idea"),
        ("GIFT", "gift"),
        ("ＧＩＦＴ", "gift"),
        ("Straße", "strasse"),
        ("礼物", "礼物"),
        ("", ""),
    ],
)
def test_a_tag_has_one_spelling(text: str, tag: str) -> None:
    assert tidy_tag(text) == tag
    assert tidy_tag(tidy_tag(text)) == tag


def test_tags_are_told_once_and_in_order() -> None:
    assert tidy_tags(["Warm, tall;warm", "礼物、茶", ""]) == (["tall", "warm", "礼物", "茶"], [])


def test_what_does_not_fit_is_told() -> None:
    long = "x" * 61
    many = [f"t{number:02}" for number in range(51)]
    assert tidy_tags([long, "a"]) == (["a"], [long])
    assert tidy_tags(many) == (many[:50], ["t50"])


@pytest.mark.parametrize(
    ("tag", "is_public"),
    [
        ("gift idea", True),
        ("送礼", True),
        ("2026", True),
        ("50%", True),
        ("_check", False),
        ("season:2026", False),
        ("a/b", False),
        ("a\\b", False),
        ("..", False),
        ("#x", False),
        ("", False),
    ],
)
def test_tags_with_signs_are_our_own(tag: str, *, is_public: bool) -> None:
    assert is_public_tag(tag) is is_public
