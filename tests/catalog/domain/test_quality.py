from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from catalog.domain.quality import (
    POINTS,
    IssueCode,
    ListingFacts,
    QualityPolicy,
    judge_listing,
    measure_title,
)

POLICY = QualityPolicy()
GOOD = ListingFacts(
    title="Harbour Stoneware Mug with Bare Foot, 320 ml",
    title_zh_hans="港湾粗陶马克杯 露胎底 三百二十毫升大容量",
    image_size=(1200, 800),
    has_alt=True,
    has_type=True,
    required_count=3,
    description_length=80,
    has_category=True,
    has_policy=True,
)


def _judge(**changes: Any) -> tuple[int, list[str]]:
    report = judge_listing(dataclasses.replace(GOOD, **changes), POLICY)
    return report.score, [issue.code.value for issue in report.issues]


def test_a_good_listing_has_all_points() -> None:
    assert _judge() == (100, [])


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("Mug", 3),
        ("马克杯", 6),
        ("马克杯 320ml", 12),
        ("ＡＢ", 4),
        ("cafe\u0301", 4),
        ("  two   words ", 9),
        ("a\u200bb", 2),
        ("", 0),
    ],
)
def test_a_chinese_character_counts_two(text: str, length: int) -> None:
    assert measure_title(text) == length


@pytest.mark.parametrize(
    ("changes", "score", "codes"),
    [
        ({"title": "x" * 29}, 85, ["title_short"]),
        ({"title": "x" * 30}, 100, []),
        ({"title": "x" * 60}, 100, []),
        ({"title": "x" * 61}, 85, ["title_long"]),
        ({"title": "杯" * 15, "title_zh_hans": ""}, 100, []),
        ({"title_zh_hans": ""}, 95, ["translation_missing"]),
        ({"title_zh_hans": "杯" * 14}, 95, ["translation_short"]),
        ({"title_zh_hans": "杯" * 31}, 95, ["translation_long"]),
        ({"image_size": None}, 75, ["image_missing"]),
        ({"image_size": (800, 799)}, 85, ["image_small"]),
        ({"image_size": (799, 2000), "has_alt": False}, 80, ["image_small", "alt_missing"]),
        ({"has_type": False}, 90, ["type_missing"]),
        ({"missing": ("material",)}, 93, ["attributes_missing"]),
        ({"missing": ("a", "b", "c")}, 80, ["attributes_missing"]),
        ({"description_length": 0}, 85, ["description_missing"]),
        ({"description_length": 79}, 92, ["description_short"]),
        ({"has_category": False}, 90, ["category_missing"]),
        ({"has_policy": False}, 90, ["policy_missing"]),
    ],
)
def test_each_reason_costs_its_points(changes: dict[str, Any], score: int, codes: list[str]) -> None:
    assert _judge(**changes) == (score, codes)


def test_the_worst_listing_has_no_points_left_but_those_of_unknown_attributes() -> None:
    worst = judge_listing(ListingFacts(title="Mug"), POLICY)
    assert worst.score == 10
    assert [issue.points for issue in worst.issues] == [25, 15, 15, 10, 10, 10, 5]


def test_a_type_whose_attributes_are_all_missing_leaves_nothing() -> None:
    facts = ListingFacts(title="Mug", has_type=True, required_count=2, missing=("a", "b"))
    assert judge_listing(facts, POLICY).score == 0


def test_every_reason_has_points() -> None:
    assert set(POINTS) == set(IssueCode)
