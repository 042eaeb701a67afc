"""When to count, and what a count leads to."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from inventory.domain.counting import CountedLine, CountLimits, is_count_due, judge_count, measure_accuracy

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("abc_class", "days", "is_due"),
    [
        ("A", 29, False),
        ("A", 30, True),
        ("B", 89, False),
        ("B", 90, True),
        ("C", 179, False),
        ("", 180, True),
    ],
)
def test_each_class_has_its_rhythm(abc_class: str, days: int, is_due: bool) -> None:
    assert is_count_due(abc_class, last_counted_at=NOW - timedelta(days=days), now=NOW) is is_due
    assert is_count_due(abc_class, last_counted_at=None, now=NOW)


@pytest.mark.parametrize(
    ("counted", "first", "cost", "status"),
    [
        (100, None, "1", "settled"),
        (99, None, "1", "recount"),
        (99, 99, "1", "settled"),
        (99, 98, "1", "approval"),
        (100, 98, "1", "settled"),
        (90, 90, "1", "settled"),
        (89, 89, "1", "approval"),
        (98, 98, "100", "settled"),
        (98, 98, "100.01", "approval"),
    ],
)
def test_what_follows_a_count(counted: int, first: int | None, cost: str, status: str) -> None:
    found = judge_count(
        expected_quantity=100,
        counted_quantity=counted,
        first_quantity=first,
        unit_cost=Decimal(cost),
        limits=CountLimits(),
    )
    assert found == status


def test_accuracy_by_line_and_by_piece() -> None:
    lines = [
        CountedLine(expected_quantity=expected, counted_quantity=counted, unit_cost=Decimal(2))
        for expected, counted in ((10, 10), (10, 8), (20, 21))
    ]
    found = measure_accuracy(lines)
    assert (found.exact_lines, found.missing_quantity, found.found_quantity) == (1, 2, 1)
    assert (found.unit_accuracy, found.net_amount) == (1 - Decimal(3) / 40, Decimal(-2))
    assert round(found.line_accuracy, 4) == Decimal("0.3333")
    assert (found.line_percent, found.unit_percent) == (Decimal("33.3"), Decimal("92.5"))
    assert measure_accuracy([]).line_accuracy == 1


def test_nothing_but_all_is_told_as_a_hundred_percent() -> None:
    lines = [CountedLine(expected_quantity=1, counted_quantity=1, unit_cost=Decimal(1))] * 2999
    wrong = CountedLine(expected_quantity=1, counted_quantity=0, unit_cost=Decimal(1))
    assert measure_accuracy([*lines, wrong]).line_percent == Decimal("99.9")
    assert measure_accuracy(lines).line_percent == Decimal("100.0")
