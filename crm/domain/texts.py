"""What the shop itself writes into tickets: kept as a code with facts, said in the reader's language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from crm.domain.states import TicketStatus
from inventory.domain.buying.states import RiskFlag
from payments.domain.remedies import describe_remedy

Facts = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Words:
    """A subject and a text with places for the facts; `read` turns facts that are codes into words."""

    subject: Promise | str = ""
    text: Promise | Callable[[Facts], str]
    read: Callable[[Facts], Facts] = dict


def _read_risk(facts: Facts) -> Facts:
    return {**facts, "risk": RiskFlag(facts["risk"]).label}


def _read_status(facts: Facts) -> Facts:
    return {**facts, "status": TicketStatus(facts["status"]).label}


def _read_orders(facts: Facts) -> Facts:
    return {**facts, "orders": ", ".join(facts["orders"]) or _("none")}


def _read_transfer(facts: Facts) -> Facts:
    places = {name: facts.get(name) or "–" for name in ("source", "destination")}
    return {**facts, **places, "skus": ", ".join(facts.get("skus", ())) or "–"}


def _say_case(facts: Facts) -> str:
    return describe_remedy(facts["kind"])


def _say_settlement(facts: Facts) -> str:
    words = ngettext(
        "%(count)d line does not fit our books. It stands under Differences: take it, look, resolve it.",
        "%(count)d lines do not fit our books. They stand under Differences: take each, look, resolve it.",
        facts["count"],
    )
    return words % facts


TEXTS: Final[Mapping[str, Words]] = {
    "parcel_stalled": Words(
        subject=_("Parcel without news: order %(number)s"),
        text=_(
            "The carrier %(carrier)s has sent no news of parcel %(tracking)s for 48 hours. Ask there, then tell the customer."
        ),
    ),
    "case": Words(subject=_("Payment difference: order %(number)s"), text=_say_case),
    "settlement": Words(
        subject=_("Differences in the settlement of %(gateway)s of %(day)s"), text=_say_settlement
    ),
    "recall": Words(
        subject=_("Recall: lot %(lot)s of %(sku)s"),
        text=_("%(reason)s\nOrders that got pieces of this lot: %(count)d (%(orders)s)"),
        read=_read_orders,
    ),
    "stock_case": Words(
        subject=_("Stock difference: %(sku)s in %(warehouse)s"),
        text=_("The level does not say what its ledger says. %(summary)s"),
    ),
    "transfer_short": Words(
        subject=_("Transfer %(number)s arrived short"),
        text=_(
            "On the way from %(source)s to %(destination)s. Pieces missing: %(lost)d. Arrived damaged: %(damaged)d."
            " Articles: %(skus)s."
        ),
        read=_read_transfer,
    ),
    "supplier_risk": Words(
        subject=_("Supplier at risk: %(name)s"),
        text=_(
            "The deliveries of %(name)s got worse: the risk is now “%(risk)s”, the score %(score)s of 1. See its scorecard, talk"
            " to it, and order from the stand-in where there is one."
        ),
        read=_read_risk,
    ),
    "moved": Words(text=_("Status: %(status)s"), read=_read_status),
}


def write_subject(code: str, facts: Facts) -> str:
    """Return a system ticket's subject in the reader's language. Raises KeyError or ValueError as `say_or` tells."""
    words = TEXTS[code]
    return str(words.subject) % words.read(facts)


def say_or(kept: str, write: Callable[[str, Facts], str], code: str, facts: Facts) -> str:
    """Return what `write` says; the words that were kept where there is no code, or one that this release cannot say.

    Another release may have written it, with other facts: one such row must not take the whole list away.
    """
    try:
        return write(code, facts) if code else kept
    except (KeyError, ValueError, TypeError):
        return kept


def write_text(code: str, facts: Facts) -> str:
    """Return a system message in the reader's language. Raises KeyError or ValueError as `say_or` tells."""
    words = TEXTS[code]
    if isinstance(words.text, Promise):
        return str(words.text) % words.read(facts)
    return words.text(facts)
