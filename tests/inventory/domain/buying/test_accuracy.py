"""Errors by worked numbers."""

import pytest

from inventory.domain.buying.accuracy import find_bias, find_mase, find_scale, find_weighted_mase


def test_hyndman_and_athanasopoulos_by_hand() -> None:
    """Two weeks that rise by 7 from one to the other: the naive error is 7. Off by 3.5 a day is 0.5."""
    history = [float(value) for value in range(14)]
    scale = find_scale(history)
    assert scale == 7.0
    assert find_mase([10.0, 20.0], forecast=[13.5, 16.5], scale=scale) == 0.5


def test_a_flat_history_scales_nothing() -> None:
    assert find_scale([3.0] * 20) == 0.0
    assert find_mase([1.0], forecast=[2.0], scale=0.0) is None


def test_bias_tells_the_side() -> None:
    assert find_bias([10.0, 10.0], forecast=[12.0, 10.0]) == pytest.approx(0.1)
    assert find_bias([10.0, 10.0], forecast=[5.0, 5.0]) == -0.5
    assert find_bias([0.0], forecast=[2.0]) == 2.0


def test_weights_are_what_items_bring() -> None:
    assert find_weighted_mase([(0.5, 900.0), (1.5, 100.0)]) == pytest.approx(0.6)
    assert find_weighted_mase([]) is None
