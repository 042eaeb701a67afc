"""Which state may follow which, for payments, refunds and cases."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from shop.kernel.states import TransitionTable

CREATED: Final = "created"
REQUIRES_ACTION: Final = "requires_action"
PROCESSING: Final = "processing"
REVIEW: Final = "review"
SUCCEEDED: Final = "succeeded"
FAILED: Final = "failed"
CANCELLED: Final = "cancelled"

OPEN_STATUSES: Final = (CREATED, REQUIRES_ACTION, PROCESSING, REVIEW)
"""The money may still move: no second charge for the order beside one of these."""
SWEPT_STATUSES: Final = (CREATED, REQUIRES_ACTION, PROCESSING)
"""Settled by asking the provider again and again; `review` waits for a person."""

# Money that did arrive beats every earlier answer, so failed and cancelled still lead to succeeded; nothing leads back.
PAYMENT_TRANSITIONS = TransitionTable(
    axis="payment",
    edges={
        CREATED: frozenset({REQUIRES_ACTION, PROCESSING, REVIEW, SUCCEEDED, FAILED, CANCELLED}),
        REQUIRES_ACTION: frozenset({PROCESSING, REVIEW, SUCCEEDED, FAILED, CANCELLED}),
        PROCESSING: frozenset({REQUIRES_ACTION, REVIEW, SUCCEEDED, FAILED, CANCELLED}),
        REVIEW: frozenset({SUCCEEDED, FAILED, CANCELLED}),
        FAILED: frozenset({SUCCEEDED}),
        CANCELLED: frozenset({SUCCEEDED}),
        SUCCEEDED: frozenset(),
    },
    labels={
        CREATED: _("sent to the provider"),
        REQUIRES_ACTION: _("waiting for the shopper"),
        PROCESSING: _("processing"),
        REVIEW: _("held for finance"),
        SUCCEEDED: _("paid"),
        FAILED: _("failed"),
        CANCELLED: _("cancelled"),
    },
)

QUEUED: Final = "queued"
SENT: Final = "sent"


REFUND_TRANSITIONS = TransitionTable(
    axis="refund",
    edges={
        QUEUED: frozenset({SENT, SUCCEEDED, FAILED, CANCELLED}),
        SENT: frozenset({SUCCEEDED, FAILED, CANCELLED}),
        # A bank can send a refund back days after the provider called it done.
        SUCCEEDED: frozenset({FAILED}),
        FAILED: frozenset(),
        CANCELLED: frozenset(),
    },
    labels={
        QUEUED: _("waiting to be sent"),
        SENT: _("sent to the provider"),
        SUCCEEDED: _("refunded"),
        FAILED: _("failed"),
        CANCELLED: _("cancelled"),
    },
)

CASE_OPEN: Final = "open"
CASE_ASSIGNED: Final = "assigned"
CASE_RESOLVED: Final = "resolved"

CASE_TRANSITIONS = TransitionTable(
    axis="case",
    edges={
        CASE_OPEN: frozenset({CASE_ASSIGNED, CASE_RESOLVED}),
        CASE_ASSIGNED: frozenset({CASE_RESOLVED}),
        CASE_RESOLVED: frozenset(),
    },
    labels={CASE_OPEN: _("open"), CASE_ASSIGNED: _("assigned"), CASE_RESOLVED: _("resolved")},
)

APPLIED: Final = "applied"
IGNORED_STALE: Final = "ignored_stale"
IGNORED_UNKNOWN: Final = "ignored_unknown"

CALLBACK_OUTCOMES: Final = {
    APPLIED: _("applied"),
    IGNORED_STALE: _("ignored: nothing new"),
    IGNORED_UNKNOWN: _("ignored: not about a payment of ours"),
    FAILED: _("failed"),
}
