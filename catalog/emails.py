"""What shoppers are told by mail about articles that are back, in their own language, each message once."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from catalog.domain.words import pick_words
from catalog.models import StockNotice
from shop.kernel.mail import queue_email


def ask_to_prove(notice_id: int) -> bool:
    """Ask whether the address is theirs; False when it was asked before."""
    notice = _get_notice(notice_id)
    with translation.override(notice.language):
        return _queue(notice, "prove", subject=_("Shall we write when it is back?"))


def tell_restocked(notice_id: int) -> bool:
    """It is back; False when that was told before."""
    notice = _get_notice(notice_id)
    with translation.override(notice.language):
        name = pick_words(
            notice.variant.product.name_en, notice.variant.product.name_zh_hans, notice.language
        )
        return _queue(notice, "restocked", subject=_("Back in stock: %(name)s") % {"name": name})


def _get_notice(notice_id: int) -> StockNotice:
    return StockNotice.objects.select_related("variant__product").get(pk=notice_id)


def _queue(notice: StockNotice, kind: str, *, subject: str) -> bool:
    product = notice.variant.product
    site = settings.SITE_URL.rstrip("/")
    context: dict[str, Any] = {
        "subject": subject,
        "name": pick_words(product.name_en, product.name_zh_hans, notice.language),
        "link": f"{site}{reverse('catalog:product', args=[product.slug])}?variant={notice.variant.sku}",
        "prove_link": f"{site}{reverse('catalog:prove_notice', args=[notice.token])}",
        "cancel_link": f"{site}{reverse('catalog:cancel_notice', args=[notice.token])}",
        "shop_name": settings.SHOP_NAME.get(notice.language, settings.SHOP_NAME[settings.LANGUAGE_CODE]),
        "support_email": settings.SHOP_SUPPORT_EMAIL,
        "language": notice.language,
    }
    return queue_email(
        f"stock_notice_{kind}:{notice.pk}",
        to=notice.email,
        subject=subject,
        text=render_to_string(f"emails/catalog/{kind}.txt", context).strip() + "\n",
        html=render_to_string(f"emails/catalog/{kind}.html", context),
    )
