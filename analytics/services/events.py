"""Recording events."""

from __future__ import annotations

from decimal import Decimal

from analytics.domain.kinds import EventKind
from analytics.models import Event
from shop.kernel.clock import now
from shop.kernel.transactions import transactional


@transactional
def record_event(
    kind: EventKind,
    *,
    source_key: str | None = None,
    visitor: str = "",
    session: str = "",
    user_id: int | None = None,
    path: str = "",
    product_id: int | None = None,
    order_number: str = "",
    value_amount: Decimal | None = None,
    currency: str = "",
) -> None:
    """Store one event; one with a ``source_key`` that is known is the same event, and is stored once."""
    Event.objects.bulk_create(
        [
            Event(
                kind=kind,
                visitor=visitor[:40],
                session=session[:40],
                user_id=user_id,
                path=path[:300],
                product_id=product_id,
                order_number=order_number,
                value_amount=value_amount,
                currency=currency,
                source_key=source_key,
                occurred_at=now(),
            )
        ],
        ignore_conflicts=True,
    )
