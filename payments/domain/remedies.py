"""What finance does about each kind of case."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REMEDIES: Final[Mapping[str, Promise]] = {
    "duplicate_payment": _(
        "The second payment goes back by itself. See under Refunds that it arrived, then resolve."
    ),
    "unfulfillable_payment": _(
        "The money goes back by itself. See under Refunds that it arrived, then resolve."
    ),
    "snapshot_mismatch": _(
        "The payment waits in review and its order is not paid. Compare it with the provider's page; send the money"
        " back there if it is not this order's."
    ),
    "orphan_payment": _(
        "Look the reference up on the provider's page. Send the money back there, or say which order it belongs to."
    ),
    "unsettled_payment": _(
        "Ask the provider what became of it. The order is not paid until the provider says so."
    ),
    "refund_failed": _(
        "The amount can be sent again: open the payment and press Send money back, or pay the customer another way."
    ),
    "missing_in_settlement": _(
        "Often a day late: see whether the next day's settlement has it. If not, claim it from the provider."
    ),
    "missing_in_books": _(
        "Look the reference up on the provider's page: a test, another shop's or a payment that we lost. Send it back"
        " there, or say which order it belongs to."
    ),
    "amount_mismatch": _("Compare both amounts with the provider's page and claim the difference there."),
    "currency_mismatch": _(
        "The provider changed the currency: have its rate explained and book the difference."
    ),
    "fee_mismatch": _("Compare the fee with the contract and claim what was taken too much."),
    "settled_twice": _("The provider paid one payment twice and will want it back: tell it."),
}


def describe_remedy(kind: str) -> str:
    """Return what to do, in the reader's language."""
    return str(REMEDIES[kind])
