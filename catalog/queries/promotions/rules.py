"""Which promotions may apply to a cart now, as the engine wants them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import structlog
from django.core.cache import caches
from django.db.models import prefetch_related_objects
from django.db.models.functions import Upper
from django.utils.translation import gettext as _

from catalog.domain.promotions.facts import Rule
from catalog.domain.promotions.reading import PromotionInvalid, read_action, read_conditions
from catalog.domain.promotions.terms import Action, Condition, GroupPrice, PromotionClass
from catalog.domain.promotions.windows import RunState, derive_state
from catalog.models import CampaignBudget, Coupon, CustomerUse, FlashPurchase, FlashStock, Promotion
from shop.kernel.money import Money
from shop.kernel.postgres.statements import RowStatement

log = structlog.get_logger(__name__)

NO_AMOUNT = Decimal(0)
AUTOMATIC_KEY = "catalog.promotions.automatic"
AUTOMATIC_SECONDS = 2
AUTOMATIC = RowStatement(
    Promotion,
    """WHERE status = 'active' AND NOT needs_coupon AND (ends_at IS NULL OR ends_at > %(now)s::timestamptz)
    AND action ->> 'kind' IS DISTINCT FROM """
    f"'{GroupPrice.kind}' ORDER BY priority, id",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleBook:
    """The rules of a cart, and why a code that was entered opens none of them."""

    rules: tuple[Rule, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)


def load_rules(
    *,
    currency: str,
    now: datetime,
    coupon_codes: Sequence[str] = (),
    customer_keys: Sequence[str] = (),
    is_fresh: bool = True,
    group_promotion_id: int | None = None,
) -> RuleBook:
    """Return what may apply: one query, one more with codes, and one each for flash stock, budgets and customers' limits.

    Not fresh, the promotions themselves are those of up to two seconds ago, and cost no query. A group's price is only
    for the cart that buys with the group: it is asked for by `group_promotion_id`, with one more query.
    """
    coupons = list_coupons(coupon_codes)
    refused = {code: _("There is no such code.") for code in coupon_codes if code not in coupons}
    opened: dict[int, Coupon] = {}
    for code, coupon in coupons.items():
        reason = explain_refusal(coupon, now) or (
            _("This code is already covered by another one.") if coupon.promotion_id in opened else ""
        )
        if reason:
            refused[code] = reason
        else:
            opened[coupon.promotion_id] = coupon
    promotions = list_automatic(now, is_fresh=is_fresh) + [coupon.promotion for coupon in opened.values()]
    if group_promotion_id is not None:
        promotions += list_group_promotions(now, promotion_id=group_promotion_id)
    limits = _Limits.load(promotions, opened, currency=currency, customer_keys=customer_keys)
    return RuleBook(
        rules=tuple(
            rule
            for promotion in promotions
            if (rule := _find_rule(promotion, opened.get(promotion.pk), limits)) is not None
        ),
        refused=refused,
    )


def list_automatic(now: datetime, *, is_fresh: bool = True) -> list[Promotion]:
    """Return the promotions that run now without a code."""
    active = None if is_fresh else caches["process"].get(AUTOMATIC_KEY)
    if active is None:
        active = AUTOMATIC.run(now=now)
        prefetch_related_objects([promotion for promotion in active if promotion.campaign_id], "campaign")
        caches["process"].set(AUTOMATIC_KEY, active, AUTOMATIC_SECONDS)
    return [
        promotion
        for promotion in active
        if (promotion.starts_at is None or promotion.starts_at <= now)
        and (promotion.ends_at is None or promotion.ends_at > now)
    ]


def list_group_promotions(now: datetime, *, promotion_id: int) -> list[Promotion]:
    """Return the group campaign with this number while it runs."""
    rows = Promotion.objects.running(now).filter(pk=promotion_id, action__kind=GroupPrice.kind)
    return list(rows.select_related("campaign"))


def forget_automatic() -> None:
    """Let this process see a change at once; the others do within two seconds."""
    caches["process"].delete(AUTOMATIC_KEY)


def list_coupons(codes: Sequence[str]) -> dict[str, Coupon]:
    """Return the coupons with these codes, in the order in which they were entered; no query for no code."""
    if not codes:
        return {}
    rows = (
        Coupon.objects.annotate(folded=Upper("code"))
        .filter(folded__in=codes)
        .select_related("promotion__campaign")
    )
    found = {row.code.upper(): row for row in rows}
    return {code: found[code] for code in codes if code in found}


def explain_refusal(coupon: Coupon, now: datetime) -> str:
    """Return why a coupon opens nothing at all now, empty when it does."""
    promotion = coupon.promotion
    state = derive_state(promotion.status, starts_at=promotion.starts_at, ends_at=promotion.ends_at, now=now)
    own = derive_state("active", starts_at=coupon.starts_at, ends_at=coupon.ends_at, now=now)
    states = {state, own}
    is_group = promotion.action.get("kind") == GroupPrice.kind
    if not coupon.is_active or is_group or states & {RunState.DRAFT, RunState.PAUSED}:
        return _("This code is not valid at the moment.")
    if RunState.ENDED in states:
        return _("This code is no longer valid.")
    if RunState.SCHEDULED in states:
        return _("This code is not valid yet.")
    if is_used_up(coupon.used_quantity, coupon.usage_limit):
        return _("This code has been used up.")
    return ""


def is_used_up(used: int, limit: int | None) -> bool:
    """Whether nothing is left of a limit."""
    return limit is not None and used >= limit


@dataclass(frozen=True, kw_only=True, slots=True)
class _Limits:
    """What is left of limits that lie in tables of their own."""

    flash: Mapping[int, Mapping[int, int]]
    budgets: Mapping[int, Decimal | None]
    used_up: Collection[int]
    currency: str

    @classmethod
    def load(
        cls,
        promotions: Sequence[Promotion],
        opened: Mapping[int, Coupon],
        *,
        currency: str,
        customer_keys: Sequence[str],
    ) -> _Limits:
        return cls(
            flash=_load_flash(promotions, customer_keys),
            budgets=_load_budgets(promotions, currency),
            used_up=_list_used_up(promotions, opened, customer_keys),
            currency=currency,
        )


def _load_flash(promotions: Sequence[Promotion], customer_keys: Sequence[str]) -> dict[int, dict[int, int]]:
    flash = [promotion.pk for promotion in promotions if promotion.is_flash_sale]
    if not flash:
        return {}
    found: dict[int, dict[int, int]] = {pk: {} for pk in flash}
    stocks = list(FlashStock.objects.filter(promotion_id__in=flash))
    had: dict[int, int] = defaultdict(int)
    capped = [stock.pk for stock in stocks if stock.per_customer_quantity is not None]
    if capped and customer_keys:
        purchases = FlashPurchase.objects.filter(stock_id__in=capped, customer_key__in=customer_keys)
        for stock_id, quantity in purchases.values_list("stock_id", "quantity"):
            had[stock_id] = max(had[stock_id], quantity)
    for stock in stocks:
        left = stock.limit_quantity - stock.sold_quantity
        if stock.per_customer_quantity is not None:
            left = min(left, stock.per_customer_quantity - had[stock.pk])
        found[stock.promotion_id][stock.variant_id] = max(0, left)
    return found


def _load_budgets(promotions: Sequence[Promotion], currency: str) -> dict[int, Decimal | None]:
    """What each campaign may still give in this currency; None without any budget, nothing in another currency."""
    campaigns = {promotion.campaign_id for promotion in promotions if promotion.campaign_id}
    if not campaigns:
        return {}
    found: dict[int, Decimal | None] = dict.fromkeys(campaigns, None)
    for budget in CampaignBudget.objects.filter(campaign_id__in=campaigns):
        left = budget.limit_amount - budget.spent_amount if budget.currency == currency else NO_AMOUNT
        found[budget.campaign_id] = max(found[budget.campaign_id] or NO_AMOUNT, left)
    return found


def _list_used_up(
    promotions: Sequence[Promotion], opened: Mapping[int, Coupon], customer_keys: Sequence[str]
) -> set[int]:
    gone = {
        promotion.pk
        for promotion in promotions
        if is_used_up(promotion.used_quantity, promotion.usage_limit)
        or (
            promotion.campaign is not None
            and is_used_up(promotion.campaign.used_quantity, promotion.campaign.usage_limit)
        )
    }
    own = {promotion.pk: promotion.per_customer_limit for promotion in promotions}
    by_coupon = {coupon.pk: coupon.per_customer_limit for coupon in opened.values()}
    if not customer_keys or not any([*own.values(), *by_coupon.values()]):
        return gone
    uses = CustomerUse.objects.filter(promotion_id__in=own, customer_key__in=customer_keys)
    for promotion_id, coupon_id, used in uses.values_list("promotion_id", "coupon_id", "used_quantity"):
        limit = own[promotion_id] if coupon_id is None else by_coupon.get(coupon_id)
        if is_used_up(used, limit):
            gone.add(promotion_id)
    return gone


def _find_rule(promotion: Promotion, coupon: Coupon | None, limits: _Limits) -> Rule | None:
    """One promotion that cannot be read gives nothing; it must not keep carts from being sold."""
    try:
        return _to_rule(promotion, coupon, limits)
    except PromotionInvalid as error:
        log.exception("promotion.unreadable", key=promotion.key, place=error.field)
        return None


def _to_rule(promotion: Promotion, coupon: Coupon | None, limits: _Limits) -> Rule:
    budget = limits.budgets.get(promotion.campaign_id) if promotion.campaign_id else None
    return replace(
        build_rule(promotion),
        coupon_code=coupon.code if coupon else "",
        unit_limits=limits.flash.get(promotion.pk),
        budget_minor=None if budget is None else Money(budget, limits.currency).to_minor(),
        is_used_up=promotion.pk in limits.used_up,
    )


def build_rule(promotion: Promotion) -> Rule:
    """Return a promotion as the engine sees it, without what is left of its limits."""
    action, conditions = read_terms(promotion)
    return Rule(
        id=promotion.pk,
        key=promotion.key,
        promotion_class=PromotionClass(promotion.promotion_class),
        action=action,
        conditions=conditions,
        priority=promotion.priority,
        combines_with=frozenset(PromotionClass(name) for name in promotion.combines_with),
        tags=frozenset(promotion.tags),
        accepts_tags=frozenset(promotion.accepts_tags),
        title_en=promotion.title_en or promotion.name,
        title_zh_hans=promotion.title_zh_hans or "",
        starts_at=promotion.starts_at,
        ends_at=promotion.ends_at,
    )


def read_terms(promotion: Promotion) -> tuple[Action, tuple[Condition, ...]]:
    """Return what a promotion's JSON says; the same version is read once per process."""
    version = (promotion.pk, promotion.updated_at)
    return _read_version(version, _Unhashed((promotion.action, promotion.conditions)))


class _Unhashed:
    """A value that is no part of the cache's key: the version beside it is."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Unhashed)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=512)
def _read_version(_version: tuple[int, datetime], terms: _Unhashed) -> tuple[Action, tuple[Condition, ...]]:
    action, conditions = terms.value
    return read_action(action), read_conditions(conditions)
