"""ABC by what an article brings, XYZ by how evenly it sells."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

EVENLY, UNEVENLY = 0.5, 1.0
"""Coefficients of variation of weekly demand up to which an article is X, then Y; above it is Z."""


class AbcRule(StrEnum):
    """What the operator goes by."""

    VALUE_AND_SALES = "value_sales"
    VALUE_AND_TURNOVER = "value_turnover"
    SALES_AND_PROFIT = "sales_profit"


@dataclass(frozen=True, kw_only=True)
class ArticleFigures:
    """A year of one article in one warehouse, in one currency."""

    key: tuple[int, int]
    stock_value: float
    sales_value: float
    profit_value: float
    cost_of_goods: float

    @property
    def turnover(self) -> float:
        """Cost of goods sold / average stock value; what never lay there long counts as its cost of goods."""
        return self.cost_of_goods / self.stock_value if self.stock_value > 0 else self.cost_of_goods


_MEASURES: dict[AbcRule, tuple[Callable[[ArticleFigures], float], Callable[[ArticleFigures], float]]] = {
    AbcRule.VALUE_AND_SALES: (lambda row: row.stock_value, lambda row: row.sales_value),
    AbcRule.VALUE_AND_TURNOVER: (lambda row: row.stock_value, lambda row: row.turnover),
    AbcRule.SALES_AND_PROFIT: (lambda row: row.sales_value, lambda row: row.profit_value),
}


def classify_abc(
    rows: Sequence[ArticleFigures], *, rule: AbcRule, a_share: float = 0.8, b_share: float = 0.95
) -> dict[tuple[int, int], str]:
    """A for the articles that make up the first `a_share` of the rule's score, B up to `b_share`, C for the rest.

    The score of an article is the mean of its shares in the rule's two measures; an article belongs to the class in
    which its own contribution begins, so the largest one is always A. What brings nothing is C. Source: Pareto's rule
    as in Silver, Pyke and Thomas, section 2.6, with two criteria of equal weight (Flores and Whybark, 1986).
    """
    first, second = _MEASURES[rule]
    totals = [sum(max(measure(row), 0.0) for row in rows) for measure in (first, second)]
    scores = {row.key: (_share(first(row), totals[0]) + _share(second(row), totals[1])) / 2 for row in rows}
    classes: dict[tuple[int, int], str] = {}
    before = 0.0
    whole = sum(scores.values()) or 1.0
    for key, score in sorted(scores.items(), key=lambda pair: (-pair[1], pair[0])):
        classes[key] = _name_class(before / whole, score=score, a_share=a_share, b_share=b_share)
        before += score
    return classes


def _share(value: float, total: float) -> float:
    return max(value, 0.0) / total if total > 0 else 0.0


def _name_class(before: float, *, score: float, a_share: float, b_share: float) -> str:
    # Rounded, so that shares that add up to exactly the limit in decimals do so in binary too.
    reached = round(before, 9)
    if score <= 0 or reached >= b_share:
        return "C"
    return "A" if reached < a_share else "B"


def classify_xyz(variation: float | None) -> str:
    """X sells evenly, Y in waves, Z now and then (or never); by the coefficient of variation of its weeks.

    Source: Scholz-Reiter et al., "Integration of demand forecasts in ABC-XYZ analysis", 2012 (limits 0.5 and 1).
    """
    if variation is None or variation > UNEVENLY:
        return "Z"
    return "X" if variation <= EVENLY else "Y"
