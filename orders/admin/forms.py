"""What operators put in."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from orders.domain.parcels import ParcelLine
from orders.gateways import list_carriers
from orders.queries.fulfilment import ShippableLine


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
                label=f"{shippable.line.sku} · {shippable.line.product_name}",
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
