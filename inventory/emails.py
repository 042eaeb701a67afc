"""What suppliers are told by mail: the order that was sent to them, once."""

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from inventory.models import PurchaseOrder
from inventory.queries.buying.purchase_orders import sum_goods
from shop.kernel.mail import queue_email

CHINESE_SPEAKING = frozenset({"CN", "HK", "MO", "TW"})


def tell_supplier(purchase_order_id: int) -> bool:
    """The order with its articles, in the supplier's language; False without an address or when it was queued before."""
    order = PurchaseOrder.objects.select_related("supplier", "warehouse").get(pk=purchase_order_id)
    if not order.supplier.email:
        return False
    language = "zh-hans" if order.supplier.country in CHINESE_SPEAKING else settings.LANGUAGE_CODE
    lines = list(order.lines.select_related("variant__product"))
    with translation.override(language):
        context = {
            "order": order,
            "lines": lines,
            "goods": sum_goods(lines, currency=order.currency),
            "shop": settings.SHOP_NAME.get(language, settings.SHOP_NAME["en"]),
            "page_url": _build_page_url(order),
        }
        subject = _("Purchase order %(number)s") % {"number": order.number}
        text = render_to_string("emails/inventory/purchase_order.txt", context)
    return queue_email(f"purchase_order:{order.pk}", to=order.supplier.email, subject=subject, text=text)


def _build_page_url(order: PurchaseOrder) -> str:
    if not order.supplier.is_vendor_managed:
        return ""
    address: str = settings.SITE_URL + reverse("inventory:supplier", args=[order.supplier.portal_token])
    return address
