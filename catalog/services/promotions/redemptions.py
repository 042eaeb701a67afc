"""Uses of promotions, counted under the same rules as stock: one conditional update each, whose row count is the answer.

Order of the locks, after the order's own: redemptions, campaigns, budgets, promotions, coupons, customers, flash stock;
within each by primary key; before stock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, F, IntegerField, QuerySet, Value, When
from django.db.models.functions import Greatest

from catalog.domain.promotions.errors import PromotionGone
from catalog.domain.promotions.traces import Trace, TraceEntry
from catalog.models import (
    Campaign,
    CampaignBudget,
    Coupon,
    CustomerUse,
    FlashPurchase,
    FlashStock,
    Promotion,
    Redemption,
)
from catalog.queries.promotions.rules import list_coupons
from shop.kernel.clock import now
from shop.kernel.money import Money
from shop.kernel.transactions import transactional


@dataclass(frozen=True, kw_only=True, slots=True)
class _Use:
    """One promotion's use by one order, with the limits that count it."""

    entry: TraceEntry
    row: Redemption
    limits: dict[str, Any]


@transactional
def redeem_promotions(reference: str, *, trace: Trace, customer_keys: Sequence[str]) -> list[Redemption]:
    """Take one use of every promotion that the trace applied, all or none.

    Raises PromotionGone for the first that has nothing left; the caller's whole transaction is then undone. Once per
    reference. A redemption's row points to its promotion before the limit is read: whoever sets a limit waits for it.
    """
    applied = sorted(trace.applied, key=lambda entry: entry.promotion_id)
    if not applied:
        return []
    coupons = list_coupons([entry.coupon_code.upper() for entry in applied if entry.coupon_code])
    campaigns: dict[int, int | None] = dict(
        Promotion.objects.filter(pk__in=[entry.promotion_id for entry in applied]).values_list(
            "pk", "campaign_id"
        )
    )
    rows = Redemption.objects.bulk_create(
        Redemption(
            promotion_id=entry.promotion_id,
            campaign_id=campaigns[entry.promotion_id],
            coupon=coupons.get(entry.coupon_code.upper()) if entry.coupon_code else None,
            reference=reference,
            customer_keys=list(customer_keys),
            currency=trace.currency,
            discount_amount=Money.from_minor(entry.total_minor, trace.currency).amount,
            units={str(variant_id): units for variant_id, units in entry.units.items()},
            created_at=now(),
        )
        for entry in applied
    )
    limits = _read_limits(rows)
    uses = [
        _Use(entry=entry, row=row, limits=limits[row.promotion_id])
        for entry, row in zip(applied, rows, strict=True)
    ]
    _count_campaigns(uses)
    _count_each(uses)
    _count_customers(uses)
    _count_flash(uses)
    return rows


def _read_limits(rows: Sequence[Redemption]) -> dict[int, dict[str, Any]]:
    fields = ("pk", "usage_limit", "per_customer_limit", "is_flash_sale", "campaign__usage_limit")
    found = Promotion.objects.filter(pk__in=[row.promotion_id for row in rows]).values(*fields)
    return {row["pk"]: row for row in found}


def _take(rows: QuerySet[Any], column: str, quantity: int | Decimal, limit: str, use: _Use) -> None:
    """The one conditional update: no row, no use."""
    counted = rows.filter(**{f"{limit}__gte": F(column) + quantity}).update(**{column: F(column) + quantity})
    if not counted:
        raise _build_gone(use)


def _build_gone(use: _Use) -> PromotionGone:
    titles = {"title_en": use.entry.title_en, "title_zh_hans": use.entry.title_zh_hans, "key": use.entry.key}
    return PromotionGone(titles=titles, coupon_code=use.entry.coupon_code)


def _count_campaigns(uses: Sequence[_Use]) -> None:
    """One use per promotion, and what each gives away."""
    owned = sorted(
        ((use.row.campaign_id, use) for use in uses if use.row.campaign_id), key=lambda pair: pair[0]
    )
    for pk, use in owned:
        if use.limits["campaign__usage_limit"] is not None:
            _take(Campaign.objects.filter(pk=pk), "used_quantity", 1, "usage_limit", use)
    if not owned:
        return
    budgets = CampaignBudget.objects.filter(campaign_id__in=[pk for pk, _use in owned])
    budgeted = set(budgets.values_list("campaign_id", flat=True))
    for pk, use in owned:
        if pk in budgeted:
            budget = CampaignBudget.objects.filter(campaign_id=pk, currency=use.row.currency)
            _take(budget, "spent_amount", use.row.discount_amount, "limit_amount", use)


def _count_each(uses: Sequence[_Use]) -> None:
    for use in uses:
        if use.limits["usage_limit"] is not None:
            _take(Promotion.objects.filter(pk=use.row.promotion_id), "used_quantity", 1, "usage_limit", use)
    opened = sorted(((use.row.coupon_id, use) for use in uses if use.row.coupon_id), key=lambda pair: pair[0])
    for pk, use in opened:
        # Read behind the redemption's key, as the promotion's limit is.
        limit, use.limits["coupon_per_customer"] = Coupon.objects.values_list(
            "usage_limit", "per_customer_limit"
        ).get(pk=pk)
        if limit is not None:
            _take(Coupon.objects.filter(pk=pk), "used_quantity", 1, "usage_limit", use)


