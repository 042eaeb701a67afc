"""The carrier's side: its books. Every function opens its own transaction."""

import json
import secrets
from datetime import timedelta
from random import SystemRandom
from typing import Final

from django.conf import settings

from orders.domain.parcels import ParcelNode
from orders.gateways.base import CarrierRefused, LabelRequest
from orders.gateways.sandbox_carrier.journey import plan_journey
from orders.models.sandbox_carrier import SandboxParcel, SandboxPush
from shop.kernel.clock import now
from shop.kernel.transactions import transactional

_random = SystemRandom()
_HEAVIEST_GRAMS: Final = 30_000
_LATE_PART: Final = 0.3


@transactional
def register_parcel(request: LabelRequest, *, tracking_number: str = "") -> SandboxParcel:
    """Takes a parcel in and plans its pushes; the same reference gives the same parcel. Raises CarrierRefused."""
    if request.weight_grams > _HEAVIEST_GRAMS:
        raise CarrierRefused(f"heavier than {_HEAVIEST_GRAMS // 1000} kg")
    parcel, is_new = SandboxParcel.objects.get_or_create(
        reference=request.reference,
        defaults={
            "tracking_number": tracking_number or f"SBX{secrets.randbelow(10**10):010d}",
            "sender_country": request.sender_country,
            "recipient_country": request.recipient.country,
            "recipient_city": request.recipient.city,
            "journey_seconds": round(settings.SANDBOX_CARRIER_MINUTES * 60),
            "created_at": request.requested_at,
        },
    )
    if is_new:
        SandboxPush.objects.bulk_create(
            push for node in _plan(parcel) for push in _plan_pushes(parcel, node=node)
        )
    return parcel


def list_news(tracking_number: str) -> list[ParcelNode]:
    """What has happened so far. Raises CarrierRefused for a number that was never given out."""
    parcel = SandboxParcel.objects.filter(tracking_number=tracking_number).first()
    if parcel is None:
        raise CarrierRefused("no such parcel")
    instant = now()
    return [node for node in _plan(parcel) if node.occurred_at <= instant]


def _plan(parcel: SandboxParcel) -> list[ParcelNode]:
    return plan_journey(
        parcel.tracking_number,
        started_at=parcel.created_at,
        journey_seconds=parcel.journey_seconds,
        origin=parcel.sender_country,
        target=parcel.recipient_country,
        city=parcel.recipient_city,
    )


def _plan_pushes(parcel: SandboxParcel, *, node: ParcelNode) -> list[SandboxPush]:
    """One push, now and then two, now and then so late that it overtakes nothing but is overtaken."""
    is_late = _random.random() < settings.SANDBOX_REORDER_RATE
    delay = timedelta(seconds=_LATE_PART * parcel.journey_seconds if is_late else 0)
    copies = 2 if _random.random() < settings.SANDBOX_DUPLICATE_RATE else 1
    body = build_body(parcel.tracking_number, node=node)
    return [
        SandboxPush(
            parcel=parcel, event_id=f"push-{node.event_id}", body=body, due_at=node.occurred_at + delay
        )
        for _copy in range(copies)
    ]


def build_body(tracking_number: str, *, node: ParcelNode) -> str:
    """The push's JSON."""
    return json.dumps(
        {
            "id": f"push-{node.event_id}",
            "tracking_number": tracking_number,
            "node": {
                "id": node.event_id,
                "status": node.status,
                "occurred_at": node.occurred_at.isoformat(),
                "place": node.place,
                "message": node.message,
            },
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )
