"""What the shopper is told about money by mail, in the order's language."""

from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from orders.models import Order
from payments.models import Refund
from shop.kernel.mail import queue_email
from shop.kernel.money import format_money

_UNASKED = (Refund.Reason.DUPLICATE, Refund.Reason.UNFULFILLABLE)


def tell_refund_queued(refund_id: int) -> bool:
    """Only for money that we send back of our own accord; False when there is nothing to tell."""
    refund = Refund.objects.select_related("payment__order").get(pk=refund_id)
    if refund.reason not in _UNASKED:
        return False
    order = refund.payment.order
    with translation.override(order.language):
        amount = format_money(refund.money, order.language)
        if refund.reason == Refund.Reason.DUPLICATE:
            why = _(
                "Your order %(number)s was paid twice. We keep one payment and send the other back: %(amount)s."
            )
        else:
            why = _(
                "Your payment for order %(number)s reached us after its articles were gone. "
                "We cannot deliver it and send all of your money back: %(amount)s."
            )
        text = _compose(order, why % {"number": order.number, "amount": amount})
        subject = _("We are sending your money back — order %(number)s") % {"number": order.number}
    return queue_email(f"refund_queued:{refund.pk}", to=order.email, subject=subject, text=text)


def tell_refund_done(refund_id: int) -> bool:
    """The provider has given the money back."""
    refund = Refund.objects.select_related("payment__order").get(pk=refund_id)
    order = refund.payment.order
    with translation.override(order.language):
        facts = {"number": order.number, "amount": format_money(refund.money, order.language)}
        text = _compose(
            order,
            _(
                "We have refunded %(amount)s of order %(number)s to the way you paid. "
                "Your bank may take a few days to show it."
            )
            % facts,
        )
        subject = _("Refund of %(amount)s — order %(number)s") % facts
    return queue_email(f"refund_done:{refund.pk}", to=order.email, subject=subject, text=text)


def _compose(order: Order, words: str) -> str:
    path = reverse("orders:order", args=[order.number])
    link = f"{settings.SITE_URL.rstrip('/')}{path}?{urlencode({'token': order.token})}"
    return "\n\n".join(
        [_("Hello %(name)s,") % {"name": order.first_name}, words, _("Your order:") + f" {link}"]
    )
