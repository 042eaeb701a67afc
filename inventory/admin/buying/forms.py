"""What buyers and the warehouse put in."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from inventory.models import PurchaseOrder, PurchaseOrderLine, Supplier, SupplierItem, Warehouse
from inventory.services.buying.purchase_orders import OrderCosts, OrderedLine
from inventory.services.buying.receiving import DeliveredLine

MOST_UNITS = 1_000_000
LARGEST_COST = Decimal(10_000_000)


class NewOrderForm(forms.Form):
    """From whom, and to where; the articles come on the next page."""

    supplier = forms.ModelChoiceField(
        Supplier.objects.none(), label=gettext_lazy("Supplier"), widget=UnfoldAdminSelectWidget
    )
    warehouse = forms.ModelChoiceField(
        Warehouse.objects.none(), label=gettext_lazy("Warehouse"), widget=UnfoldAdminSelectWidget
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        supplier, warehouse = self.fields["supplier"], self.fields["warehouse"]
        if isinstance(supplier, forms.ModelChoiceField) and isinstance(warehouse, forms.ModelChoiceField):
            supplier.queryset = Supplier.objects.active()
            warehouse.queryset = Warehouse.objects.active()


class OrderForm(forms.Form):
    """Costs and dates of a draft, and the quantity and price of each article that the supplier offers."""

    expected_on = forms.DateField(
        label=gettext_lazy("Expected on"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    freight_amount = forms.DecimalField(
        label=gettext_lazy("Freight"), min_value=0, max_value=LARGEST_COST, decimal_places=2, required=False
    )
    duty_amount = forms.DecimalField(
        label=gettext_lazy("Duty"), min_value=0, max_value=LARGEST_COST, decimal_places=2, required=False
    )
    other_amount = forms.DecimalField(
        label=gettext_lazy("Other costs"),
        min_value=0,
        max_value=LARGEST_COST,
        decimal_places=2,
        required=False,
    )
    note = forms.CharField(
        label=gettext_lazy("Note to the supplier"),
        max_length=200,
        required=False,
        widget=UnfoldAdminTextInputWidget,
    )
    # Comes with the page, so that a form sent twice writes one order.
    number = forms.CharField(max_length=24, widget=forms.HiddenInput)

    def __init__(self, *args: Any, items: Sequence[SupplierItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        for item in items:
            self.fields[f"quantity_{item.variant_id}"] = forms.IntegerField(
                label=item.variant.sku, min_value=0, max_value=MOST_UNITS, required=False
            )
            self.fields[f"price_{item.variant_id}"] = forms.DecimalField(
                min_value=0, max_value=LARGEST_COST, max_digits=12, decimal_places=3, required=False
            )

    def list_rows(self) -> Iterator[tuple[SupplierItem, forms.BoundField, forms.BoundField]]:
        """Each article with its two fields."""
        for item in self.items:
            yield item, self[f"quantity_{item.variant_id}"], self[f"price_{item.variant_id}"]

    def list_lines(self) -> list[OrderedLine]:
        """What is ordered; articles without a quantity are left out."""
        given = self.cleaned_data
        return [
            OrderedLine(
                variant_id=item.variant_id,
                quantity=quantity,
                unit_amount=given.get(f"price_{item.variant_id}"),
            )
            for item in self.items
            if (quantity := given.get(f"quantity_{item.variant_id}") or 0)
        ]

    def get_costs(self) -> OrderCosts:
        """What comes on top of the goods."""
        return OrderCosts(
            **{
                name: self.cleaned_data.get(name) or Decimal(0)
                for name in ("freight_amount", "duty_amount", "other_amount")
            }
        )


class ReceiveForm(forms.Form):
    """What came of each line."""

    note = forms.CharField(
        label=gettext_lazy("Delivery note"), max_length=120, required=False, widget=UnfoldAdminTextInputWidget
    )
    keeps_over = forms.BooleanField(label=gettext_lazy("Keep what is over"), required=False)
    # Comes with the page, so that a delivery sent twice is booked once.
    number = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, lines: Sequence[PurchaseOrderLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            self.fields[f"good_{line.pk}"] = forms.IntegerField(
                label=gettext_lazy("Good"),
                min_value=0,
                max_value=MOST_UNITS,
                required=False,
                initial=line.open_quantity,
            )
            self.fields[f"damaged_{line.pk}"] = forms.IntegerField(
                label=gettext_lazy("Damaged"), min_value=0, max_value=MOST_UNITS, required=False
            )
            self.fields[f"lot_{line.pk}"] = forms.CharField(
                label=pgettext_lazy("goods", "Lot"), max_length=40, required=False
            )
            self.fields[f"expires_{line.pk}"] = forms.DateField(
                label=gettext_lazy("Expires"), required=False, widget=forms.DateInput(attrs={"type": "date"})
            )

    def list_rows(self) -> Iterator[tuple[PurchaseOrderLine, list[forms.BoundField]]]:
        """Each line with its fields."""
        for line in self.lines:
            yield line, [self[f"{name}_{line.pk}"] for name in ("good", "damaged", "lot", "expires")]

    def list_delivered(self) -> list[DeliveredLine]:
        """What came."""
        given = self.cleaned_data
        return [
            DeliveredLine(
                line_id=line.pk,
                good_quantity=given.get(f"good_{line.pk}") or 0,
                damaged_quantity=given.get(f"damaged_{line.pk}") or 0,
                lot_code=(given.get(f"lot_{line.pk}") or "").strip(),
                expires_on=given.get(f"expires_{line.pk}"),
            )
            for line in self.lines
        ]


class NoteForm(forms.Form):
    """Why an order ends."""

    note = forms.CharField(label=gettext_lazy("Reason"), max_length=200, widget=UnfoldAdminTextInputWidget)


def build_initial(order: PurchaseOrder | None, *, number: str) -> dict[str, Any]:
    """What the order form starts with."""
    if order is None:
        return {"number": number}
    initial: dict[str, Any] = {
        "number": order.number,
        "expected_on": order.expected_on,
        "note": order.note,
        "freight_amount": order.freight_amount,
        "duty_amount": order.duty_amount,
        "other_amount": order.other_amount,
    }
    for line in order.lines.all():
        initial[f"quantity_{line.variant_id}"] = line.quantity
        initial[f"price_{line.variant_id}"] = line.unit_amount
    return initial
