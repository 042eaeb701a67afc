"""Changes of many prices: previewed, confirmed for now or later, applied once, taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from catalog import locks
from catalog.domain.pricing.changes import (
    BatchMoved,
    OwnPriceChange,
    PriceChangeInvalid,
    PriceRule,
    compute_new_price,
)
from catalog.models import Price, PriceBatch, PriceChange, Variant
from catalog.queries.pricing.batches import VariantChoice, count_own_large_moves, list_chosen_variants
from catalog.services.listings import refresh_listings
from catalog.services.pricing.settlement import settle_applied, settle_cancelled, settle_reverted
from shop.kernel.audit import record_audit
from shop.kernel.clock import now
from shop.kernel.transactions import transactional

MOST_CHANGES = 20_000
SLICE = 500
Key = tuple[int, str]


@transactional
def preview_batch(
    name: str, *, choice: VariantChoice, currency: str, rule: PriceRule, actor: str
) -> PriceBatch:
    """Work out a change and keep it as a preview; no price moves. Raises PriceChangeInvalid when nothing would change."""
    prices = Price.objects.filter(currency=currency, variant__in=list_chosen_variants(choice)).order_by(
        "variant_id"
    )
    found = list(prices[: MOST_CHANGES + 1])
    if len(found) > MOST_CHANGES:
        raise PriceChangeInvalid(
            _("These are more than %(most)d prices. Choose fewer.") % {"most": MOST_CHANGES}, field="choice"
        )
    batch = PriceBatch(name=name, created_by=actor, created_at=now())
    batch.rule = {key: str(value) for key, value in asdict(rule).items() if value is not None}
    changes = [change for price in found if (change := _plan(price, batch, rule)) is not None]
    if not changes:
        raise PriceChangeInvalid(_("No price would change."), field="choice")
    batch.save()
    PriceChange.objects.bulk_create(changes, batch_size=2_000)
    return batch


def _plan(price: Price, batch: PriceBatch, rule: PriceRule) -> PriceChange | None:
    fresh = compute_new_price(
        price.amount, compare_at=price.compare_at_amount, rule=rule, currency=price.currency
    )
    if fresh.amount == price.amount and fresh.compare_at == price.compare_at_amount:
        return None
    return PriceChange(
        batch=batch,
        variant_id=price.variant_id,
        currency=price.currency,
        old_amount=price.amount,
        old_compare_at_amount=price.compare_at_amount,
        new_amount=fresh.amount,
        new_compare_at_amount=fresh.compare_at,
    )


@transactional
def plan_batch(
    name: str,
    *,
    prices: Mapping[Key, Decimal],
    actor: str,
    rule: Mapping[str, Any] | None = None,
    compare_at: Mapping[Key, Decimal] | None = None,
) -> PriceBatch:
    """Keep given prices by (variant, currency) as a preview, with other compare-at prices where `compare_at` has them.

    Raises PriceChangeInvalid when none of them differs.
    """
    claims = compare_at or {}
    batch = PriceBatch(name=name, created_by=actor, created_at=now(), rule=dict(rule or {}))
    rows = _read_prices(prices.keys())
    changes = [
        PriceChange(
            batch=batch,
            variant_id=key[0],
            currency=key[1],
            old_amount=row.amount,
            old_compare_at_amount=row.compare_at_amount,
            new_amount=prices[key],
            new_compare_at_amount=_keep_above(claims.get(key, row.compare_at_amount), prices[key]),
        )
        for key, row in sorted(rows.items())
        if row.amount != prices[key]
    ]
    if not changes:
        raise PriceChangeInvalid(_("No price would change."), field="choice")
    batch.save()
    PriceChange.objects.bulk_create(changes, batch_size=2_000)
    return batch


def _keep_above(compare_at: Decimal | None, amount: Decimal) -> Decimal | None:
    return compare_at if compare_at is not None and compare_at > amount else None


@transactional
def confirm_batch(
    batch_id: int, *, actor: str, due_at: datetime | None = None, revert_at: datetime | None = None
) -> PriceBatch:
    """Let a preview happen, now or at its time, and be taken back at another. Locks the change.

    Raises BatchMoved, PriceChangeInvalid, and OwnPriceChange for who put large moves together.
    """
    batch = locks.lock_price_batch(batch_id)
    if batch.state != PriceBatch.State.DRAFT:
        raise BatchMoved
    if own_moves := count_own_large_moves(batch, actor=actor):
        raise OwnPriceChange(own_moves)
    instant = now()
    batch.due_at = due_at or instant
    if revert_at is not None and revert_at <= max(batch.due_at, instant):
        raise PriceChangeInvalid(_("The end must be after the beginning."), field="revert_at")
    batch.revert_at = revert_at
    batch.state, batch.confirmed_by = PriceBatch.State.SCHEDULED, actor
    batch.save(update_fields=["due_at", "revert_at", "state", "confirmed_by"])
    record_audit(
        actor, action="prices.confirmed", target=f"price_batch:{batch.pk}", due_at=batch.due_at.isoformat()
    )
    return apply_batch(batch_id) if batch.due_at <= instant else batch


@transactional
def cancel_batch(batch_id: int, *, actor: str) -> PriceBatch:
    """Drop a preview or a change that has not happened. May be repeated. Raises BatchMoved."""
    batch = locks.lock_price_batch(batch_id)
    if batch.state == PriceBatch.State.CANCELLED:
        return batch
    if batch.state not in {PriceBatch.State.DRAFT, PriceBatch.State.SCHEDULED}:
        raise BatchMoved
    batch.state = PriceBatch.State.CANCELLED
    batch.save(update_fields=["state"])
    settle_cancelled(batch.pk)
    record_audit(actor, action="prices.cancelled", target=f"price_batch:{batch.pk}")
    return batch


@transactional
def apply_batch(batch_id: int) -> PriceBatch:
    """Set the prices of a scheduled change, and rebuild the listings. May be repeated: it happens once.

    Locks the change, then products. What a price was just before is kept, so that it can be taken back.
    """
    batch = locks.lock_price_batch(batch_id)
    if batch.state != PriceBatch.State.SCHEDULED:
        return batch
    changes = list(batch.changes.order_by("variant_id", "currency"))
    prices = _lock_prices(changes)
    for change in changes:
        price = prices.get((change.variant_id, change.currency))
        if price is None:
            change.state = PriceChange.State.SKIPPED
            continue
        change.old_amount, change.old_compare_at_amount = price.amount, price.compare_at_amount
        price.amount, price.compare_at_amount = change.new_amount, change.new_compare_at_amount
        change.state = PriceChange.State.APPLIED
    _write(changes, prices)
    batch.state, batch.applied_at = PriceBatch.State.APPLIED, now()
    batch.save(update_fields=["state", "applied_at"])
    settle_applied(batch.pk)
    return batch


@transactional
def revert_batch(batch_id: int, *, actor: str) -> PriceBatch:
    """Take an applied change back: prices that are still what it made them. May be repeated. Raises BatchMoved."""
    batch = locks.lock_price_batch(batch_id)
    if batch.state == PriceBatch.State.REVERTED:
        return batch
    if batch.state != PriceBatch.State.APPLIED:
        raise BatchMoved
    changes = list(batch.changes.filter(state=PriceChange.State.APPLIED).order_by("variant_id", "currency"))
    prices = _lock_prices(changes)
    for change in changes:
        price = prices.get((change.variant_id, change.currency))
        if price is None or price.amount != change.new_amount:
            change.state = PriceChange.State.SKIPPED
            continue
        price.amount, price.compare_at_amount = change.old_amount, change.old_compare_at_amount
        change.state = PriceChange.State.REVERTED
    _write(changes, prices)
    batch.state, batch.reverted_at = PriceBatch.State.REVERTED, now()
    batch.save(update_fields=["state", "reverted_at"])
    settle_reverted(batch.pk, actor=actor)
    record_audit(actor, action="prices.reverted", target=f"price_batch:{batch.pk}", quantity=len(changes))
    return batch


def _lock_prices(changes: Sequence[PriceChange]) -> dict[Key, Price]:
    """Products first, as everybody who writes listings does."""
    variants = {change.variant_id for change in changes}
    owners = Variant.objects.filter(pk__in=variants).values_list("product_id", flat=True)
    locks.lock_products(set(owners))
    return _read_prices({(change.variant_id, change.currency) for change in changes})


def _read_prices(keys: Any) -> dict[Key, Price]:
    wanted = set(keys)
    rows = Price.objects.filter(
        variant_id__in={variant_id for variant_id, _currency in wanted},
        currency__in={currency for _variant, currency in wanted},
    )
    return {key: row for row in rows if (key := (row.variant_id, row.currency)) in wanted}


def _write(changes: Sequence[PriceChange], prices: Mapping[Key, Price]) -> None:
    Price.objects.bulk_update(prices.values(), ["amount", "compare_at_amount"], batch_size=SLICE)
    PriceChange.objects.bulk_update(
        changes, ["state", "old_amount", "old_compare_at_amount"], batch_size=SLICE
    )
    variants = {variant_id for variant_id, _currency in prices}
    owners = sorted(set(Variant.objects.filter(pk__in=variants).values_list("product_id", flat=True)))
    for start in range(0, len(owners), SLICE):
        refresh_listings(owners[start : start + SLICE])


def run_due_batches() -> int:
    """Apply what is due and take back what is over, each in its own transaction; how many. May run twice at once."""
    instant = now()
    due = Q(state=PriceBatch.State.SCHEDULED, due_at__lte=instant)
    over = Q(state=PriceBatch.State.APPLIED, revert_at__lte=instant)
    found = list(PriceBatch.objects.filter(due | over).order_by("due_at", "pk").values_list("pk", "state"))
    for batch_id, state in found:
        if state == PriceBatch.State.SCHEDULED:
            apply_batch(batch_id)
        else:
            revert_batch(batch_id, actor="system")
    return len(found)
