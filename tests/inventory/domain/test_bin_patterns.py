"""Codes of many bins from the first and the last."""

import pytest

from inventory.domain.bin_patterns import PatternRefused, plan_bins


@pytest.mark.parametrize(
    ("pattern", "codes"),
    [
        ("A-01..A-03", ["A-01", "A-02", "A-03"]),
        ("A-01-1..A-02-2", ["A-01-1", "A-01-2", "A-02-1", "A-02-2"]),
        ("A9..A11", ["A9", "A10", "A11"]),
        ("A-1..C-1", ["A-1", "B-1", "C-1"]),
        ("A-01 .. A-02, B-07", ["A-01", "A-02", "B-07"]),
    ],
)
def test_a_pattern_counts_through_what_differs(pattern: str, codes: list[str]) -> None:
    assert [row.code for row in plan_bins(pattern)] == codes


def test_the_last_of_two_numbers_is_the_height() -> None:
    rows = plan_bins("A-01-1..A-02-2, B-01..B-02")
    assert [(row.place, row.level) for row in rows] == [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (3, 0)]


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        " , ",
        "A-01..A-02..A-03",
        "A-01...A-03",
        "A-01..B01",
        "A-03..A-01",
        "A-01..A-9999",
        "A-1..A-99999999999999999999",
        "AA-1..AC-1",
        "a-1..C-1",
        "A-01..A-02, A-02",
        "-1..-2",
        "Ä-1..Ä-2",
        "A-00000000000000000000001..A-00000000000000000000002",
        "A-01-01-01..A-20-20-20",
    ],
)
def test_what_names_no_bins_or_too_many_is_refused(pattern: str) -> None:
    with pytest.raises(PatternRefused) as refused:
        plan_bins(pattern)
    assert (refused.value.field, bool(str(refused.value.message))) == ("pattern", True)
