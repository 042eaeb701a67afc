"""How good a forecast was: beside a naive one, and to which side it errs."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

SEASON_DAYS = 7


@dataclass(frozen=True, kw_only=True)
class Accuracy:
    """One forecast against what came: below 1 the error is smaller than that of last week's same day."""

    mase: float
    bias: float


def find_scale(history: Sequence[float], *, season_days: int = SEASON_DAYS) -> float:
    """Mean absolute difference between a day and the same weekday a week before; 0 for a flat or short history.

    The scale of MASE: Hyndman and Koehler, "Another look at measures of forecast accuracy", Int. J. of Forecasting
    22(4), 2006, in the seasonal form.
    """
    pairs = zip(history[season_days:], history, strict=False)
    errors = [abs(later - earlier) for later, earlier in pairs]
    return fmean(errors) if errors else 0.0


def find_mase(actual: Sequence[float], *, forecast: Sequence[float], scale: float) -> float | None:
    """Mean absolute scaled error; None when the history is flat, for then nothing can be scaled by it."""
    if scale <= 0 or not actual:
        return None
    return fmean(abs(a - f) for a, f in zip(actual, forecast, strict=True)) / scale


def find_bias(actual: Sequence[float], *, forecast: Sequence[float]) -> float:
    """(Forecast - actual) / actual over the whole time: 0.1 means a tenth too much; without any sale, the forecast."""
    sold = sum(actual)
    difference = sum(forecast) - sold
    return difference / sold if sold else difference


def find_weighted_mase(pairs: Sequence[tuple[float, float]]) -> float | None:
    """The mean of (mase, weight) pairs, weighted by what each item brings.

    Source: Makridakis et al., the M5 accuracy competition, Int. J. of Forecasting 38(4), 2022 (weights by value).
    """
    whole = sum(weight for _, weight in pairs)
    return sum(mase * weight for mase, weight in pairs) / whole if whole else None
