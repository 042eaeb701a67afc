"""What the back office puts in."""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminTextInputWidget

LARGEST_CHANGE = 1_000_000


class AdjustStockForm(forms.Form):
    """A signed change with its reason."""

    quantity = forms.IntegerField(
        label=_("Change"),
        min_value=-LARGEST_CHANGE,
        max_value=LARGEST_CHANGE,
        help_text=_("Signed: 5 adds five, -2 takes two away."),
        widget=UnfoldAdminIntegerFieldWidget,
    )
    reason = forms.CharField(label=_("Reason"), max_length=200, widget=UnfoldAdminTextInputWidget)
    # Comes with the page, so that a form sent twice is booked once.
    token = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def clean_quantity(self) -> int:
        """A change changes something."""
        quantity: int = self.cleaned_data["quantity"]
        if quantity == 0:
            raise forms.ValidationError(_("The change must not be zero."))
        return quantity
