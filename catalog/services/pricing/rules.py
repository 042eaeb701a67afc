"""Running the rules on prices: one suggestion per article, rule and day, however often they run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import structlog
from django.utils.timezone import localtime

from catalog import locks
from catalog.domain.pricing.guarding import judge_price
from catalog.domain.pricing.repricing import Guards, RepricingInvalid, Situation, Strategy, Terms, Verdict
from catalog.models import PriceSuggestion, PricingRule
from catalog.queries.pricing.scopes import list_rule_variants
from catalog.queries.pricing.situations import list_situations
from catalog.services.pricing.suggestions import apply_within_guards, expire_suggestions
from shop.kernel.audit import record_audit
from shop.kernel.clock import now
from shop.kernel.transactions import transactional

log = structlog.get_logger(__name__)
SLICE = 500


@dataclass(frozen=True, kw_only=True)
class RunSummary:
    """How many suggestions were made, and how many prices moved by themselves."""

    suggested_quantity: int
    applied_quantity: int


@transactional
def save_pricing_rule(rule: PricingRule, *, actor: str) -> None:
    """Keep a rule as it was checked by its form. It moves prices, so who changed it is in the audit log."""
    rule.save()
    record_audit(
        actor,
        action="prices.rule_saved",
        target=f"pricing_rule:{rule.key}",
        is_active=rule.is_active,
        is_automatic=rule.is_automatic,
    )


def run_pricing_rules() -> RunSummary:
    """Let every active rule suggest, the first in rank first; an article belongs to one rule.

    Batches, each in its own transaction. May run twice at once, and again after it was cut off: what was suggested today is
    not suggested again. A rule that cannot be read is passed over.
    """
    instant = now()
    expire_suggestions(localtime(instant).date())
    suggested = applied = 0
    before: list[PricingRule] = []
    for rule in PricingRule.objects.running():
        try:
            suggested += _run_rule(rule, before=before, instant=instant)
        except RepricingInvalid:
            log.exception("pricing.rule_unreadable", rule=rule.key)
            continue
        applied += _apply_automatic(rule, instant)
        before.append(rule)
    return RunSummary(suggested_quantity=suggested, applied_quantity=applied)


def _run_rule(rule: PricingRule, *, before: Sequence[PricingRule], instant: datetime) -> int:
    terms, guards = rule.terms, rule.guards
    held: Counter[str] = Counter()
    count = 0
    last_id = 0
    while True:
        variants = list_rule_variants(rule, before=before).filter(pk__gt=last_id)
        part = list(variants.values_list("pk", flat=True)[:SLICE])
        if not part:
            break
        count += _suggest(rule, part, terms=terms, guards=guards, instant=instant, held=held)
        last_id = part[-1]
    _note_run(rule.pk, instant=instant, facts={"suggested": count, "held": dict(held)})
    return count


@transactional
def _note_run(rule_id: int, *, instant: datetime, facts: dict[str, object]) -> None:
    rule = locks.lock_pricing_rule(rule_id)
    rule.last_run_at, rule.last_run_facts = instant, facts
    rule.save(update_fields=["last_run_at", "last_run_facts"])


@transactional
def _suggest(
    rule: PricingRule,
    variant_ids: Sequence[int],
    *,
    terms: Terms,
    guards: Guards,
    instant: datetime,
    held: Counter[str],
) -> int:
    known = list_situations(variant_ids, currency=rule.currency, now=instant, fresh_days=rule.fresh_days)
    rows = []
    for variant_id, (situation, compare_at) in known.items():
        verdict = judge_price(situation, terms=terms, guards=guards)
        if verdict.held is not None:
            held[verdict.held.value] += 1
            continue
        rows.append(_build(rule, variant_id, situation, verdict, compare_at=compare_at, instant=instant))
    mine = PriceSuggestion.objects.filter(rule=rule, day=localtime(instant).date())
    made_before = mine.count()
    # The constraints are the judges: once a day by each rule, and one that waits for each price.
    PriceSuggestion.objects.bulk_create(rows, ignore_conflicts=True)
    return mine.count() - made_before


def _build(
    rule: PricingRule,
    variant_id: int,
    situation: Situation,
    verdict: Verdict,
    *,
    compare_at: Decimal | None,
    instant: datetime,
) -> PriceSuggestion:
    is_markdown = rule.strategy == Strategy.MARKDOWN
    wanted = situation.list_amount if is_markdown else compare_at
    amount = verdict.new_amount or situation.amount
    return PriceSuggestion(
        rule=rule,
        variant_id=variant_id,
        currency=rule.currency,
        day=localtime(instant).date(),
        old_amount=situation.amount,
        new_amount=amount,
        new_compare_at_amount=wanted if wanted is not None and wanted > amount else None,
        list_amount=situation.list_amount,
        facts={"lines": [line.to_json() for line in verdict.lines]},
        needs_approval=verdict.needs_approval,
        created_at=instant,
    )


def _apply_automatic(rule: PricingRule, instant: datetime) -> int:
    if not rule.is_automatic:
        return 0
    waiting = PriceSuggestion.objects.open().filter(
        rule=rule, day=localtime(instant).date(), needs_approval=False
    )
    ids = list(waiting.order_by("pk").values_list("pk", flat=True))
    return sum(
        apply_within_guards(ids[start : start + SLICE], actor=f"rule:{rule.key}")
        for start in range(0, len(ids), SLICE)
    )
