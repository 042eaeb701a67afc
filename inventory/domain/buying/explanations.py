"""A suggestion's arithmetic in words: why now, and why this many."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inventory.domain.buying.safety_stock import find_service_factor
from inventory.domain.buying.suggestions import DAYS_A_YEAR

HUNDRED = 100


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """One sentence each; the order in which a buyer would work it out."""

    demand: str
    safety: str
    why_now: str
    why_many: str


def explain(facts: Mapping[str, Any]) -> Explanation:
    """The sentences of a suggestion's facts, in the active language."""
    return Explanation(
        demand=_explain_demand(facts),
        safety=_explain_safety(facts),
        why_now=_explain_now(facts),
        why_many=_explain_many(facts),
    )


def _say(value: float, *, places: int = 1) -> str:
    """As short as it can be: 2, 2.5, 2.57."""
    rounded = round(value, places)
    shown = next(count for count in range(places + 1) if round(rounded, count) == rounded)
    return str(number_format(rounded, decimal_pos=shown))


def _explain_demand(facts: Mapping[str, Any]) -> str:
    if facts["method"] == "fixed":
        return _("There is no forecast yet; the reorder point was set by hand.")
    origins = {
        "own": _("from its own sales"),
        "category": _("from the sales of its category"),
    }
    lead_origins = {
        "measured": _("measured from deliveries"),
        "declared": _("as the supplier says"),
        "default": _("no supplier is known, so the usual one"),
    }
    return _(
        "%(daily)s a day are wanted (%(origin)s), ± %(deviation)s from day to day. Lead time %(lead)s days, ±"
        " %(lead_deviation)s (%(lead_origin)s)."
    ) % {
        "daily": _say(facts["daily_demand"], places=2),
        "origin": origins.get(facts.get("forecast_origin", ""), ""),
        "deviation": _say(facts["demand_deviation"], places=2),
        "lead": _say(facts["lead_days"]),
        "lead_deviation": _say(facts["lead_deviation_days"]),
        "lead_origin": lead_origins.get(facts.get("lead_time_origin", ""), ""),
    }


def _explain_safety(facts: Mapping[str, Any]) -> str:
    exposed = facts["lead_days"] + facts["review_days"]
    values = {
        "safety": _say(facts["safety_stock"]),
        "daily": _say(facts["daily_demand"], places=2),
        "deviation": _say(facts["demand_deviation"], places=2),
        "exposed": _say(exposed),
        "lead": _say(facts["lead_days"]),
        "lead_deviation": _say(facts["lead_deviation_days"]),
        "factor": _say(facts["simple_factor"], places=2),
        "level": _say(facts["service_level"] * HUNDRED),
        "z": _say(find_service_factor(facts["service_level"]), places=2),
        "point": facts["reorder_point"],
        "fixed": facts["fixed_point"],
    }
    if facts["method"] == "fixed":
        return _("Reorder point %(point)d.") % values
    if facts["method"] == "simple":
        safety = _("Safety stock %(safety)s = %(factor)s × %(daily)s a day × %(lead)s days.")
    else:
        safety = _(
            "Safety stock %(safety)s = %(z)s (for a service level of %(level)s %%) × √(%(exposed)s days × %(deviation)s²"
            " + %(daily)s² × %(lead_deviation)s²)."
        )
    point = _("Reorder point %(point)d = %(daily)s × %(exposed)s days + %(safety)s.")
    if facts["fixed_point"] >= facts["reorder_point"]:
        point = _("The reorder point of %(fixed)d that was set by hand is higher and counts.")
    return f"{safety % values} {point % values}"


def _explain_now(facts: Mapping[str, Any]) -> str:
    return _(
        "On hand %(on_hand)d − reserved %(reserved)d − not for sale %(blocked)d + on order or on its way %(incoming)d ="
        " %(position)d, which is below the reorder point of %(point)d."
    ) % {
        "on_hand": facts["on_hand"],
        "reserved": facts["reserved"],
        "blocked": facts["blocked"],
        "incoming": facts["incoming"],
        "position": facts["position"],
        "point": facts["reorder_point"],
    }


def _explain_size(facts: Mapping[str, Any]) -> str:
    if facts["method"] == "fixed" or "order_cost" not in facts or facts["unit_price"] is None:
        return _("the order size that was set by hand, or the least")
    return _(
        "the cheapest order size within the limits, with %(yearly)s a year, %(cost)s for an order and %(rate)s %% of"
        " the price for a year's keeping"
    ) % {
        "yearly": _say(facts["daily_demand"] * DAYS_A_YEAR, places=0),
        "cost": _say(facts["order_cost"], places=2),
        "rate": _say(facts["holding_rate"] * HUNDRED),
    }


def _explain_many(facts: Mapping[str, Any]) -> str:
    parts = [
        _("Order up to %(up_to)d = %(point)d + %(size)s (%(why)s); %(up_to)d − %(position)d = %(raw)d.")
        % {
            "up_to": facts["order_up_to"],
            "point": facts["reorder_point"],
            "size": _say(facts["economic_quantity"]),
            "why": _explain_size(facts),
            "position": facts["position"],
            "raw": facts["raw_quantity"],
        }
    ]
    if facts["quantity"] != facts["raw_quantity"]:
        parts.append(
            _("The supplier takes %(minimum)d or more in packs of %(multiple)d: %(quantity)d.")
            % {
                "minimum": facts["minimum_quantity"],
                "multiple": facts["multiple_quantity"],
                "quantity": facts["quantity"],
            }
        )
    if facts["cover_days"] is not None:
        days = round(facts["cover_days"])
        parts.append(ngettext("That lasts %(days)d day.", "That lasts %(days)d days.", days) % {"days": days})
    return " ".join(parts)
