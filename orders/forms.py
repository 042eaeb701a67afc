"""What shoppers send: articles, quantities, addresses, choices."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalog.domain.promotions.traces import Trace
from orders.domain.errors import AddressRefused
from orders.domain.quantities import MAX_LINE_QUANTITY, MIN_LINE_QUANTITY
from orders.domain.shown_offers import MOST_LETTERS, unseal_offers
from orders.queries.shipping import list_delivery_countries
from shop.accounts.forms import PostalForm
from shop.kernel.money import Money


def _build_quantity_field(**options: Any) -> forms.IntegerField:
    message = _("Choose a whole number from 1 to 999.")
    return forms.IntegerField(
        min_value=MIN_LINE_QUANTITY,
        max_value=MAX_LINE_QUANTITY,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), message),
        **options,
    )


class AddToCartForm(forms.Form):
    """An article and how many of it; there is no price in it."""

    sku = forms.CharField(max_length=120)
    quantity = _build_quantity_field(required=False)


class QuantityForm(forms.Form):
    """How many of a line."""

    quantity = _build_quantity_field()


class GroupForm(AddToCartForm):
    """An article to be bought with a group: a new one of a campaign, or the one whose link was followed."""

    promotion = forms.IntegerField(min_value=1, max_value=2**62, required=False)


class CouponForm(forms.Form):
    """A code, as it was typed."""

    code = forms.CharField(
        max_length=40,
        label=_("Discount code"),
        error_messages={
            "required": _("Type a code first."),
            "max_length": _("A code has 40 characters at most."),
        },
    )


class ContactForm(PostalForm):
    """Who buys and where it goes; the fields follow the country."""

    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("For the confirmation and news of your parcel."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, countries=list_delivery_countries(), **kwargs)
        self.fields["country"].widget.attrs |= {
            "hx-post": reverse("orders:checkout_address"),
            "hx-vals": '{"redraw": "1"}',
            "hx-trigger": "change",
            "hx-target": "#address-fields",
            # Its own answer, not the page's section that the form around it picks.
            "hx-select": "#address-fields",
            "hx-swap": "outerHTML",
        }


class ShippingForm(forms.Form):
    """The chosen way to deliver."""

    code = forms.SlugField(max_length=50)


class PaymentMethodForm(forms.Form):
    """How the shopper means to pay; empty: decided at the till."""

    payment_method = forms.SlugField(max_length=30, required=False)


class PlaceOrderForm(forms.Form):
    """The total that was shown, and by which offers; nothing else of the order comes from the browser."""

    total = forms.DecimalField(max_digits=16, decimal_places=3)
    currency = forms.CharField(min_length=3, max_length=3)
    offers = forms.CharField(required=False, max_length=MOST_LETTERS)

    @property
    def shown_offers(self) -> Trace:
        """What was taken off by then; empty when it cannot be read."""
        return unseal_offers(self.cleaned_data["offers"])

    @property
    def expected_total(self) -> Money:
        """The total as money."""
        return Money(self.cleaned_data["total"], self.cleaned_data["currency"])


def tell_address_problems(form: forms.Form, error: AddressRefused) -> None:
    """Each at its field, where the form shows it."""
    for name, message in error.problems.items():
        form.add_error(name if name in form.fields else None, forms.ValidationError(message))
