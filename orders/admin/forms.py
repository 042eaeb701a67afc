"""What operators put in."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from orders.domain.parcels import ParcelLine
from orders.gateways import list_carriers
from orders.models import OrderLine
from orders.queries.fulfilment import ShippableLine
from shop.accounts.forms import PostalForm
from shop.kernel.money import Money, format_money


class ShipForm(forms.Form):
    """One parcel: from which warehouse, by which carrier, how much of each line."""

    warehouse = forms.TypedChoiceField(label=_("Warehouse"), coerce=int, widget=UnfoldAdminSelectWidget)
    carrier = forms.ChoiceField(label=_("Carrier"), widget=UnfoldAdminSelectWidget)
    # Comes with the page, so that a form sent twice packs one parcel.
    number = forms.CharField(max_length=30, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        lines: Sequence[ShippableLine],
        warehouses: Sequence[tuple[int, str]],
        warehouse_id: int,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._lines = lines
        warehouse, carrier = self.fields["warehouse"], self.fields["carrier"]
        if isinstance(warehouse, forms.ChoiceField) and isinstance(carrier, forms.ChoiceField):
            warehouse.choices = warehouses
            carrier.choices = [(choice.code, choice.label) for choice in list_carriers()]
        warehouse.initial = warehouse_id
        for shippable in lines:
            self.fields[f"line_{shippable.line.pk}"] = forms.IntegerField(
                label=f"{shippable.line.sku} · {shippable.line.full_name}",
                min_value=0,
                max_value=shippable.open_quantity,
                initial=min(shippable.held.get(warehouse_id, 0), shippable.open_quantity),
                widget=UnfoldAdminIntegerFieldWidget,
            )

    def list_parcel_lines(self) -> list[ParcelLine]:
        """What goes into the parcel; lines with nothing are left out."""
        return list(self._iterate_lines())

    def _iterate_lines(self) -> Iterator[ParcelLine]:
        for shippable in self._lines:
            quantity = self.cleaned_data.get(f"line_{shippable.line.pk}") or 0
            if quantity:
                yield ParcelLine(order_line_id=shippable.line.pk, quantity=quantity)


class CancelForm(forms.Form):
    """Why an order is ended; the note stays inside the house."""

    note = forms.CharField(label=_("Reason"), max_length=200, widget=UnfoldAdminTextInputWidget)


class HoldForm(forms.Form):
    """Why an order has to wait; stays inside the house."""

    reason = forms.CharField(label=_("Reason"), max_length=200, widget=UnfoldAdminTextInputWidget)


class CancelLinesForm(forms.Form):
    """Which articles are taken out, and why; the note stays inside the house."""

    lines = forms.TypedMultipleChoiceField(
        label=_("Articles"),
        coerce=int,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        error_messages={"required": _("Choose at least one article.")},
    )
    note = forms.CharField(label=_("Reason"), max_length=200, widget=UnfoldAdminTextInputWidget)

    def __init__(self, *args: Any, lines: Sequence[tuple[OrderLine, Money]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["lines"]
        if isinstance(field, forms.TypedMultipleChoiceField):
            field.choices = [(line.pk, _describe_line(line, back=back)) for line, back in lines]


def _describe_line(line: OrderLine, *, back: Money) -> str:
    returned = format_money(back, get_language() or "en")
    return f"{line.open_quantity} × {line.full_name} ({line.sku}): {returned}"


class OrderAddressForm(PostalForm):
    """Where an order goes, by the rules of its country, in the back office's clothes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            is_choice = isinstance(field, forms.ChoiceField)
            widget = UnfoldAdminSelectWidget() if is_choice else UnfoldAdminTextInputWidget()
            widget.attrs |= {
                name: value for name, value in field.widget.attrs.items() if name == "autocomplete"
            }
            if isinstance(field, forms.ChoiceField):
                widget.choices = field.choices
            field.widget = widget
