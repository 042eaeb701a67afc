"""Deciding about suggested prices: into a change that is previewed and can be taken back, or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from catalog import locks
from catalog.domain.pricing.guarding import compute_floor
from catalog.domain.pricing.repricing import (
    SUGGESTION_TRANSITIONS,
    Situation,
    SuggestionMoved,
    SuggestionState,
)
from catalog.models import PriceBatch, PriceSuggestion
from catalog.queries.pricing.situations import list_situations
from catalog.services.pricing.batches import cancel_batch, confirm_batch, plan_batch
from shop.kernel.audit import record_audit
from shop.kernel.clock import now
from shop.kernel.errors import Invalid
from shop.kernel.transactions import transactional

SLICE = 500


@dataclass(frozen=True, kw_only=True)
class Approval:
    """The change that holds what was approved (None when nothing was left), and how many were out of date."""

    batch: PriceBatch | None
    expired_quantity: int


@transactional
def approve_suggestions(suggestion_ids: Sequence[int], *, actor: str) -> Approval:
    """Put open suggestions into a draft change of prices: nothing moves before it is confirmed.

    Locks the suggestions. One whose price, cost or day has moved meanwhile expires instead. Raises SuggestionMoved for one
    that was decided before, then nothing is done; Invalid for several currencies at once.
    """
    rows = locks.lock_price_suggestions(suggestion_ids)
    for row in rows:
        if row.state != SuggestionState.OPEN:
            raise SuggestionMoved(row.variant.sku)
    if len({row.currency for row in rows}) > 1:
        raise Invalid(_("Choose suggestions of one currency."), field="chosen")
    kept, stale = _sort_out(rows)
    for row, reason in stale:
        _decide(row, SuggestionState.EXPIRED, actor=actor, reason=reason)
    batch = _plan(kept, actor=actor) if kept else None
    if batch is not None:
        record_audit(
            actor, action="prices.suggestions_approved", target=f"price_batch:{batch.pk}", quantity=len(kept)
        )
    return Approval(batch=batch, expired_quantity=len(stale))


def _sort_out(
    rows: Sequence[PriceSuggestion],
) -> tuple[list[PriceSuggestion], list[tuple[PriceSuggestion, str]]]:
    kept: list[PriceSuggestion] = []
    stale: list[tuple[PriceSuggestion, str]] = []
    instant = now()
    today = localtime(instant).date()
    for start in range(0, len(rows), SLICE):
        part = rows[start : start + SLICE]
        known = list_situations(
            [row.variant_id for row in part], currency=part[0].currency, now=instant, fresh_days=0
        )
        for row in part:
            found = known.get(row.variant_id)
            reason = _find_change(row, found[0] if found else None, today=today)
            if reason:
                stale.append((row, reason))
            else:
                kept.append(row)
    return kept, stale


def _find_change(row: PriceSuggestion, situation: Situation | None, *, today: date) -> str:
    """What has moved since it was suggested; empty when nothing has."""
    if row.day != today:
        return _("It was for another day.")
    if situation is None or situation.amount != row.old_amount:
        return _("The price has moved meanwhile.")
    guards = row.rule.guards
    if situation.cost is None or row.new_amount < compute_floor(
        situation.cost, least_margin_percent=guards.least_margin_percent, currency=row.currency
    ):
        return _("The cost has moved meanwhile.")
    return ""


def _plan(rows: Sequence[PriceSuggestion], *, actor: str) -> PriceBatch:
    names = sorted({row.rule.name for row in rows})
    batch = plan_batch(
        ", ".join(names)[:100] + f" {rows[0].day.isoformat()}",
        prices={(row.variant_id, row.currency): row.new_amount for row in rows},
        compare_at={
            (row.variant_id, row.currency): row.new_compare_at_amount
            for row in rows
            if row.new_compare_at_amount is not None
        },
        actor=actor,
        rule={"rules": names},
    )
    for row in rows:
        row.batch = batch
        _decide(row, SuggestionState.APPROVED, actor=actor)
    return batch


def _decide(row: PriceSuggestion, state: SuggestionState, *, actor: str, reason: str = "") -> None:
    SUGGESTION_TRANSITIONS.check(row.state, state)
    row.state, row.decided_by, row.decided_at, row.reason = state, actor, now(), reason[:200]
    row.save(update_fields=["state", "decided_by", "decided_at", "reason", "batch"])


@transactional
def refuse_suggestions(suggestion_ids: Sequence[int], *, actor: str, reason: str) -> int:
    """Not this price: how many were refused; the rule may ask again tomorrow. Locks the suggestions. May be repeated."""
    rows = [row for row in locks.lock_price_suggestions(suggestion_ids) if row.state == SuggestionState.OPEN]
    for row in rows:
        _decide(row, SuggestionState.REFUSED, actor=actor, reason=reason)
    if rows:
        record_audit(
            actor, action="prices.suggestions_refused", target="price_suggestions", quantity=len(rows)
        )
    return len(rows)


@transactional
def apply_within_guards(suggestion_ids: Sequence[int], *, actor: str) -> int:
    """Approve and apply at once what a rule may move by itself; how many prices moved. Locks them, then products."""
    rows = locks.lock_price_suggestions(suggestion_ids)
    open_ids = [row.pk for row in rows if row.state == SuggestionState.OPEN]
    approval = approve_suggestions(open_ids, actor=actor)
    if approval.batch is None:
        return 0
    confirm_batch(approval.batch.pk, actor=actor)
    return PriceSuggestion.objects.filter(batch=approval.batch, state=SuggestionState.APPLIED).count()


@transactional
def expire_suggestions(today: date) -> int:
    """Put an end to what nobody has decided until its day was over, drafts of changes among it; how many."""
    drafts = PriceSuggestion.objects.filter(
        state=SuggestionState.APPROVED, day__lt=today, batch__state=PriceBatch.State.DRAFT
    )
    for batch_id in sorted(set(drafts.values_list("batch_id", flat=True))):
        cancel_batch(batch_id, actor="system")
    rows = PriceSuggestion.objects.open().filter(day__lt=today)
    return rows.update(
        state=SuggestionState.EXPIRED,
        decided_at=now(),
        decided_by="system",
        reason=_("Nobody has decided that day."),
    )