def _count_customers(uses: Sequence[_Use]) -> None:
    """Every name of a customer has its own count: an account is not a way round an address, nor the reverse."""
    for use in uses:
        for coupon_id, limit in (
            (None, use.limits["per_customer_limit"]),
            (use.row.coupon_id, use.limits.get("coupon_per_customer")),
        ):
            if limit is not None:
                for key in sorted(use.row.customer_keys):
                    _count_customer(use, coupon_id=coupon_id, customer_key=key, limit=limit)


def _count_customer(use: _Use, *, coupon_id: int | None, customer_key: str, limit: int) -> None:
    row = CustomerUse(promotion_id=use.row.promotion_id, coupon_id=coupon_id, customer_key=customer_key)
    CustomerUse.objects.bulk_create([row], ignore_conflicts=True)
    own = _list_uses(use.row.promotion_id, coupon_id).filter(customer_key=customer_key)
    if not own.filter(used_quantity__lt=limit).update(used_quantity=F("used_quantity") + 1):
        raise _build_gone(use)


def _list_uses(promotion_id: int, coupon_id: int | None) -> QuerySet[CustomerUse]:
    uses = CustomerUse.objects.filter(promotion_id=promotion_id)
    return uses.filter(coupon__isnull=True) if coupon_id is None else uses.filter(coupon_id=coupon_id)


def _count_flash(uses: Sequence[_Use]) -> None:
    for use in uses:
        if not use.limits["is_flash_sale"]:
            continue
        stocks = FlashStock.objects.filter(promotion_id=use.row.promotion_id, variant_id__in=use.entry.units)
        for stock in stocks.order_by("pk"):
            units = use.entry.units[stock.variant_id]
            _take(FlashStock.objects.filter(pk=stock.pk), "sold_quantity", units, "limit_quantity", use)
            if stock.per_customer_quantity is not None:
                for key in sorted(use.row.customer_keys):
                    _count_purchase(use, stock, customer_key=key, units=units)


def _count_purchase(use: _Use, stock: FlashStock, *, customer_key: str, units: int) -> None:
    FlashPurchase.objects.bulk_create(
        [FlashPurchase(stock=stock, customer_key=customer_key)], ignore_conflicts=True
    )
    own = FlashPurchase.objects.filter(stock=stock, customer_key=customer_key)
    most = (stock.per_customer_quantity or 0) - units
    if not own.filter(quantity__lte=most).update(quantity=F("quantity") + units):
        raise _build_gone(use)


@transactional
def keep_redemptions(reference: str) -> int:
    """The order is paid: its uses count for good. May be repeated."""
    held = Redemption.objects.filter(reference=reference, state=Redemption.State.HELD)
    return held.update(state=Redemption.State.KEPT, settled_at=now())


@transactional
def release_redemptions(reference: str, *, with_kept: bool = False) -> int:
    """The order ended unpaid: its uses are free again; those of a paid one stay, unless `with_kept`. May be repeated.

    The caller holds the order's lock, so that nobody pays meanwhile.
    """
    states = [Redemption.State.HELD, *([Redemption.State.KEPT] if with_kept else [])]
    held = list(Redemption.objects.filter(reference=reference, state__in=states).order_by("pk"))
    if not held:
        return 0
    Redemption.objects.filter(pk__in=[row.pk for row in held]).update(
        state=Redemption.State.RELEASED, settled_at=now()
    )
    _give_back_campaigns(held)
    # Unlimited ones are touched too, so that whoever sets a limit at this instant counts after us.
    _give_back(Promotion, Counter(row.promotion_id for row in held))
    _give_back(Coupon, Counter(row.coupon_id for row in held if row.coupon_id))
    in_order = sorted(held, key=lambda one: one.promotion_id)
    for row in in_order:
        _give_back_customers(row)
    for row in in_order:
        _give_back_flash(row)
    return len(held)


def _give_back(model: type[Promotion | Coupon | Campaign], counts: Counter[int]) -> None:
    for pk, count in sorted(counts.items()):
        model.objects.filter(pk=pk).update(
            used_quantity=Case(
                When(usage_limit__isnull=False, then=F("used_quantity") - count),
                default=F("used_quantity"),
                output_field=IntegerField(),
            )
        )


def _give_back_campaigns(held: Sequence[Redemption]) -> None:
    owned = sorted(((row.campaign_id, row) for row in held if row.campaign_id), key=lambda pair: pair[0])
    _give_back(Campaign, Counter(pk for pk, _row in owned))
    for pk, row in owned:
        CampaignBudget.objects.filter(campaign_id=pk, currency=row.currency).update(
            spent_amount=F("spent_amount") - row.discount_amount
        )


def _give_back_customers(row: Redemption) -> None:
    for coupon_id in {None, row.coupon_id}:
        own = _list_uses(row.promotion_id, coupon_id).filter(customer_key__in=row.customer_keys)
        own.update(used_quantity=Greatest(F("used_quantity") - 1, Value(0)))


def _give_back_flash(row: Redemption) -> None:
    for variant_id, units in sorted(row.units.items()):
        stock = FlashStock.objects.filter(promotion_id=row.promotion_id, variant_id=int(variant_id))
        stock.update(sold_quantity=Greatest(F("sold_quantity") - units, Value(0)))
        FlashPurchase.objects.filter(stock__in=stock, customer_key__in=row.customer_keys).update(
            quantity=Greatest(F("quantity") - units, Value(0))
        )
