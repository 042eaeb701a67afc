"""Back-in-stock notices: asked for, proven, sent once, cancelled at any time."""

from __future__ import annotations

from django.utils.translation import gettext as _

from catalog.domain.errors import NoticeRefused
from catalog.domain.events import NoticeAsked, NoticeDue
from catalog.domain.notices import MOST_PER_ADDRESS, PERIOD, UNPROVEN_FOR
from catalog.locks import lock_notices
from catalog.models import Product, StockNotice, Variant
from shop.kernel.clock import now
from shop.kernel.events import publish
from shop.kernel.ids import new_token
from shop.kernel.transactions import transactional

BATCH_SIZE = 100
State = StockNotice.State
OPEN = (State.UNPROVEN, State.WAITING)


@transactional
def ask_for_notice(sku: str, *, email: str, language: str, currency: str, is_proven: bool) -> StockNotice:
    """Remember who wants to hear of a sold-out variant; an address that is not proven gets a mail to prove it first.

    Raises NoticeRefused when the variant is in stock or not sold, and when the address asks too often. Publishes
    NoticeAsked. Repeatable: an open wish for the same variant stays the one it is, but its owner proves it.
    """
    variant = (
        Variant.objects.filter(sku__iexact=sku.strip(), is_active=True).select_related("product").first()
    )
    if variant is None or variant.product.status != Product.Status.PUBLISHED:
        raise NoticeRefused(_("This article is no longer sold."), field="sku")
    if variant.available_quantity > 0:
        raise NoticeRefused(_("It is in stock: you can order it now."), field="sku")
    address = email.strip().lower()
    known = StockNotice.objects.filter(variant=variant, email=address, state__in=OPEN).first()
    if known is not None:
        if is_proven and known.state == State.UNPROVEN:
            known.state = State.WAITING
            known.save(update_fields=["state"])
        return known
    if StockNotice.objects.filter(email=address, created_at__gte=now() - PERIOD).count() >= MOST_PER_ADDRESS:
        raise NoticeRefused(
            _("This address has asked for many notices today. Try again tomorrow."), field="email"
        )
    notice, is_new = StockNotice.objects.get_or_create(
        variant=variant,
        email=address,
        state__in=OPEN,
        defaults={
            "token": new_token(),
            "language": language,
            "currency": currency,
            "created_at": now(),
            "state": State.WAITING if is_proven else State.UNPROVEN,
        },
    )
    if is_new and not is_proven:
        publish(NoticeAsked(notice_id=notice.pk))
    return notice


@transactional
def prove_notice(token: str) -> StockNotice | None:
    """Believe the address of a notice; None for a token nobody has. Repeatable."""
    StockNotice.objects.filter(token=token, state=State.UNPROVEN).update(state=State.WAITING)
    return StockNotice.objects.select_related("variant__product").filter(token=token).first()


@transactional
def cancel_notice(token: str) -> bool:
    """Forget who waits, at the wish of the address; whether there is such a notice. Repeatable."""
    notices = StockNotice.objects.filter(token=token)
    notices.filter(state__in=OPEN).update(state=State.CANCELLED)
    return notices.exists()


@transactional
def send_notices() -> int:
    """Settle one batch that waits for variants which are back; returns how many.

    Locks the notices and passes over those another worker holds, so each is told once. Publishes NoticeDue for each.
    Repeatable.
    """
    notices = lock_notices(BATCH_SIZE)
    for notice in notices:
        publish(NoticeDue(notice_id=notice.pk))
    ids = [notice.pk for notice in notices]
    StockNotice.objects.filter(pk__in=ids).update(state=State.SENT, sent_at=now())
    return len(ids)


@transactional
def forget_unproven() -> int:
    """Delete wishes whose address was never proven; returns how many. Repeatable."""
    old = StockNotice.objects.filter(state=State.UNPROVEN, created_at__lt=now() - UNPROVEN_FOR)
    return old.delete()[0]
