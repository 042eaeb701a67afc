"""ABC and XYZ by worked numbers."""

import pytest

from inventory.domain.buying.classes import AbcRule, ArticleFigures, classify_abc, classify_xyz


def make_figures(
    key: int, *, stock: float = 0, sales: float = 0, profit: float = 0, cost: float = 0
) -> ArticleFigures:
    return ArticleFigures(
        key=(key, 1), stock_value=stock, sales_value=sales, profit_value=profit, cost_of_goods=cost
    )


def classify(rows: list[ArticleFigures], rule: AbcRule) -> str:
    classes = classify_abc(rows, rule=rule)
    return "".join(classes[row.key] for row in rows)


def test_heizer_and_render_silicon_chips() -> None:
    """Heizer, Render and Munson, ch. 12, example 1: ten chips by yearly value; two are A (72 %), three B (23 %), five C."""
    values = [90_000, 77_000, 26_350, 15_001, 12_500, 8_502, 1_200, 850, 504, 150]
    rows = [make_figures(key, stock=value, sales=value) for key, value in enumerate(values)]
    classes = classify_abc(rows, rule=AbcRule.VALUE_AND_SALES, a_share=0.71, b_share=0.95)
    assert "".join(classes[row.key] for row in rows) == "AABBBCCCCC"


def test_the_largest_is_always_a_and_what_brings_nothing_is_c() -> None:
    rows = [make_figures(1, sales=97, profit=97), make_figures(2, sales=3, profit=3), make_figures(3)]
    assert classify(rows, AbcRule.SALES_AND_PROFIT) == "ACC"


def test_the_rule_that_is_chosen_counts() -> None:
    """The first lies there and hardly sells, the second sells at a loss, the third turns fast."""
    rows = [
        make_figures(1, stock=900, sales=10, profit=1, cost=9),
        make_figures(2, stock=50, sales=800, profit=-50, cost=850),
        make_figures(3, stock=50, sales=190, profit=99, cost=91),
    ]
    assert classify(rows, AbcRule.VALUE_AND_SALES) == "AAB"
    assert classify(rows, AbcRule.VALUE_AND_TURNOVER) == "AAB"
    assert classify(rows, AbcRule.SALES_AND_PROFIT) == "CAA"


def test_turnover_is_cost_of_goods_by_stock() -> None:
    assert make_figures(1, stock=50, cost=200).turnover == 4.0
    assert make_figures(1, stock=0, cost=200).turnover == 200.0


@pytest.mark.parametrize(
    ("variation", "name"), [(0.0, "X"), (0.5, "X"), (0.51, "Y"), (1.0, "Y"), (1.01, "Z"), (None, "Z")]
)
def test_even_sales_are_x(variation: float | None, name: str) -> None:
    assert classify_xyz(variation) == name
