"""Lots of the demo's goods that do not keep for ever: soaps, washes and lotions."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from django.utils.timezone import localdate

from inventory.domain.requests import StockLine
from inventory.services.lots import ensure_lot
from shop.demo.services.plans import DAYS
from shop.kernel.clock import now

KEEPS: Final = timedelta(days=400)
"""From the maker to the last day of sale."""
OLDER_PIECES: Final = 14
OLDER: Final = {
    "HV-FHW997-300M": 20,
    "HV-FHW997-500M": 75,
    "HV-OMBL667": 45,
    "HV-TBSS617-ROSE": 130,
    "HV-TBSS617-OATH": 210,
}
"""Days after the load on which the older of an article's two first lots expires: one soon, one in the month after."""


def split_by_lot(line: StockLine, *, sku: str) -> Iterator[StockLine]:
    """What came a month before the load: a few pieces of an older lot and the rest of a fresh one, made when new."""
    if sku not in OLDER:
        yield line
        return
    today = localdate(now())
    older = min(OLDER_PIECES, line.quantity)
    for quantity, expires_on in (
        (older, today + timedelta(days=DAYS + OLDER[sku])),
        (line.quantity - older, today + KEEPS),
    ):
        if quantity:
            lot = ensure_lot(line.variant_id, code=_name_lot(expires_on), expires_on=expires_on)
            yield replace(line, quantity=quantity, lot_id=lot.pk)


def describe_delivery(sku: str) -> tuple[str, date | None]:
    """The code and the expiry of the lot in which an article is delivered now; without one, nothing."""
    if sku not in OLDER:
        return "", None
    expires_on = localdate(now()) + KEEPS
    return _name_lot(expires_on), expires_on


def _name_lot(expires_on: date) -> str:
    return f"L{expires_on:%y%m%d}"
