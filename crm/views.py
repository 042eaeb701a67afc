"""The shopper's way to the service desk."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from crm.domain.states import TicketSource
from crm.forms import ContactForm
from crm.services.tickets import open_ticket
from orders.models import Order
from shop.web.addresses import find_client_network
from shop.web.limits import count_try

# Nobody can have our page show another word by an address of their making.
_SIGNER: Final = Signer(salt="crm.contact.asked")


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
        return redirect(f"{reverse('crm:contact')}?{urlencode({'asked': _SIGNER.sign(ticket.number)})}")
    return render(request, "crm/contact.html", {"form": form, "asked_number": _read_asked(request)})


def _read_asked(request: HttpRequest) -> str:
    """The number of what was just asked; it stands in the address, so that a reload or a bookmark shows it again."""
    if request.method == "POST":
        return ""
    try:
        return _SIGNER.unsign(request.GET.get("asked", ""))
    except BadSignature:
        return ""
