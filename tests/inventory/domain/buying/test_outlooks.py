"""How candidates are judged and combined."""

import pytest

from inventory.domain.buying.outlooks import (
    Window,
    build_outlook,
    choose_models,
    combine,
    find_band,
    forecast_plainly,
    forecast_weekdays,
    has_enough_history,
    is_busy,
    list_honest_errors,
    list_windows,
    measure_deviation,
    score_candidates,
)


def test_windows_end_with_the_history() -> None:
    history = [float(value) for value in range(100)]
    windows = list_windows(history, horizon_days=28)
    assert [(len(window.known), window.actual[0], len(window.actual)) for window in windows] == [
        (44, 44.0, 28),
        (72, 72.0, 28),
    ]


def test_four_weeks_and_four_sales_are_the_least() -> None:
    assert has_enough_history([1.0] * 4 + [0.0] * 24)
    assert not has_enough_history([1.0] * 27)
    assert not has_enough_history([1.0] * 3 + [0.0] * 60)


def test_a_quarter_of_the_days_is_busy() -> None:
    assert is_busy([1.0, 0.0, 0.0, 0.0])
    assert not is_busy([1.0, 0.0, 0.0, 0.0, 0.0])


def test_weekdays_are_trusted_as_far_as_sales_bear_them() -> None:
    """Eight weeks of 7 on one day a week: 8 sales of 28, so 2/7 of the shape and 5/7 of the level 1."""
    history = [0.0, 0.0, 7.0, 0.0, 0.0, 0.0, 0.0] * 8
    trust = 8 / 28
    assert forecast_weekdays(history, 8) == pytest.approx(
        [1 - trust, 1 - trust, 1 + 6 * trust, 1 - trust, 1 - trust, 1 - trust, 1 - trust, 1 - trust]
    )
    assert forecast_weekdays([0.0] * 28, 2) == [0.0, 0.0]


def test_even_weeks_are_learned_whole() -> None:
    week = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]
    assert forecast_weekdays(week * 8, 7) == pytest.approx(week)


def test_bias_costs_beside_the_error() -> None:
    """Both are off by 2 a day; the one that errs to one side gets half of its bias on top."""
    windows = [Window(known=[1.0], actual=[4.0, 4.0])]
    scores = score_candidates(windows, forecasts={"swings": [[2.0, 6.0]], "low": [[2.0, 2.0]]})
    assert scores == {"swings": 2.0, "low": 3.0}


def test_the_best_three_are_combined_by_their_median() -> None:
    assert choose_models({"a": 3.0, "b": 1.0, "c": 2.0, "d": 9.0}) == ("b", "c", "a")
    assert combine([[1.0, -5.0], [2.0, -6.0], [90.0, -7.0]]) == (2.0, 0.0)


def test_errors_that_run_through_the_week_weigh_more() -> None:
    """±1 in turn cancel out over a week but for one; seven times 1 do not: sqrt(49 / 7) = 2.65."""
    assert measure_deviation([[1.0, -1.0] * 7]) == 1.0
    assert measure_deviation([[1.0] * 14]) == pytest.approx(7 / 7**0.5)


def test_the_band_holds_the_middle_four_fifths() -> None:
    errors = [[float(value) for value in range(-50, 51)]]
    # Of 101 errors the 10th from either end: (101 + 1) · 0.1 = 10.2.
    assert find_band(errors) == (-41.0, 41.0)
    assert find_band([[float(value) for value in range(7)]]) == (0.0, 6.0)
    assert find_band([]) == (0.0, 0.0)


def test_no_window_judges_the_models_that_were_chosen_by_it() -> None:
    """Four models of three, each right in one window only: the window's own winner is not on its team."""
    windows = [Window(known=[], actual=[0.0]) for _ in range(2)]
    forecasts = {"a": [[0.0], [9.0]], "b": [[4.0], [1.0]], "c": [[5.0], [2.0]], "d": [[6.0], [3.0]]}
    # Chosen by the second window: b, c, d with the median 5; by the first: a, b, c with the median 2.
    assert list_honest_errors(windows, forecasts=forecasts) == [[-5.0], [-2.0]]


def test_an_outlook_tells_its_error_beside_the_naive_one() -> None:
    history = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0] * 8 + [2.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]
    outlook = forecast_plainly(history)
    assert len(outlook.daily) == 28
    assert outlook.mase is not None
    assert outlook.naive_mase is not None
    assert all(
        low <= value <= high
        for low, value, high in zip(outlook.low, outlook.daily, outlook.high, strict=True)
    )
    assert set(outlook.scores) == {"seasonal_naive", "moving_average", "weekdays"}


def test_a_short_history_has_a_short_window() -> None:
    assert len(forecast_plainly([1.0] * 28).daily) == 28
    assert len(forecast_plainly([1.0] * 29).daily) == 28


def test_a_flat_history_has_no_scaled_error() -> None:
    windows = [Window(known=[1.0] * 28, actual=[1.0])]
    made = {"seasonal_naive": [[1.0]]}
    outlook = build_outlook([1.0] * 29, windows=windows, forecasts=made, ahead={"seasonal_naive": [1.0]})
    assert (outlook.mase, outlook.naive_mase, outlook.bias, outlook.scores) == (None, None, 0.0, {})
