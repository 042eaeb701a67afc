"""Making, changing, starting and stopping promotions and campaigns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError
from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from catalog import locks
from catalog.domain.promotions.errors import LimitTooLow, PromotionKeyTaken, StatusRefused, WindowInvalid
from catalog.domain.promotions.reading import (
    PromotionInvalid,
    dump_conditions,
    dump_term,
    read_action,
    read_conditions,
)
from catalog.domain.promotions.terms import GroupPrice, PromotionClass
from catalog.models import Campaign, CampaignBudget, FlashStock, Promotion, Redemption
from catalog.queries.promotions.rules import forget_automatic
from shop.kernel.audit import record_audit
from shop.kernel.clock import now
from shop.kernel.transactions import on_commit, savepoint, transactional

COUNTED = ~Q(state=Redemption.State.RELEASED)
NO_AMOUNT = Decimal(0)
MOST_KEY = 60
FIRST_YEAR, LAST_YEAR = 2000, 2200


@dataclass(frozen=True, kw_only=True, slots=True)
class PromotionDraft:
    """All that a promotion is made of; `conditions` and `action` as JSON, read and checked before they are stored."""

    key: str
    name: str
    promotion_class: str
    action: Mapping[str, Any]
    conditions: Sequence[Mapping[str, Any]] = ()
    title_en: str = ""
    title_zh_hans: str = ""
    campaign_id: int | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    priority: int = 100
    combines_with: Sequence[str] = ()
    tags: Sequence[str] = ()
    accepts_tags: Sequence[str] = ()
    needs_coupon: bool = False
    is_flash_sale: bool = False
    usage_limit: int | None = None
    per_customer_limit: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class FlashDraft:
    """What a flash sale has of one article."""

    variant_id: int
    limit_quantity: int
    per_customer_quantity: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CampaignDraft:
    """A campaign with its budgets by currency."""

    key: str
    name: str
    usage_limit: int | None = None
    budgets: Mapping[str, Decimal] = field(default_factory=dict)


@transactional
def save_promotion(draft: PromotionDraft, *, actor: str, promotion_id: int | None = None) -> Promotion:
    """Make or change a promotion; a new one is a draft. May be repeated.

    Locks it against new uses, so that a limit counts every use there is. Raises PromotionInvalid, WindowInvalid,
    LimitTooLow, StatusRefused, PromotionKeyTaken.
    """
    values = _check(draft)
    instant = now()
    if promotion_id is None:
        promotion = Promotion(created_at=instant)
    else:
        promotion = locks.lock_promotion(promotion_id)
        if promotion.status == Promotion.Status.ENDED:
            raise StatusRefused(_("An ended promotion cannot be changed. Copy it."))
    for name, value in values.items():
        setattr(promotion, name, value)
    promotion.updated_at = instant
    promotion.used_quantity = _count_uses(promotion, draft.usage_limit)
    _write(promotion)
    _show_at_once()
    record_audit(actor, action="promotion.saved", target=f"promotion:{promotion.key}", draft=_tell(values))
    return promotion


def _write(promotion: Promotion) -> None:
    try:
        with savepoint():
            promotion.save()
    except IntegrityError as error:
        # The database decides between two that take one key at a time.
        if Promotion.objects.filter(key=promotion.key).exclude(pk=promotion.pk).exists():
            raise PromotionKeyTaken from error
        raise


def _show_at_once() -> None:
    """In this transaction's own reads, and again for those that read beside it before it was committed."""
    forget_automatic()
    on_commit(forget_automatic)


def _check(draft: PromotionDraft) -> dict[str, Any]:
    action = read_action(draft.action)
    conditions = read_conditions(list(draft.conditions))
    classes = {one.value for one in PromotionClass}
    if draft.promotion_class not in classes or PromotionClass(draft.promotion_class) not in action.classes:
        raise PromotionInvalid(_("This action does not take from there."), field="promotion_class")
    if not set(draft.combines_with) <= classes:
        raise PromotionInvalid(_("Choose among product, order and shipping."), field="combines_with")
    _check_window(draft)
    if not 1 <= len(draft.key) <= MOST_KEY:
        raise PromotionInvalid(_("A key has 1 to %(most)d characters.") % {"most": MOST_KEY}, field="key")
    if draft.is_flash_sale and draft.promotion_class != PromotionClass.PRODUCT:
        raise PromotionInvalid(_("A flash sale takes from articles."), field="is_flash_sale")
    if isinstance(action, GroupPrice) and draft.needs_coupon:
        raise PromotionInvalid(_("A group is opened from the product, not by a code."), field="needs_coupon")
    names = [name for name in PromotionDraft.__dataclass_fields__ if name not in {"action", "conditions"}]
    values = {name: getattr(draft, name) for name in names}
    lists = {name: list(values[name]) for name in ("combines_with", "tags", "accepts_tags")}
    return values | lists | {"action": dump_term(action), "conditions": dump_conditions(conditions)}


