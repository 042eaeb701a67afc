"""What a forecast says of one article, and how candidates are judged by their own past."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import floor, sqrt
from statistics import fmean, median

from inventory.domain.buying.accuracy import find_scale
from inventory.domain.buying.demand import WEEK, list_weeks

Forecaster = Callable[[Sequence[float], int], Sequence[float]]
"""(history, days ahead) to one value a day."""

NAIVE = "seasonal_naive"
TEAM = 3
BIAS_WEIGHT = 0.5
TAIL = 0.1
LEAST_SALE_DAYS, LEAST_DAYS = 4, 28
BUSY_SHARE = 0.25
PROFILE_WEEKS = 8
PROFILE_SALES = 28


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """Units a day with the band in which 80 % of the cross-validation's errors lay; errors beside the naive one."""

    model: str
    daily: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    deviation: float
    mase: float | None
    naive_mase: float | None
    bias: float | None
    scores: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Window:
    """One piece of the past to forecast from what lies before it."""

    known: Sequence[float]
    actual: Sequence[float]


def has_enough_history(history: Sequence[float]) -> bool:
    """Four weeks and four days with sales are the least to learn from; else the category speaks."""
    return len(history) >= LEAST_DAYS and sum(value > 0 for value in history) >= LEAST_SALE_DAYS


def is_busy(history: Sequence[float]) -> bool:
    """Sold on a quarter of the days or more: trend and season can be seen, costly models are worth their time."""
    return sum(value > 0 for value in history) >= BUSY_SHARE * len(history)


def list_windows(history: Sequence[float], *, horizon_days: int, most: int = 3) -> list[Window]:
    """The last pieces of the history, the newest last, each with at least four weeks before it.

    A history that is too short for one of them gives its last week.
    """
    windows = []
    for back in range(most, 0, -1):
        cut = len(history) - horizon_days * back
        if cut >= LEAST_DAYS:
            windows.append(Window(known=history[:cut], actual=history[cut : cut + horizon_days]))
    if not windows and len(history) > WEEK:
        windows.append(Window(known=history[:-WEEK], actual=history[-WEEK:]))
    return windows


def forecast_weekdays(history: Sequence[float], days: int) -> list[float]:
    """The mean of the last eight weeks, bent by weekday as far as the sales bear it (28 sales bear it wholly)."""
    recent = list(history[-PROFILE_WEEKS * WEEK :])
    level = fmean(recent)
    if level <= 0:
        return [0.0] * days
    trust = min(1.0, sum(value > 0 for value in history) / PROFILE_SALES)
    profile = [fmean(recent[-WEEK + place :: -WEEK] or [level]) for place in range(WEEK)]
    shape = [trust * value / level + (1 - trust) for value in profile]
    return [level * shape[number % WEEK] for number in range(days)]


def forecast_plainly(history: Sequence[float], *, horizon_days: int = 28) -> Outlook:
    """The outlook from three models that need no library: last week, the last four weeks, weekdays."""

    def repeat_week(known: Sequence[float], days: int) -> list[float]:
        return [known[-WEEK + number % WEEK] for number in range(days)]

    def average(known: Sequence[float], days: int) -> list[float]:
        return [fmean(known[-LEAST_DAYS:])] * days

    candidates: dict[str, Forecaster] = {
        NAIVE: repeat_week,
        "moving_average": average,
        "weekdays": forecast_weekdays,
    }
    windows = list_windows(history, horizon_days=horizon_days, most=2)
    return build_outlook(
        history,
        windows=windows,
        forecasts={
            name: [run(window.known, len(window.actual)) for window in windows]
            for name, run in candidates.items()
        },
        ahead={name: run(history, horizon_days) for name, run in candidates.items()},
    )


def choose_models(scores: Mapping[str, float]) -> tuple[str, ...]:
    """The three candidates with the least error over the windows, the best first."""
    return tuple(sorted(scores, key=lambda name: (scores[name], name))[:TEAM])


def combine(forecasts: Sequence[Sequence[float]]) -> tuple[float, ...]:
    """Their median, day by day: no single model's slip gets through. Never below zero.

    Source: Petropoulos and Svetunkov, "A simple combination of univariate models", Int. J. of Forecasting 36(1), 2020.
    """
    return tuple(max(median(values), 0.0) for values in zip(*forecasts, strict=True))


