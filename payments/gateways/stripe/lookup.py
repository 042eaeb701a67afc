"""Finding what a lost answer was about, by our ids in the metadata."""

from datetime import timedelta
from itertools import islice
from typing import Final

import stripe

from payments.gateways.stripe.reading import Fields, read_own_id
from shop.kernel.clock import now

_PAGE: Final = 100
_MOST_LISTED: Final = 2_000
# Stripe keeps an idempotency key for a day: what is older than that is not an open question any more.
_WINDOW: Final = timedelta(hours=25)


def find_intent(client: stripe.StripeClient, payment_id: int) -> Fields | None:
    """The newest intent made for our payment.

    The list is exact at once but looked at for a day only; search lags a minute and knows the rest, so that a payment
    about which nobody could ask for days is not called lost.
    """
    listed = client.v1.payment_intents.list(
        {"created": {"gte": int((now() - _WINDOW).timestamp())}, "limit": _PAGE}
    )
    for intent in islice(listed.auto_paging_iter(), _MOST_LISTED):
        fields = intent.to_dict()
        if read_own_id(fields, "payment_id") == payment_id:
            return fields
    found = client.v1.payment_intents.search({"query": f"metadata['payment_id']:'{payment_id}'", "limit": 1})
    return found.data[0].to_dict() if found.data else None


def find_refund(client: stripe.StripeClient, *, payment_reference: str, refund_id: int) -> Fields | None:
    """The refund of the intent that carries our id."""
    listed = client.v1.refunds.list({"payment_intent": payment_reference, "limit": _PAGE})
    for refund in listed.auto_paging_iter():
        fields = refund.to_dict()
        if read_own_id(fields, "refund_id") == refund_id:
            return fields
    return None
