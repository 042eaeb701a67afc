"""Stripe's settlement of a day: balance transactions of payments and refunds."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

import stripe
import structlog

from payments.gateways.base import SettlementEntry, SettlementKind
from payments.gateways.stripe.amounts import from_provider
from payments.gateways.stripe.reading import read_reference

log = structlog.get_logger(__name__)

_PAGE: Final = 100
_KINDS: Final[dict[str, SettlementKind]] = {
    "charge": "payment",
    "payment": "payment",
    "refund": "refund",
    "payment_refund": "refund",
}


def list_entries(client: stripe.StripeClient, day: date) -> Iterator[SettlementEntry]:
    """As Stripe books them; payouts, its own fees and adjustments are no entry and are only counted in the log."""
    start = datetime.combine(day, time.min, tzinfo=UTC)
    end = start + timedelta(days=1)
    page = client.v1.balance_transactions.list(
        {
            "created": {"gte": int(start.timestamp()), "lt": int(end.timestamp())},
            "limit": _PAGE,
            "expand": ["data.source"],
        }
    )
    skipped: dict[str, int] = {}
    for line in page.auto_paging_iter():
        entry = _read_entry(line.to_dict())
        if entry is None:
            skipped[line.type] = skipped.get(line.type, 0) + 1
        else:
            yield entry
    if skipped:
        log.info("stripe.settlement_skipped", day=day.isoformat(), **skipped)


def _read_entry(line: dict[str, Any]) -> SettlementEntry | None:
    kind = _KINDS.get(line["type"])
    if kind is None:
        return None
    source = line["source"]
    is_payment = kind == "payment" and isinstance(source, dict)
    return SettlementEntry(
        line_id=line["id"],
        kind=kind,
        reference=read_reference(source["payment_intent"] if is_payment else source),
        gross=from_provider(line["amount"], line["currency"]),
        fee=from_provider(line["fee"], line["currency"]),
        net=from_provider(line["net"], line["currency"]),
        occurred_at=datetime.fromtimestamp(line["created"], tz=UTC),
    )
