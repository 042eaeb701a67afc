"""The offers of a cart as they were shown, for whoever places the order to send back with the total."""

from __future__ import annotations

from typing import Final

from django.core import signing

from catalog.domain.promotions.traces import Trace

MOST_LETTERS: Final = 100_000
_SIGNER: Final = "orders.shown-offers"


def seal_offers(trace: Trace) -> str:
    """Return the offers of a cart; empty without any.

    Sealed, so that nobody has the shop name offers that it never showed; it decides nothing. The same offers give the same words.
    """
    if not trace.applied:
        return ""
    applied = Trace(currency=trace.currency, entries=trace.applied)
    return signing.Signer(salt=_SIGNER).sign_object(applied.to_json(), compress=True)


def unseal_offers(sealed: str) -> Trace:
    """Return what was taken off by then; empty when it cannot be read."""
    try:
        return Trace.from_json(signing.Signer(salt=_SIGNER).unsign_object(sealed))
    except signing.BadSignature:
        return Trace(currency="")
