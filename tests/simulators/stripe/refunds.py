"""Refunds: never above what was captured, at once, pending, or failing afterwards."""

from tests.simulators.stripe import ledger
from tests.simulators.stripe.errors import ApiError, InvalidParameter, Json
from tests.simulators.stripe.params import merge_metadata, read_choice, read_mapping, read_positive
from tests.simulators.stripe.world import World, make_id

REASONS = frozenset({"duplicate", "fraudulent", "requested_by_customer"})
CREATE_PARAMS = frozenset(
    {"amount", "charge", "expand", "instructions_email", "metadata", "payment_intent", "reason"}
)


def create_refund(world: World, params: Json) -> Json:
    charge = _find_charge(world, params)
    reason = read_choice(params, "reason", choices=REASONS, default=None)
    left = charge["amount_captured"] - charge["amount_refunded"]
    if charge["disputed"]:
        raise ApiError(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed"
        )
    if left <= 0:
        message = f"Charge {charge['id']} has already been refunded."
        raise ApiError(message, code="charge_already_refunded")
    amount = read_positive(params, "amount", default=left)
    if amount > left:
        message = f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})"
        raise ApiError(message, param="amount")
    refund = world.add(_build_refund(world, charge, amount=amount, reason=reason))
    refund["metadata"] = merge_metadata({}, {"metadata": read_mapping(params, "metadata")})
    _book(world, refund, charge)
    return refund


def succeed_refund(world: World, refund: Json) -> Json:
    """A pending refund arrives."""
    if refund["status"] != "pending":
        raise InvalidParameter(f"The refund is not pending: it is {refund['status']}.")
    refund.update(status="succeeded", pending_reason=None)
    _announce(world, refund, "refund.updated", "charge.refund.updated")
    return refund


def fail_refund(world: World, refund: Json) -> Json:
    """The bank sends the money back, even long after the refund was called succeeded."""
    if refund["status"] not in {"pending", "succeeded"}:
        raise InvalidParameter(f"The refund cannot fail: it is {refund['status']}.")
    charge = world.get("charge", refund["charge"])
    back = ledger.book(world, kind="refund_failure", source=refund, amount=refund["amount"])
    refund.update(status="failed", pending_reason=None, failure_reason="expired_or_canceled_card")
    refund["failure_balance_transaction"] = back["id"]
    charge["amount_refunded"] -= refund["amount"]
    charge["refunded"] = False
    _announce(world, refund, "refund.updated", "refund.failed", "charge.refund.updated")
    return refund


def _find_charge(world: World, params: Json) -> Json:
    if params.get("payment_intent"):
        intent = world.get("payment_intent", str(params["payment_intent"]), param="payment_intent")
        if intent["latest_charge"] is None or intent["status"] != "succeeded":
            message = f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund."
            raise ApiError(message, code="payment_intent_unexpected_state", param="payment_intent")
        return world.get("charge", intent["latest_charge"])
    if params.get("charge"):
        return world.get("charge", str(params["charge"]), param="charge")
    message = "One of the following params should be provided for this request: payment_intent or charge."
    raise InvalidParameter(message, code="parameter_missing")


def _book(world: World, refund: Json, charge: Json) -> None:
    charge["amount_refunded"] += refund["amount"]
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
    kind = "refund" if charge["payment_method_details"]["type"] == "card" else "payment_refund"
    refund["balance_transaction"] = ledger.book(world, kind=kind, source=refund, amount=-refund["amount"])[
        "id"
    ]
    world.emit("refund.created", refund)
    world.emit("charge.refunded", charge)


def _announce(world: World, refund: Json, *types: str) -> None:
    for event_type in types:
        world.emit(event_type, refund)


def _build_refund(world: World, charge: Json, *, amount: int, reason: str | None) -> Json:
    card = world.cards.get(charge["payment_method"])
    pending = card is not None and card.refund == "pending"
    method_type = charge["payment_method_details"]["type"]
    return {
        "id": make_id("re" if method_type == "card" else "pyr"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": world.now(),
        "currency": charge["currency"],
        "customer": None,
        "customer_account": None,
        "destination_details": {"type": method_type, method_type: {}},
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method": charge["payment_method"],
        "pending_reason": "processing" if pending else None,
        "reason": reason,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "pending" if pending else "succeeded",
        "transfer_reversal": None,
    }
