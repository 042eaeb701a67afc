"""Charges: one per try to move money, kept when it fails."""

from tests.simulators.stripe import cards, ledger
from tests.simulators.stripe.errors import Json
from tests.simulators.stripe.world import World, make_id


def open_charge(world: World, intent: Json, method: Json, *, status: str, captured: bool) -> Json:
    charge = world.add(_build_charge(world, intent, method))
    charge.update(
        status=status,
        paid=status == "succeeded",
        captured=captured,
        amount_captured=charge["amount"] if captured else 0,
    )
    intent["latest_charge"] = charge["id"]
    return charge


def fail_charge(world: World, charge: Json, *, code: str, decline_code: str | None, message: str) -> None:
    charge.update(
        status="failed",
        paid=False,
        captured=False,
        amount_captured=0,
        failure_code=code,
        failure_message=message,
    )
    charge["outcome"] = _outcome("issuer_declined", status="declined_by_network", reason=decline_code or code)
    world.emit("charge.failed", charge)


def succeed_charge(world: World, charge: Json) -> None:
    charge.update(status="succeeded", paid=True, captured=True, amount_captured=charge["amount"])
    world.emit("charge.succeeded", charge)


def settle_charge(world: World, charge: Json) -> None:
    """Books the money; with asynchronous capture the charge tells so by an update of its own."""
    ledger.book_charge(world, charge)
    world.emit("charge.updated", charge, previous={"balance_transaction": None})


def open_dispute(world: World, charge: Json) -> Json:
    fee_txn = ledger.book(world, kind="adjustment", source=charge, amount=-charge["amount"], fee=1500)
    dispute: Json = {
        "id": make_id("du"),
        "object": "dispute",
        "amount": charge["amount"],
        "balance_transactions": [dict(fee_txn)],
        "charge": charge["id"],
        "created": world.now(),
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {},
        "evidence_details": {
            "due_by": world.now() + 7 * 86_400,
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": False,
        "livemode": world.livemode,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "reason": "fraudulent",
        "status": "needs_response",
    }
    world.add(dispute)
    charge["disputed"] = True
    world.emit("charge.dispute.created", dispute)
    world.emit("charge.dispute.funds_withdrawn", dispute)
    return dispute


def _build_charge(world: World, intent: Json, method: Json) -> Json:
    method_type = method["type"]
    return {
        "id": make_id("ch" if method_type == "card" else "py"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": 0,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": method["billing_details"],
        "calculated_statement_descriptor": None,
        "captured": False,
        "created": world.now(),
        "currency": intent["currency"],
        "customer": None,
        "description": intent["description"],
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "fraud_details": {},
        "livemode": world.livemode,
        "metadata": dict(intent["metadata"]),
        "on_behalf_of": None,
        "outcome": _outcome("authorized", status="approved_by_network", reason=None),
        "paid": False,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": {"type": method_type, method_type: _method_details(world, method)},
        "receipt_email": intent["receipt_email"],
        "receipt_number": None,
        "receipt_url": None,
        "refunded": False,
        "review": None,
        "shipping": intent["shipping"],
        "source_transfer": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "pending",
        "transfer_data": None,
        "transfer_group": None,
    }


def _method_details(world: World, method: Json) -> Json:
    if method["type"] == "card":
        return cards.card_details(world.cards[method["id"]])
    if method["type"] in cards.DELAYED_TYPES:
        return dict(method[method["type"]])
    return {"fingerprint": method["id"][-16:], "transaction_id": make_id("tn", length=16)}


def _outcome(kind: str, *, status: str, reason: str | None) -> Json:
    return {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": status,
        "reason": reason,
        "risk_level": "normal",
        "seller_message": "Payment complete." if reason is None else "The bank returned a decline code.",
        "type": kind,
    }
