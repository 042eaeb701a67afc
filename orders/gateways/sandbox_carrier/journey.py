"""A parcel's way through the sandbox carrier: pure arithmetic on when it was handed in.

The last digit of the tracking number decides: 7 meets a closed door first, 9 gets lost after the first depot.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext_noop

from orders.domain.parcels import ParcelNode
from orders.domain.states import ShipmentStatus

EXCEPTION_DIGIT: Final = "7"
STALL_DIGIT: Final = "9"


@dataclass(frozen=True, kw_only=True)
class _Stop:
    part: float
    status: ShipmentStatus
    place: str
    message: str


_START: Final = (
    _Stop(
        part=0.05,
        status=ShipmentStatus.COLLECTED,
        place="{origin}",
        message=gettext_noop("Picked up from the sender"),
    ),
    _Stop(
        part=0.20,
        status=ShipmentStatus.IN_TRANSIT,
        place="Depot {origin}",
        message=gettext_noop("Sorted at the depot"),
    ),
)
_MIDDLE: Final = (
    _Stop(
        part=0.50,
        status=ShipmentStatus.IN_TRANSIT,
        place="Depot {target}",
        message=gettext_noop("Arrived at the depot"),
    ),
    _Stop(
        part=0.75,
        status=ShipmentStatus.OUT_FOR_DELIVERY,
        place="{city}",
        message=gettext_noop("With the driver"),
    ),
)
_CLOSED_DOOR: Final = (
    _Stop(
        part=0.82, status=ShipmentStatus.EXCEPTION, place="{city}", message=gettext_noop("Nobody was at home")
    ),
    _Stop(
        part=0.92,
        status=ShipmentStatus.OUT_FOR_DELIVERY,
        place="{city}",
        message=gettext_noop("With the driver again"),
    ),
)
_END: Final = (
    _Stop(
        part=1.0,
        status=ShipmentStatus.DELIVERED,
        place="{city}",
        message=gettext_noop("Handed to the recipient"),
    ),
)


def plan_journey(
    tracking_number: str, *, started_at: datetime, journey_seconds: int, origin: str, target: str, city: str
) -> list[ParcelNode]:
    """Every stop with its time, also those still to come."""
    names = {"origin": origin, "target": target, "city": city or target}
    return [
        ParcelNode(
            event_id=f"{tracking_number}-{number}",
            status=stop.status.value,
            occurred_at=started_at + timedelta(seconds=round(stop.part * journey_seconds)),
            place=stop.place.format(**names),
            message=stop.message,
        )
        for number, stop in enumerate(_list_stops(tracking_number), start=1)
    ]


def _list_stops(tracking_number: str) -> tuple[_Stop, ...]:
    if tracking_number.endswith(STALL_DIGIT):
        return _START
    if tracking_number.endswith(EXCEPTION_DIGIT):
        return _START + _MIDDLE + _CLOSED_DOOR + _END
    return _START + _MIDDLE + _END
