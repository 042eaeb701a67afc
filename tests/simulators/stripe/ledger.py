"""Balance transactions with fees, and the payouts that empty the balance."""

from tests.simulators.stripe.errors import InvalidParameter, Json
from tests.simulators.stripe.world import World, make_id

FEE_PER_MILLE = 29
FIXED_FEE = 30


def compute_fee(amount: int) -> int:
    """2.9 % and 30 minor units, rounded half up."""
    return (amount * FEE_PER_MILLE + 500) // 1000 + FIXED_FEE


def book_charge(world: World, charge: Json) -> Json:
    fee = compute_fee(charge["amount_captured"])
    kind = "charge" if charge["payment_method_details"]["type"] == "card" else "payment"
    txn = book(world, kind=kind, source=charge, amount=charge["amount_captured"], fee=fee)
    charge["balance_transaction"] = txn["id"]
    return txn


def book(world: World, *, kind: str, source: Json, amount: int, fee: int = 0) -> Json:
    detail: Json = {
        "amount": fee,
        "application": None,
        "currency": source["currency"],
        "description": "Stripe processing fees",
        "type": "stripe_fee",
    }
    txn: Json = {
        "id": make_id("txn"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": world.now(),
        "balance_type": "payments",
        "created": world.now(),
        "currency": source["currency"],
        "description": source.get("description"),
        "exchange_rate": None,
        "fee": fee,
        "fee_details": [detail] if fee else [],
        "net": amount - fee,
        "reporting_category": {"payment": "charge", "payment_refund": "refund"}.get(kind, kind),
        "source": source["id"],
        "status": "available",
        "type": kind,
    }
    return world.add(txn)


def create_payout(world: World, *, currency: str) -> Json:
    """Pays out everything that is booked in one currency and not yet paid out."""
    included = [
        txn
        for txn in world.objects.get("balance_transaction", {}).values()
        if txn["currency"] == currency and txn["id"] not in world.paid_out
    ]
    total = sum(txn["net"] for txn in included)
    if total <= 0:
        raise InvalidParameter(
            "You have insufficient funds in your Stripe account.", code="balance_insufficient"
        )
    payout = world.add(_build_payout(world, amount=total, currency=currency))
    own = book(world, kind="payout", source=payout, amount=-total)
    payout["balance_transaction"] = own["id"]
    for txn in [*included, own]:
        world.paid_out[txn["id"]] = payout["id"]
    world.emit("payout.created", payout)
    return payout


def settle_payout(world: World, payout: Json, *, failed: bool = False) -> Json:
    """Paid, or sent back by the bank; a failed payout returns its amount to the balance."""
    if not failed:
        payout.update(status="paid", reconciliation_status="completed")
        world.emit("payout.paid", payout)
        world.emit("payout.reconciliation_completed", payout)
        return payout
    message = "The bank account has been closed."
    payout.update(status="failed", failure_code="account_closed", failure_message=message)
    back = book(world, kind="payout_failure", source=payout, amount=payout["amount"])
    payout["failure_balance_transaction"] = back["id"]
    world.emit("payout.failed", payout)
    return payout


def _build_payout(world: World, *, amount: int, currency: str) -> Json:
    return {
        "id": make_id("po"),
        "object": "payout",
        "amount": amount,
        "application_fee": None,
        "application_fee_amount": None,
        "arrival_date": world.now(),
        "automatic": True,
        "balance_transaction": None,
        "created": world.now(),
        "currency": currency,
        "description": "STRIPE PAYOUT",
        "destination": "ba_simulated",
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "livemode": world.livemode,
        "metadata": {},
        "method": "standard",
        "original_payout": None,
        "payout_method": None,
        "reconciliation_status": "in_progress",
        "reversed_by": None,
        "source_type": "card",
        "statement_descriptor": None,
        "status": "in_transit",
        "trace_id": None,
        "type": "bank_account",
    }
