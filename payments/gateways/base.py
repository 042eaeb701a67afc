"""What every payment provider's adapter offers, and the words in which it answers.

The rules for an adapter:

- No method runs inside a database transaction (callers hold `forbid_transaction()`), and none writes our tables.
- Every call has a time limit. A call whose outcome is not known raises `GatewayTimeout`: nobody charges again, the
  provider is asked later (`find_payment`, or the same request under the same idempotency key).
- A declined card is an answer (`status="failed"` with `decline_code` and `message`), not an error.
- `payment_id` and `order_number` travel in the provider's metadata and come back with every snapshot, so that a
  callback which overtakes our own record still finds its payment.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Literal, Protocol, TypeAlias

from django.utils.functional import Promise

from shop.kernel.money import Money

PaymentState: TypeAlias = Literal["succeeded", "failed", "requires_action", "processing", "cancelled"]
RefundState: TypeAlias = Literal["succeeded", "pending", "failed", "cancelled"]
SettlementKind: TypeAlias = Literal["payment", "refund"]


class GatewayError(Exception):
    """The provider could not serve us; `code` is the provider's own word for it, for the operator."""

    def __init__(self, message: str = "", *, code: str = "") -> None:
        super().__init__(message or code)
        self.message = message
        self.code = code


class GatewayTimeout(GatewayError):
    """The outcome is unknown: it may have been carried out. Ask again, never charge again."""


class GatewayUnavailable(GatewayError):
    """Certainly not carried out (refused connection, 429, maintenance): may be repeated later under the same key."""


class GatewayRefused(GatewayError):
    """The provider understood and will not do it (invalid request, unknown token, nothing left to refund)."""


class CallbackRefused(GatewayError):
    """A callback that is not the provider's word: forged, too old, from the future, another account's, malformed."""


@dataclass(frozen=True, kw_only=True)
class NextAction:
    """What the shopper must do before the money can move."""

    kind: Literal["redirect", "client", "qr"]
    """redirect: send the browser to `url`. client: the provider's script finishes it. qr: show `data["qr"]`."""
    url: str = ""
    client_secret: str = ""
    data: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """For the payment's row and the API's answer."""
        return {key: value for key, value in asdict(self).items() if value}


@dataclass(frozen=True, kw_only=True)
class PaymentRequest:
    """One charge. Amount and currency come from the order, never from a request."""

    payment_id: int
    order_number: str
    amount: Money
    idempotency_key: str
    """Already stored with our payment row when the call is made; goes to the provider as it is."""
    method_token: str
    return_url: str
    """Absolute address the provider sends the browser back to."""
    email: str = ""
    language: str = "en"


@dataclass(frozen=True, kw_only=True)
class GatewayPayment:
    """The provider's word about one payment at the instant of asking."""

    reference: str
    status: PaymentState
    amount: Money
    """What was captured when succeeded, what was asked for otherwise."""
    order_number: str
    payment_id: int | None
    """Ours, from the provider's metadata; None when the object was not made by us."""
    decline_code: str = ""
    message: str = ""
    """The provider's plain words for the shopper, may be empty."""
    next_action: NextAction | None = None


@dataclass(frozen=True, kw_only=True)
class RefundRequest:
    """Money back to where it came from."""

    refund_id: int
    payment_reference: str
    amount: Money
    idempotency_key: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class GatewayRefund:
    """The provider's word about one refund at the instant of asking."""

    reference: str
    status: RefundState
    amount: Money
    payment_reference: str
    refund_id: int | None
    """Ours, from the provider's metadata."""
    failure_reason: str = ""


@dataclass(frozen=True, kw_only=True)
class CallbackEnvelope:
    """What we read from a verified callback: only whom to ask about, never an amount or a state."""

    event_id: str
    kind: str
    payment_reference: str
    """Empty when the event is not about a payment of ours: kept and answered, nothing else."""
    occurred_at: datetime
    payment_id: int | None = None
    refund_reference: str = ""


@dataclass(frozen=True, kw_only=True)
class SettlementEntry:
    """One line of the provider's settlement: a payment with gross, fee and net, or a refund (gross and net below zero)."""

    line_id: str
    """The provider's own, unique id of this line (balance transaction)."""
    kind: SettlementKind
    reference: str
    """The provider reference of the payment (kind payment) or of the refund (kind refund)."""
    gross: Money
    fee: Money
    net: Money
    occurred_at: datetime


@dataclass(frozen=True, kw_only=True)
class MethodForm:
    """The part of the pay page that belongs to a gateway; its template posts a field `method_token`."""

    template: str
    context: Mapping[str, object] = field(default_factory=dict)
    csp_sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Origins that the pay page must allow for this form, by directive of the Content-Security-Policy."""


class Gateway(Protocol):
    """One provider."""

    code: str
    label: str
    """Translated lazily; for the shopper."""

    def is_enabled(self) -> bool:
        """Whether it is configured and offered to shoppers."""
        ...

    def list_marks(self) -> Sequence[str | Promise]:
        """Local: the names under which shoppers know what they can pay with here; for the foot of every page."""
        ...

    def get_method_form(self, amount: Money, *, order_number: str, return_url: str) -> MethodForm:
        """Local, no network: what the pay page shows for this provider."""
        ...

    def get_action_sources(self) -> Mapping[str, tuple[str, ...]]:
        """Origins that the page must allow on which the shopper takes a `client` step, by CSP directive."""
        ...

    def is_method_token(self, text: str) -> bool:
        """Local: whether this looks like one of the provider's tokens. What else was typed is never stored."""
        ...

    def create_payment(self, request: PaymentRequest) -> GatewayPayment:
        """Charge; repeatable under the same `idempotency_key`. Raises the four `GatewayError`s but CallbackRefused."""
        ...

    def fetch_payment(self, reference: str) -> GatewayPayment:
        """Ask for the object as it is now."""
        ...

    def find_payment(self, payment_id: int) -> GatewayPayment | None:
        """Look a payment up by our id when its reference never reached us; None when the provider has none."""
        ...

    def cancel_payment(self, reference: str) -> GatewayPayment:
        """Withdraw a payment that has not succeeded; answers the state after it (which may well be succeeded)."""
        ...

    def refund(self, request: RefundRequest) -> GatewayRefund:
        """Give money back; repeatable under the same `idempotency_key`."""
        ...

    def fetch_refund(self, reference: str) -> GatewayRefund:
        """Ask for the refund as it is now.

        A refund whose reference never reached us is asked for by `refund` again, under its stored key.
        """
        ...

    def verify_callback(self, body: bytes, headers: Mapping[str, str]) -> CallbackEnvelope:
        """Check the signature over the raw body; header names in `headers` are lower case. Raises CallbackRefused."""
        ...

    def settlement_lines(self, day: date) -> Iterable[SettlementEntry]:
        """Every line the provider settled on this UTC day."""
        ...
