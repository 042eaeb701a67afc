"""Our side of the sandbox carrier: the `Carrier` protocol."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from orders.domain.parcels import ParcelNode
from orders.domain.states import ShipmentStatus
from orders.gateways.base import CallbackRefused, CarrierEnvelope, Label, LabelRequest
from orders.gateways.sandbox_carrier import provider, signing
from shop.kernel.clock import now
from shop.kernel.transactions import forbid_transaction


class SandboxCarrier:
    """Talks to the carrier in this process as if it stood across the network."""

    code = "sandbox"
    label = _("Sandbox Parcel")

    def is_enabled(self) -> bool:
        """By setting: never by accident in production."""
        return bool(settings.SANDBOX_ENABLED)

    def create_label(self, request: LabelRequest) -> Label:
        """Hand the parcel in."""
        forbid_transaction()
        return Label(tracking_number=provider.register_parcel(request).tracking_number)

    def fetch_tracking(self, tracking_number: str) -> Sequence[ParcelNode]:
        """Ask where it has been."""
        forbid_transaction()
        return provider.list_news(tracking_number)

    def verify_callback(self, body: bytes, *, headers: Mapping[str, str]) -> CarrierEnvelope:
        """Signature first, then the content."""
        signing.check_signature(
            body, header=headers.get(signing.HEADER.lower(), ""), secrets=signing.list_secrets(), at=now()
        )
        return self.read_callback(body)

    def read_callback(self, body: bytes) -> CarrierEnvelope:
        """The content of a push."""
        try:
            push = json.loads(body)
            node = push["node"]
            return CarrierEnvelope(
                event_id=_read_text(push["id"], longest=100),
                tracking_number=_read_text(push["tracking_number"], longest=64),
                nodes=[
                    ParcelNode(
                        event_id=_read_text(node["id"], longest=100),
                        status=ShipmentStatus(node["status"]).value,
                        occurred_at=_read_instant(node["occurred_at"]),
                        place=_read_text(node["place"], longest=120),
                        message=_read_text(node["message"], longest=250),
                    )
                ],
            )
        except (ValueError, KeyError, TypeError) as error:
            raise CallbackRefused("not an update") from error


def _read_text(value: object, *, longest: int) -> str:
    if not isinstance(value, str) or len(value) > longest or "\x00" in value:
        raise ValueError(value)
    return value


def _read_instant(value: str) -> datetime:
    instant = datetime.fromisoformat(value)
    if instant.tzinfo is None:
        raise ValueError(value)
    return instant
