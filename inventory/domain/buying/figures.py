"""A suggestion's figures one by one, in the order in which a buyer would work them out, with their names."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.domain.buying.suggestions import FIGURES, SafetyMethod, Urgency

NAMES: Final[Mapping[str, Promise]] = {
    "on_hand": _("On hand"),
    "reserved": _("Reserved"),
    "blocked": _("Not for sale"),
    "incoming": _("On order or on its way"),
    "position": _("Position (on hand − reserved − not for sale + coming)"),
    "daily_demand": _("Demand a day"),
    "demand_deviation": _("Deviation of a day's demand"),
    "forecast_origin": _("Forecast from"),
    "forecast_model": _("Forecast models"),
    "mase": _("Error of the forecast (MASE)"),
    "lead_days": _("Lead time, days"),
    "lead_deviation_days": _("Deviation of the lead time, days"),
    "lead_time_origin": _("Lead time from"),
    "review_days": _("Days between two looks"),
    "abc_class": _("ABC class"),
    "xyz_class": _("XYZ class"),
    "service_level": _("Service level"),
    "method": _("Reserve by"),
    "simple_factor": _("Factor of the simple rule"),
    "safety_stock": _("Safety stock"),
    "fixed_point": _("Reorder point set by hand"),
    "reorder_point": _("Reorder point"),
    "order_cost": _("Cost of an order"),
    "holding_rate": _("Cost of keeping, a year, as a share of the price"),
    "economic_quantity": _("Order size"),
    "order_up_to": _("Order up to"),
    "raw_quantity": _("Missing up to there"),
    "minimum_quantity": _("Supplier's minimum"),
    "multiple_quantity": _("Supplier's pack"),
    "quantity": _("Quantity to order"),
    "unit_price": _("Unit price"),
    "days_left": _("Days until the shelf is empty"),
    "cover_days": _("Days that the order lasts"),
    "urgency": _("Urgency"),
}

WORDS: Final[Mapping[str, Mapping[str, Promise]]] = {
    "method": {
        SafetyMethod.STATISTICAL: _("Service level"),
        SafetyMethod.SIMPLE: _("Simple factor"),
        SafetyMethod.FIXED: _("Set by hand"),
    },
    "forecast_origin": {
        "own": _("its own sales"),
        "category": _("its category's sales"),
        "none": _("nothing yet"),
    },
    "lead_time_origin": {
        "measured": _("its deliveries"),
        "declared": _("the supplier's word"),
        "default": _("the usual one"),
    },
    "urgency": dict(Urgency.choices),
}


def list_figures(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Name and value of each figure that the suggestion kept, in the active language; a dash where there was none."""
    return [(str(label), _say(name, facts[name])) for name, label in NAMES.items() if name in facts]


def _say(name: str, value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, str):
        return str(WORDS.get(name, {}).get(value, value))
    rounded = round(value, FIGURES)
    places = next(count for count in range(FIGURES + 1) if round(rounded, count) == rounded)
    return str(number_format(rounded, decimal_pos=places))
