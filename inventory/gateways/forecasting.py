"""Forecast models of statsforecast behind one function; loaded when first used, for it takes seconds."""

import warnings
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from inventory.domain.buying.outlooks import (
    NAIVE,
    Forecaster,
    Outlook,
    build_outlook,
    forecast_weekdays,
    is_busy,
    list_windows,
)

HORIZON_DAYS = 28
SEASON = 7
MONTH = 28
SMOOTHING = 0.1
_FAILURES = (ValueError, ZeroDivisionError, FloatingPointError, IndexError, RuntimeError)
"""What the models raise on histories that are too short or too flat for them."""


@lru_cache(maxsize=1)
def _load_models() -> tuple[dict[str, Any], dict[str, Any]]:
    """Cheap candidates for everything, costly ones for what sells often."""
    from statsforecast import models

    cheap = {
        NAIVE: models.SeasonalNaive(SEASON),
        "seasonal_smoothing": models.SeasonalExponentialSmoothingOptimized(SEASON),
        "seasonal_average": models.SeasonalWindowAverage(SEASON, 4),
        "moving_average": models.WindowAverage(MONTH),
        "average": models.HistoricAverage(),
        "smoothing": models.SimpleExponentialSmoothingOptimized(),
        "croston_sba": models.CrostonSBA(),
        "tsb": models.TSB(SMOOTHING, SMOOTHING),
        "adida": models.ADIDA(),
        "imapa": models.IMAPA(),
    }
    return cheap, {"theta": models.Theta(SEASON), "ets": models.AutoETS(SEASON, model="ZNZ")}


def _wrap(model: Any) -> Forecaster:
    import numpy as np

    def run(history: Sequence[float], days: int) -> list[float]:
        made = model.forecast(y=np.asarray(history, dtype=np.float64), h=days)["mean"]
        if not np.isfinite(made).all():
            raise ValueError("the model gave no number")
        return [float(value) for value in made]

    return run


@lru_cache(maxsize=2)
def list_forecasters(*, is_costly: bool) -> Mapping[str, Forecaster]:
    """The candidates by name; with `is_costly` those too that take milliseconds."""
    cheap, costly = _load_models()
    chosen = cheap | costly if is_costly else cheap
    return {"weekdays": forecast_weekdays} | {name: _wrap(model) for name, model in chosen.items()}


def forecast_item(history: Sequence[float], *, horizon_days: int = HORIZON_DAYS) -> Outlook:
    """The outlook of one article: candidates cross-validated over up to three windows, the best three combined.

    Deterministic. The history has at least four weeks (`has_enough_history`); a short one is judged by its last week.
    """
    windows = list_windows(history, horizon_days=horizon_days)
    candidates = list_forecasters(is_costly=is_busy(history))
    with warnings.catch_warnings():
        # Flat stretches make the models divide by zero; what comes out is checked instead.
        warnings.simplefilter("ignore")
        forecasts = {
            name: made
            for name, run in candidates.items()
            if (made := _try(run, [(window.known, len(window.actual)) for window in windows])) is not None
        }
        ahead = {
            name: made[0]
            for name in forecasts
            if (made := _try(candidates[name], [(history, horizon_days)])) is not None
        }
    return build_outlook(
        history,
        windows=windows,
        forecasts={name: forecasts[name] for name in ahead},
        ahead=ahead,
    )


def _try(run: Forecaster, tasks: Sequence[tuple[Sequence[float], int]]) -> list[Sequence[float]] | None:
    """A forecast for each task, or None for a model that this history is too short or too flat for."""
    try:
        return [run(known, days) for known, days in tasks]
    except _FAILURES:
        return None