def _check_window(draft: PromotionDraft) -> None:
    for name, at in (("starts_at", draft.starts_at), ("ends_at", draft.ends_at)):
        if at is not None and not FIRST_YEAR <= at.year <= LAST_YEAR:
            raise PromotionInvalid(
                _("Choose a year from %(first)d to %(last)d.") % {"first": FIRST_YEAR, "last": LAST_YEAR},
                field=name,
            )
    if draft.starts_at and draft.ends_at and draft.ends_at <= draft.starts_at:
        raise WindowInvalid


def _tell(values: Mapping[str, Any]) -> dict[str, Any]:
    """What the audit log keeps: plain values."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()
    }


def _count_uses(promotion: Promotion, limit: int | None) -> int:
    if limit is None or promotion.pk is None:
        return 0
    used = Redemption.objects.filter(COUNTED, promotion=promotion).count()
    if used > limit:
        raise LimitTooLow(used, field="usage_limit")
    return used


@transactional
def set_promotion_status(promotion_id: int, *, status: str, actor: str) -> Promotion:
    """Start, pause or end a promotion. May be repeated. Raises StatusRefused: what has ended does not start again."""
    promotion = locks.lock_promotion(promotion_id)
    if promotion.status == status:
        return promotion
    if promotion.status == Promotion.Status.ENDED or status == Promotion.Status.DRAFT:
        raise StatusRefused(_("An ended promotion cannot be started again. Copy it."))
    promotion.status = status
    promotion.updated_at = now()
    promotion.save(update_fields=["status", "updated_at"])
    _show_at_once()
    record_audit(actor, action=f"promotion.{status}", target=f"promotion:{promotion.key}")
    return promotion


@transactional
def set_flash_stock(promotion_id: int, *, items: Sequence[FlashDraft], actor: str) -> None:
    """Say which articles a flash sale has and how many; those that are not named leave it. May be repeated.

    Raises LimitTooLow when more of an article is sold already.
    """
    promotion = locks.lock_promotion(promotion_id)
    wanted = {item.variant_id: item for item in items}
    promotion.flash_stock.exclude(variant_id__in=wanted).delete()
    known = {row.variant_id: row for row in locks.lock_flash_stock(promotion.pk)}
    for variant_id, item in sorted(wanted.items()):
        row = known.get(variant_id) or FlashStock(promotion=promotion, variant_id=variant_id)
        if row.sold_quantity > item.limit_quantity:
            raise LimitTooLow(row.sold_quantity, field="limit_quantity")
        row.limit_quantity = item.limit_quantity
        row.per_customer_quantity = item.per_customer_quantity
        row.save()
    facts = {str(item.variant_id): item.limit_quantity for item in items}
    record_audit(actor, action="promotion.flash_stock", target=f"promotion:{promotion.key}", stock=facts)


@transactional
def save_campaign(draft: CampaignDraft, *, actor: str, campaign_id: int | None = None) -> Campaign:
    """Make or change a campaign with its budgets. May be repeated. Raises LimitTooLow below what is used or spent."""
    campaign = locks.lock_campaign(campaign_id) if campaign_id else Campaign()
    counted = Redemption.objects.filter(COUNTED, campaign_id=campaign.pk or 0)
    used = counted.count() if draft.usage_limit is not None else 0
    if draft.usage_limit is not None and used > draft.usage_limit:
        raise LimitTooLow(used, field="usage_limit")
    campaign.key, campaign.name = draft.key, draft.name
    campaign.usage_limit, campaign.used_quantity = draft.usage_limit, used
    campaign.save()
    _save_budgets(campaign, draft.budgets)
    told = {currency: str(amount) for currency, amount in draft.budgets.items()}
    record_audit(
        actor,
        action="campaign.saved",
        target=f"campaign:{campaign.key}",
        budgets=told,
        limit=draft.usage_limit,
    )
    return campaign


def _save_budgets(campaign: Campaign, budgets: Mapping[str, Decimal]) -> None:
    campaign.budgets.exclude(currency__in=budgets).delete()
    spent = dict(
        Redemption.objects.filter(COUNTED, campaign=campaign)
        .values_list("currency")
        .annotate(total=Sum("discount_amount"))
    )
    for currency, limit in sorted(budgets.items()):
        gone = spent.get(currency) or NO_AMOUNT
        if gone > limit:
            raise LimitTooLow(f"{gone} {currency}", field="budgets")
        CampaignBudget.objects.update_or_create(
            campaign=campaign, currency=currency, defaults={"limit_amount": limit, "spent_amount": gone}
        )
