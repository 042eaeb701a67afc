"""The shopper's way to the service desk."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from crm.domain.states import TicketSource
from crm.forms import ContactForm
from crm.services.tickets import open_ticket
from orders.models import Order
from shop.web.addresses import find_client_network
from shop.web.limits import count_try
from shop.web.middleware import tell


def contact(request: HttpRequest) -> HttpResponse:
    """Questions answered before they are asked, and a form for the others."""
    initial = {
        "email": request.user.email if request.user.is_authenticated else "",
        "order_number": request.GET.get("order", ""),
    }
    form = ContactForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        count_try("help", callers=[find_client_network(request)])
        asked = form.cleaned_data
        # Only an order of the same address is attached: a number alone must not reach another's order.
        order = Order.objects.filter(
            number=asked["order_number"].strip().upper(), email__iexact=asked["email"]
        ).first()
        ticket = open_ticket(
            asked["subject"],
            text=asked["text"],
            source=TicketSource.WEB,
            customer_email=asked["email"],
            order_id=order.pk if order else None,
        )
        tell(
            request,
            _("Thank you. We answer within 24 hours; your number is %(number)s.") % {"number": ticket.number},
        )
        return redirect("crm:contact")
    return render(request, "crm/contact.html", {"form": form})