def score_candidates(
    windows: Sequence[Window], *, forecasts: Mapping[str, Sequence[Sequence[float]]]
) -> dict[str, float]:
    """By candidate: mean absolute error of a day plus half the mean absolute bias of a window.

    The absolute error alone likes forecasts that are too low for what sells now and then; stock does not.
    """
    return {name: _score(list_errors(windows, made)) for name, made in forecasts.items()}


def _measure_error(errors: Sequence[Sequence[float]]) -> float:
    return fmean(abs(value) for window in errors for value in window)


def _score(errors: Sequence[Sequence[float]]) -> float:
    return _measure_error(errors) + BIAS_WEIGHT * fmean(abs(fmean(window)) for window in errors)


def list_errors(windows: Sequence[Window], made: Sequence[Sequence[float]]) -> list[list[float]]:
    """Actual - forecast, window by window."""
    return [
        [actual - value for actual, value in zip(window.actual, values, strict=True)]
        for window, values in zip(windows, made, strict=True)
    ]


def list_honest_errors(
    windows: Sequence[Window], *, forecasts: Mapping[str, Sequence[Sequence[float]]]
) -> list[list[float]]:
    """The errors of each window by the team that the other windows would have chosen: no window judges itself.

    A single window has no others; its own team stands in.
    """
    errors = {name: list_errors(windows, made) for name, made in forecasts.items()}
    honest: list[list[float]] = []
    for place, window in enumerate(windows):
        others = {name: _score([*rows[:place], *rows[place + 1 :]] or rows) for name, rows in errors.items()}
        made = combine([forecasts[name][place] for name in choose_models(others)])
        honest += list_errors([window], [made])
    return honest


def measure_deviation(errors: Sequence[Sequence[float]]) -> float:
    """Root mean square error of a day; errors that run through whole weeks weigh as they do over a lead time.

    The larger of the daily RMSE and the weekly RMSE / sqrt(7): the second is larger when errors do not cancel out.
    """
    flat = [error for window in errors for error in window]
    weekly = [error for window in errors for error in list_weeks(window)]
    daily_rmse = sqrt(fmean(error**2 for error in flat)) if flat else 0.0
    weekly_rmse = sqrt(fmean(error**2 for error in weekly)) if weekly else 0.0
    return max(daily_rmse, weekly_rmse / sqrt(WEEK))


def find_band(errors: Sequence[Sequence[float]]) -> tuple[float, float]:
    """What to add to a forecast for its 10 % and its 90 % bound: quantiles of errors that no forecast was chosen by.

    The rank (n + 1) * share of the finite sample is what makes the promise true for n errors and not only for endless
    ones. Source: split conformal prediction, Lei, G'Sell, Rinaldo, Tibshirani and Wasserman, "Distribution-free
    predictive inference for regression", JASA 113, 2018; windows left out in turn as in Vovk, "Cross-conformal
    predictors", Annals of Mathematics and Artificial Intelligence 74, 2015.
    """
    ranked = sorted(error for window in errors for error in window)
    if not ranked:
        return 0.0, 0.0
    place = max(floor((len(ranked) + 1) * TAIL) - 1, 0)
    return min(ranked[place], 0.0), max(ranked[-1 - place], 0.0)


def build_outlook(
    history: Sequence[float],
    *,
    windows: Sequence[Window],
    forecasts: Mapping[str, Sequence[Sequence[float]]],
    ahead: Mapping[str, Sequence[float]],
) -> Outlook:
    """The outlook of an article from its candidates' forecasts of the windows and of the days ahead."""
    scores = score_candidates(windows, forecasts=forecasts)
    team = choose_models(scores)
    made = [combine([forecasts[name][place] for name in team]) for place in range(len(windows))]
    errors = list_errors(windows, made)
    low, high = find_band(list_honest_errors(windows, forecasts=forecasts))
    daily = combine([ahead[name] for name in team])
    scale = find_scale(history)
    error = _measure_error(errors)
    sold = sum(sum(window.actual) for window in windows)
    return Outlook(
        model="+".join(team),
        daily=daily,
        low=tuple(max(value + low, 0.0) for value in daily),
        high=tuple(value + high for value in daily),
        deviation=measure_deviation(errors),
        mase=error / scale if scale else None,
        naive_mase=_measure_error(list_errors(windows, forecasts[NAIVE])) / scale
        if scale and NAIVE in forecasts
        else None,
        bias=-sum(sum(window) for window in errors) / sold if sold else None,
        scores={name: score / scale for name, score in scores.items()} if scale else {},
    )
