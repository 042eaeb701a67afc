"""Account pages: overview, profile, saved addresses."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from allauth.account.views import confirm_login_code as show_login_code
from allauth.account.views import email_verification_sent as show_email_code
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shop.accounts.domain.postal import PostalAddress
from shop.accounts.forms import AddressForm, ProfileForm
from shop.accounts.models import User
from shop.accounts.services import addresses
from shop.accounts.services.users import change_profile
from shop.kernel.errors import Invalid, NotFound
from shop.web.middleware import tell


def confirm_login_code(request: HttpRequest) -> HttpResponse:
    """Allauth's page; who comes with a code that lapsed or was used is told so."""
    return _explain_lapsed(request, show_login_code, _("This code is not valid any more. Ask for a new one."))


def confirm_email(request: HttpRequest) -> HttpResponse:
    """Allauth's page; who comes with a code that lapsed or was used is told so."""
    lapsed = _("This code is not valid any more. Sign in with your password, and we mail you a new one.")
    return _explain_lapsed(request, show_email_code, lapsed)


def _explain_lapsed(
    request: HttpRequest, view: Callable[[HttpRequest], HttpResponse], lapsed: str
) -> HttpResponse:
    told_before = len(messages.get_messages(request))
    response = view(request)
    is_refused = response.status_code == HTTPStatus.FOUND and not request.user.is_authenticated
    # Only a code that was typed; asking for a new one leads back to the same page.
    if "code" in request.POST and is_refused and len(messages.get_messages(request)) == told_before:
        tell(request, lapsed, level=messages.ERROR)
    return response


def _get_user(request: HttpRequest) -> User:
    user = request.user
    if not isinstance(user, User):
        raise NotFound(_("Please sign in."))
    return user


@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """The shopper's own page: orders by an htmx part, addresses, profile."""
    user = _get_user(request)
    return render(request, "account/overview.html", {"addresses": user.addresses.all()[:3]})


@login_required
def edit_profile(request: HttpRequest) -> HttpResponse:
    """Name and language."""
    user = _get_user(request)
    form = ProfileForm(request.POST or None, initial={"name": user.name, "language": user.language})
    if request.method == "POST" and form.is_valid():
        change_profile(user, **form.cleaned_data)
        tell(request, _("Saved."))
        return redirect("accounts:overview")
    return render(request, "account/profile.html", {"form": form})


@login_required
def list_addresses(request: HttpRequest) -> HttpResponse:
    """All saved addresses (a user keeps at most twenty)."""
    return render(
        request,
        "account/addresses.html",
        {"addresses": _get_user(request).addresses.all()},
    )


@login_required
def edit_address(request: HttpRequest, address_id: int | None = None) -> HttpResponse:
    """Add or change an address; a change of country redraws the fields."""
    user = _get_user(request)
    form = AddressForm(request.POST or None, initial=_load_initial(user, address_id))
    if request.method == "POST" and "redraw" not in request.POST and form.is_valid():
        try:
            _save_address(user, form=form, address_id=address_id)
        except Invalid as error:
            form.add_error(None, str(error.message))
        else:
            tell(request, _("The address is saved."))
            return redirect("accounts:addresses")
    if "redraw" in request.POST:
        form = AddressForm(initial=request.POST.dict())
    return render(request, "account/address.html", {"form": form, "address_id": address_id})


def _save_address(user: User, *, form: AddressForm, address_id: int | None) -> None:
    addresses.save_address(
        user,
        address=form.postal_address,
        label=form.cleaned_data["label"],
        is_default=form.cleaned_data["is_default"],
        address_id=address_id,
    )


def _load_initial(user: User, address_id: int | None) -> dict[str, object]:
    if address_id is None:
        return {"country": "CN" if user.language == "zh-hans" else "NL"}
    address = user.addresses.filter(pk=address_id).first()
    if address is None:
        raise NotFound(_("This address is not there any more."))
    names = (*PostalAddress.field_names(), "label", "is_default")
    return {name: getattr(address, name) for name in names}


@require_POST
@login_required
def remove_address(request: HttpRequest, address_id: int) -> HttpResponse:
    """Remove an address."""
    addresses.remove_address(_get_user(request), address_id=address_id)
    tell(request, _("The address is removed."))
    return redirect("accounts:addresses")
