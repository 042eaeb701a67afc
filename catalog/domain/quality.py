"""What a good listing is: a score of 0 to 100 with the reasons for every point that is missing."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

HIGHEST = 100


class IssueCode(StrEnum):
    """What may be wrong with a listing."""

    TITLE_SHORT = "title_short"
    TITLE_LONG = "title_long"
    TRANSLATION_MISSING = "translation_missing"
    TRANSLATION_SHORT = "translation_short"
    TRANSLATION_LONG = "translation_long"
    IMAGE_MISSING = "image_missing"
    IMAGE_SMALL = "image_small"
    ALT_MISSING = "alt_missing"
    TYPE_MISSING = "type_missing"
    ATTRIBUTES_MISSING = "attributes_missing"
    DESCRIPTION_MISSING = "description_missing"
    DESCRIPTION_SHORT = "description_short"
    CATEGORY_MISSING = "category_missing"
    POLICY_MISSING = "policy_missing"


# The parts add up to 100: title 20, picture 25, attributes 20, description 15, category 10, policy 10.
POINTS: dict[IssueCode, int] = {
    IssueCode.TITLE_SHORT: 15,
    IssueCode.TITLE_LONG: 15,
    IssueCode.TRANSLATION_MISSING: 5,
    IssueCode.TRANSLATION_SHORT: 5,
    IssueCode.TRANSLATION_LONG: 5,
    IssueCode.IMAGE_MISSING: 25,
    IssueCode.IMAGE_SMALL: 15,
    IssueCode.ALT_MISSING: 5,
    IssueCode.TYPE_MISSING: 10,
    IssueCode.ATTRIBUTES_MISSING: 20,
    IssueCode.DESCRIPTION_MISSING: 15,
    IssueCode.DESCRIPTION_SHORT: 8,
    IssueCode.CATEGORY_MISSING: 10,
    IssueCode.POLICY_MISSING: 10,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class QualityPolicy:
    """The measures of a shop."""

    lowest_score: int = 0
    shortest_title: int = 30
    longest_title: int = 60
    least_image_pixels: int = 800
    shortest_description: int = 80


@dataclass(frozen=True, kw_only=True, slots=True)
class ListingFacts:
    """What is judged; `image_size` is None without a picture, `missing` are the names of unanswered attributes."""

    title: str
    title_zh_hans: str = ""
    image_size: tuple[int, int] | None = None
    has_alt: bool = False
    has_type: bool = False
    required_count: int = 0
    missing: tuple[str, ...] = ()
    description_length: int = 0
    has_category: bool = False
    has_policy: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Issue:
    """One thing to mend, the points it costs, and the numbers that explain it."""

    code: IssueCode
    points: int
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class QualityReport:
    """The judgement of a listing."""

    score: int
    issues: tuple[Issue, ...] = ()


def measure_title(text: str) -> int:
    """Return the length of a title as it is read: a Chinese character counts two, a combining mark nothing.

    Width by Unicode's East Asian Width (UAX #11): wide and full-width characters take two columns.
    """
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in unicodedata.normalize("NFC", " ".join(text.split()))
        if unicodedata.category(letter) not in {"Cf", "Cc"}
    )


def judge_listing(facts: ListingFacts, policy: QualityPolicy) -> QualityReport:
    """Return the score and what to mend, the dearest first."""
    issues = [
        *_judge_titles(facts, policy),
        *_judge_image(facts, policy),
        *_judge_attributes(facts),
        *_judge_rest(facts, policy),
    ]
    issues.sort(key=lambda issue: -issue.points)
    return QualityReport(score=HIGHEST - sum(issue.points for issue in issues), issues=tuple(issues))


def _judge_titles(facts: ListingFacts, policy: QualityPolicy) -> list[Issue]:
    found = _judge_length(facts.title, policy, IssueCode.TITLE_SHORT, IssueCode.TITLE_LONG)
    if not facts.title_zh_hans.strip():
        # A shop that writes its titles in Chinese only needs no second one.
        is_chinese = measure_title(facts.title) > len(facts.title)
        return found if is_chinese else [*found, _cost(IssueCode.TRANSLATION_MISSING)]
    return found + _judge_length(
        facts.title_zh_hans, policy, IssueCode.TRANSLATION_SHORT, IssueCode.TRANSLATION_LONG
    )


def _judge_length(title: str, policy: QualityPolicy, short: IssueCode, long: IssueCode) -> list[Issue]:
    length = measure_title(title)
    if length < policy.shortest_title:
        return [_cost(short, length=length, wanted=policy.shortest_title)]
    if length > policy.longest_title:
        return [_cost(long, length=length, wanted=policy.longest_title)]
    return []


def _judge_image(facts: ListingFacts, policy: QualityPolicy) -> list[Issue]:
    if facts.image_size is None:
        return [_cost(IssueCode.IMAGE_MISSING, wanted=policy.least_image_pixels)]
    width, height = facts.image_size
    found = []
    if min(width, height) < policy.least_image_pixels:
        found.append(
            _cost(IssueCode.IMAGE_SMALL, width=width, height=height, wanted=policy.least_image_pixels)
        )
    return found if facts.has_alt else [*found, _cost(IssueCode.ALT_MISSING)]


def _judge_attributes(facts: ListingFacts) -> list[Issue]:
    if not facts.has_type:
        return [_cost(IssueCode.TYPE_MISSING)]
    if not facts.missing:
        return []
    # A part of the points for each one; at least one point for one of many.
    whole = POINTS[IssueCode.ATTRIBUTES_MISSING]
    points = max(1, round(whole * len(facts.missing) / max(facts.required_count, len(facts.missing))))
    return [Issue(code=IssueCode.ATTRIBUTES_MISSING, points=points, facts={"names": list(facts.missing)})]


def _judge_rest(facts: ListingFacts, policy: QualityPolicy) -> list[Issue]:
    found = []
    if not facts.description_length:
        found.append(_cost(IssueCode.DESCRIPTION_MISSING))
    elif facts.description_length < policy.shortest_description:
        found.append(
            _cost(
                IssueCode.DESCRIPTION_SHORT,
                length=facts.description_length,
                wanted=policy.shortest_description,
            )
        )
    if not facts.has_category:
        found.append(_cost(IssueCode.CATEGORY_MISSING))
    if not facts.has_policy:
        found.append(_cost(IssueCode.POLICY_MISSING))
    return found


def _cost(code: IssueCode, **facts: Any) -> Issue:
    return Issue(code=code, points=POINTS[code], facts=facts)
