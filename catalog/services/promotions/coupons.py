"""Making coupons: one by one, or in batches of codes that nobody can guess."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db.models.functions import Upper
from django.utils.translation import gettext as _

from catalog import locks
from catalog.domain.promotions.errors import LimitTooLow, WindowInvalid
from catalog.domain.promotions.keys import tidy_code
from catalog.domain.promotions.reading import PromotionInvalid
from catalog.models import Coupon, CouponBatch, Redemption
from catalog.services.promotions.promotions import COUNTED
from shop.kernel.audit import record_audit
from shop.kernel.clock import now
from shop.kernel.transactions import transactional

# Without letters and digits that are mistaken for each other.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
RANDOM_LENGTH = 10  # 50 bits
MOST_CODES = 20_000
MOST_LENGTH = 40
INSERT_SIZE = 2_000


@dataclass(frozen=True, kw_only=True, slots=True)
class CouponTerms:
    """When a code is valid, and how often."""

    starts_at: datetime | None = None
    ends_at: datetime | None = None
    usage_limit: int | None = None
    per_customer_limit: int | None = None
    is_active: bool = True


@transactional
def save_coupon(
    promotion_id: int, *, code: str, terms: CouponTerms, actor: str, coupon_id: int | None = None
) -> Coupon:
    """Make or change one code. May be repeated. Raises PromotionInvalid, WindowInvalid, LimitTooLow."""
    tidy = tidy_code(code)
    if not tidy or len(tidy) > MOST_LENGTH:
        raise PromotionInvalid(_("Write a code of 1 to 40 characters."), field="code")
    _check_terms(terms)
    locks.lock_promotion(promotion_id)
    coupon = locks.lock_coupon(coupon_id) if coupon_id else Coupon(created_at=now())
    rivals = Coupon.objects.annotate(folded=Upper("code")).filter(folded=tidy)
    if rivals.exclude(pk=coupon.pk).exists():
        raise PromotionInvalid(_("There is such a code already."), field="code")
    if coupon.pk and coupon.promotion_id != promotion_id:
        raise PromotionInvalid(_("A code stays with its promotion."), field="promotion")
    coupon.promotion_id, coupon.code = promotion_id, tidy
    for name in CouponTerms.__dataclass_fields__:
        setattr(coupon, name, getattr(terms, name))
    coupon.used_quantity = _count_uses(coupon)
    coupon.save()
    record_audit(actor, action="coupon.saved", target=f"coupon:{coupon.code}", usage_limit=terms.usage_limit)
    return coupon


def _check_terms(terms: CouponTerms) -> None:
    if terms.starts_at and terms.ends_at and terms.ends_at <= terms.starts_at:
        raise WindowInvalid


def _count_uses(coupon: Coupon) -> int:
    if coupon.usage_limit is None or coupon.pk is None:
        return 0
    used = Redemption.objects.filter(COUNTED, coupon=coupon).count()
    if used > coupon.usage_limit:
        raise LimitTooLow(used, field="usage_limit")
    return used


@transactional
def draw_coupons(
    promotion_id: int, *, name: str, quantity: int, terms: CouponTerms, actor: str, prefix: str = ""
) -> CouponBatch:
    """Draw a batch of codes, each for its own number of uses (one unless said otherwise).

    Raises PromotionInvalid, WindowInvalid. Not repeatable: every call draws new codes.
    """
    if not 1 <= quantity <= MOST_CODES:
        raise PromotionInvalid(_("Draw 1 to %(most)d codes.") % {"most": MOST_CODES}, field="quantity")
    _check_terms(terms)
    locks.lock_promotion(promotion_id)
    instant = now()
    batch = CouponBatch.objects.create(
        promotion_id=promotion_id,
        name=name,
        prefix=tidy_code(prefix),
        quantity=quantity,
        created_by=actor,
        created_at=instant,
    )
    Coupon.objects.bulk_create(
        [
            Coupon(
                promotion_id=promotion_id,
                batch=batch,
                code=code,
                starts_at=terms.starts_at,
                ends_at=terms.ends_at,
                usage_limit=terms.usage_limit or 1,
                per_customer_limit=terms.per_customer_limit,
                created_at=instant,
            )
            for code in _draw_codes(batch.prefix, quantity)
        ],
        batch_size=INSERT_SIZE,
    )
    record_audit(actor, action="coupons.drawn", target=f"batch:{batch.pk}", quantity=quantity)
    return batch


def _draw_codes(prefix: str, quantity: int) -> list[str]:
    """The constraint is the judge: a clash with an older code is as good as impossible."""
    codes: set[str] = set()
    while len(codes) < quantity:
        codes.add(prefix + "".join(secrets.choice(ALPHABET) for _place in range(RANDOM_LENGTH)))
    return sorted(codes)
