"""What every carrier can do for us, and how it can fail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.utils.functional import Promise

from orders.domain.parcels import ParcelNode
from shop.accounts.domain.postal import PostalAddress


class CarrierError(Exception):
    """Base: `reason` is for the log and the operator."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class CarrierUnavailable(CarrierError):
    """No answer, or not now: the outcome is unknown, ask again with the same reference."""


class CarrierRefused(CarrierError):
    """The carrier will not take this parcel as it is."""


class CallbackRefused(CarrierError):
    """Not the carrier's word: bad signature, too old, or not an update at all."""


@dataclass(frozen=True, kw_only=True)
class LabelRequest:
    """A parcel to be carried. The same `reference` always gives the same parcel."""

    reference: str
    sender_country: str
    sender_name: str
    recipient: PostalAddress
    weight_grams: int
    requested_at: datetime


@dataclass(frozen=True, kw_only=True)
class Label:
    """The carrier has it."""

    tracking_number: str


@dataclass(frozen=True, kw_only=True)
class CarrierEnvelope:
    """A verified push, before it is believed: its id, its parcel, its news."""

    event_id: str
    tracking_number: str
    nodes: Sequence[ParcelNode]


class Carrier(Protocol):
    """An adapter. Every call crosses the network: never inside a transaction."""

    code: str
    label: str | Promise

    def is_enabled(self) -> bool:
        """Whether operators may choose it."""

    def create_label(self, request: LabelRequest) -> Label:
        """Register the parcel. Raises CarrierUnavailable, CarrierRefused. Repeatable per reference."""

    def fetch_tracking(self, tracking_number: str) -> Sequence[ParcelNode]:
        """All news so far. Raises CarrierUnavailable, CarrierRefused."""

    def verify_callback(self, body: bytes, *, headers: Mapping[str, str]) -> CarrierEnvelope:
        """Check the signature on the raw body (header names in lower case), then read it. Raises CallbackRefused."""

    def read_callback(self, body: bytes) -> CarrierEnvelope:
        """Read a body that was verified when it came in. Raises CallbackRefused."""
