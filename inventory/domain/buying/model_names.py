"""What people call the forecast models, which are kept by their code."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MODEL_NAMES: Final[dict[str, str | Promise]] = {
    "seasonal_naive": _("last week again"),
    "seasonal_smoothing": _("smoothed weekdays"),
    "seasonal_average": _("four weeks by weekday"),
    "weekdays": _("share of each weekday"),
    "moving_average": _("average of four weeks"),
    "average": _("average of all days"),
    "smoothing": _("smoothed level"),
    "croston_sba": "Croston (SBA)",
    "tsb": "TSB",
    "adida": "ADIDA",
    "imapa": "IMAPA",
    "theta": "Theta",
    "ets": "ETS",
}


def name_model(code: str) -> str:
    """One model in words; a code that nobody named is itself."""
    return str(MODEL_NAMES.get(code, code))


def name_models(codes: str) -> str:
    """A team of models, kept as `a+b`."""
    return ", ".join(name_model(code) for code in codes.split("+") if code)
