"""What a case says: made of its kind and its facts, in the reader's language."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Facts = Mapping[str, str]

TEXTS: Final[Mapping[str, Promise]] = {
    "duplicate_payment": _(
        "Order %(order)s was paid already: %(actual)s (payment %(payment)s) came a second time and is being sent back."
    ),
    "unfulfillable_payment": _(
        "The goods of order %(order)s were gone when %(actual)s (payment %(payment)s) came: it is being sent back."
    ),
    "snapshot_mismatch:amount": _(
        "%(gateway)s answers for payment %(payment)s of order %(order)s with %(actual)s, not %(expected)s."
    ),
    "snapshot_mismatch:currency": _(
        "%(gateway)s answers for payment %(payment)s of order %(order)s with %(actual)s, not %(expected)s."
    ),
    "snapshot_mismatch:order": _(
        "%(gateway)s answers for payment %(payment)s of order %(order)s with another order."
    ),
    "snapshot_mismatch:payment": _(
        "%(gateway)s answers for payment %(payment)s of order %(order)s with another payment of ours."
    ),
    "snapshot_mismatch:reference": _(
        "%(gateway)s answers for payment %(payment)s of order %(order)s under another reference: %(reference)s."
    ),
    "snapshot_mismatch:total": _(
        "Payment %(payment)s at %(gateway)s is not what order %(order)s comes to: it brought %(actual)s."
    ),
    "orphan_payment": _("%(gateway)s took %(actual)s (%(reference)s) without a payment of ours."),
    "orphan_payment:order": _(
        "%(gateway)s took %(actual)s (%(reference)s) for order %(order_number)s without a payment of ours."
    ),
    "unsettled_payment": _("Payment %(payment)s of order %(order)s has had no final answer for a week."),
    "refund_failed": _("Refund %(refund)s of order %(order)s, %(expected)s, failed."),
    "refund_failed:reason": _("Refund %(refund)s of order %(order)s, %(expected)s, failed: %(reason)s"),
    "refund_failed:mismatch": _(
        "%(gateway)s answers for refund %(refund)s of order %(order)s, %(expected)s, with another amount or payment."
    ),
    "missing_in_settlement": _(
        "Payment %(payment)s of order %(order)s, %(expected)s, is not in the settlement of %(day)s."
    ),
    "missing_in_settlement:refund": _(
        "Refund %(refund)s of order %(order)s, %(expected)s, is not in the settlement of %(day)s."
    ),
    "missing_in_books": _(
        "The settlement of %(day)s has %(reference)s with %(actual)s, which our books do not know."
    ),
    "amount_mismatch": _(
        "The settlement of %(day)s has %(reference)s with %(actual)s, our books have %(expected)s."
    ),
    "currency_mismatch": _(
        "The settlement of %(day)s has %(reference)s in another currency: %(actual)s, not %(expected)s."
    ),
    "fee_mismatch": _(
        "Gross, fee and net of %(reference)s in the settlement of %(day)s do not fit: %(actual)s, not %(expected)s."
    ),
    "settled_twice": _("The settlement of %(day)s has %(reference)s again: %(actual)s was settled before."),
}


def describe_case(kind: str, facts: Facts, *, variant: str = "") -> str:
    """Return what does not fit, in the reader's language; a variant without words of its own says what its kind says.

    Raises KeyError for a kind that this release cannot say, and for facts that are not there.
    """
    return str(TEXTS.get(f"{kind}:{variant}") or TEXTS[kind]) % facts
