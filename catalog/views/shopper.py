"""Small pages and parts for shoppers: comparing, what was looked at, notices."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalog.forms import NoticeForm
from catalog.queries.cards import list_cards_by_ids
from catalog.queries.comparisons import MOST_COMPARED, compare_products
from catalog.services.notices import ask_for_notice, cancel_notice, prove_notice
from shop.kernel.errors import DomainError
from shop.web.addresses import find_client_network
from shop.web.currency import get_currency
from shop.web.limits import take_call
from shop.web.origin import same_origin_post
from shop.web.page_cache import public_page

MOST_RECENT = 12
WISHES = "20/h"


@public_page
def compare(request: HttpRequest) -> HttpResponse:
    """Show products side by side; the address says which, so it can be shared and works without a script."""
    slugs = request.GET.getlist("p")[: MOST_COMPARED * 2]
    comparison = compare_products(slugs, currency=get_currency(request))
    page = reverse("catalog:compare")
    kept = [card.slug for card in comparison.cards]
    removals = {slug: f"{page}?{urlencode([('p', one) for one in kept if one != slug])}" for slug in kept}
    return render(request, "catalog/compare.html", {"comparison": comparison, "removals": removals})


@public_page
def recent(request: HttpRequest) -> HttpResponse:
    """Draw the cards of the products in the address: the browser remembers them, we do not."""
    parts = request.GET.get("p", "").split(".")[:MOST_RECENT]
    ids = [int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < 16]  # noqa: PLR2004 - within a bigint
    cards = list_cards_by_ids(ids, currency=get_currency(request))
    return render(request, "catalog/_cards.html", {"cards": cards})


@require_POST
@same_origin_post
def ask_notice(request: HttpRequest) -> HttpResponse:
    """Remember who wants to hear when a variant is back."""
    form = NoticeForm(request.POST)
    is_asked = is_proven = False
    if not take_call(f"stock-notice:{find_client_network(request)}", rate=WISHES).is_kept:
        form.add_error(None, _("Too many wishes from here. Try again in an hour."))
    if form.is_valid():
        email = form.cleaned_data["email"]
        own = getattr(request.user, "email", "")
        # Answered by what the caller has proven, not by what we know: it would tell who waits for what.
        is_proven = bool(own) and own.casefold() == email.casefold()
        try:
            ask_for_notice(
                form.cleaned_data["sku"],
                email=email,
                language=get_language() or "en",
                currency=get_currency(request),
                is_proven=is_proven,
            )
            is_asked = True
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error.message))
    template = "_notice_answer.html" if request.headers.get("HX-Request") == "true" else "notice.html"
    context = {"form": form, "is_asked": is_asked, "is_proven": is_proven}
    return render(request, f"catalog/{template}", context, status=200 if is_asked else 422)


def prove(request: HttpRequest, token: str) -> HttpResponse:
    """Believe the address: only its owner has this link."""
    notice = None if "\0" in token else prove_notice(token)
    if notice is None:
        raise Http404(token)
    return render(request, "catalog/notice.html", {"is_asked": True, "is_proven": True, "notice": notice})


def cancel(request: HttpRequest, token: str) -> HttpResponse:
    """Ask, then forget who waits; asked first, because mail programs open links by themselves."""
    if request.method != "POST":
        return render(request, "catalog/notice_cancel.html", {"token": token})
    if "\0" in token or not cancel_notice(token):
        raise Http404(token)
    return redirect("catalog:notice_cancelled")


def cancelled(request: HttpRequest) -> HttpResponse:
    """Say that nothing more will come."""
    return render(request, "catalog/notice_cancel.html", {"is_cancelled": True})
