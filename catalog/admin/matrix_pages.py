"""Making variants by option matrix."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import ModelAdmin as DjangoModelAdmin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from catalog.admin.access import get_actor, read_key
from catalog.domain.cells import HIGHEST_AMOUNT, MOST_GRAMS
from catalog.domain.matrix import MOST_OPTIONS, MatrixOption, parse_option
from catalog.models import Product
from catalog.services.matrix import MatrixPlan, create_matrix, plan_matrix
from shop.kernel.errors import DomainError
from shop.kernel.money import quantize_amount


class MatrixForm(forms.Form):
    """Options with their values, the beginning of the SKUs, prices and weight."""

    base_sku = forms.CharField(label=_("SKU begins with"), max_length=60, widget=UnfoldAdminTextInputWidget())
    weight_grams = forms.IntegerField(
        label=_("Weight (g)"),
        min_value=0,
        max_value=MOST_GRAMS,
        initial=0,
        widget=UnfoldAdminIntegerFieldWidget(),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, MOST_OPTIONS + 1):
            self.fields[f"name_{number}"] = forms.CharField(
                label=_now("Option %(number)d") % {"number": number},
                required=False,
                max_length=120,
                widget=UnfoldAdminTextInputWidget(),
                help_text=_now("Such as Colour|颜色.") if number == 1 else "",
            )
            self.fields[f"values_{number}"] = forms.CharField(
                label=_now("Values of option %(number)d") % {"number": number},
                required=False,
                widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
                help_text=_now("One a line, such as Red|红 #b3261e.") if number == 1 else "",
            )
        for currency in settings.CURRENCIES:
            self.fields[f"price_{currency}"] = forms.DecimalField(
                label=_now("Price (%(currency)s)") % {"currency": currency},
                required=False,
                min_value=0,
                max_value=HIGHEST_AMOUNT,
                widget=UnfoldAdminDecimalFieldWidget(),
            )

    def read_options(self) -> tuple[MatrixOption, ...]:
        """Return the options; raises MatrixInvalid."""
        cleaned = self.cleaned_data
        found = (
            parse_option(cleaned.get(f"name_{number}", ""), cleaned.get(f"values_{number}", ""))
            for number in range(1, MOST_OPTIONS + 1)
        )
        return tuple(option for option in found if option is not None)

    def read_prices(self) -> dict[str, Decimal]:
        """Return the given prices by currency, with the digits of each."""
        amounts = {code: self.cleaned_data.get(f"price_{code}") for code in settings.CURRENCIES}
        return {code: quantize_amount(amount, code) for code, amount in amounts.items() if amount is not None}


def show_matrix(owner: DjangoModelAdmin[Product], request: HttpRequest, object_id: str) -> HttpResponse:
    """Show the form, then the variants that it would make, then make them."""
    product = get_object_or_404(Product, pk=read_key(object_id))
    form = MatrixForm(request.POST or None)
    plan: MatrixPlan | None = None
    if request.method == "POST" and form.is_valid():
        base_sku = form.cleaned_data["base_sku"]
        try:
            options = form.read_options()
            if "apply" in request.POST:
                return _create(request, product, form, options)
            plan = plan_matrix(product.pk, options, base_sku=base_sku)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error.message))
    context = {
        **owner.admin_site.each_context(request),
        "title": _now("Make variants"),
        "opts": Product._meta,  # noqa: SLF001  the admin's own name for it
        "product": product,
        "form": form,
        "plan": plan,
    }
    return TemplateResponse(request, "admin/catalog/matrix.html", context)


def _create(
    request: HttpRequest, product: Product, form: MatrixForm, options: tuple[MatrixOption, ...]
) -> HttpResponse:
    count = create_matrix(
        product.pk,
        options,
        base_sku=form.cleaned_data["base_sku"],
        prices=form.read_prices(),
        weight_grams=form.cleaned_data["weight_grams"],
        actor=get_actor(request),
    )
    text = ngettext("%(count)d variant made.", "%(count)d variants made.", count)
    messages.success(request, text % {"count": count})
    return HttpResponseRedirect(reverse("admin:catalog_product_change", args=[product.pk]))
