"""What the shopper is told about money by mail, in the order's language."""

from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from orders.domain.states import OrderStatus
from orders.models import Order
from payments.domain.states import PROCESSING
from payments.models import Payment, Refund
from shop.kernel.mail import queue_email
from shop.kernel.money import format_money

_UNASKED = (Refund.Reason.DUPLICATE, Refund.Reason.UNFULFILLABLE)


def tell_payment_failed(payment_id: int) -> bool:
    """Only of a failure that came after the shopper was told to wait; all others are on the page before them."""
    payment = Payment.objects.select_related("order").get(pk=payment_id)
    if (
        not payment.events.filter(new_status=PROCESSING).exists()
        or payment.order.status != OrderStatus.PENDING
    ):
        return False
    order = payment.order
    with translation.override(order.language):
        subject = _("Your payment did not go through — order %(number)s") % {"number": order.number}
        words = _("%(reason)s You can try again or choose another way to pay:") % {
            "reason": payment.explanation
        }
        text = _compose(order, f"{words} {_link(order, name='payments:pay')}")
    return queue_email(f"payment_failed:{payment.pk}", to=order.email, subject=subject, text=text)


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
    greeting = _("Hello %(name)s,") % {"name": order.first_name}
    return "\n\n".join([greeting, words, f"{_('Your order:')} {_link(order, name='orders:order')}"])


def _link(order: Order, *, name: str) -> str:
    path = reverse(name, args=[order.number])
    return f"{settings.SITE_URL.rstrip('/')}{path}?{urlencode({'token': order.token})}"
