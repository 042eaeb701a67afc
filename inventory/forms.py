"""What the back office puts in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from inventory.domain.barcodes import is_ean, normalise_ean
from inventory.domain.bin_patterns import BinLayout
from inventory.models import Barcode, BarcodeKind, ChannelPolicy

LARGEST_CHANGE = 1_000_000
LARGEST_DISTANCE_CM = 1_000_000


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


class ReasonForm(forms.Form):
    """Why, in a few words."""

    reason = forms.CharField(label=_("Reason"), max_length=200, widget=UnfoldAdminTextInputWidget)


SHARED = "shared"


class ChannelStockForm(forms.Form):
    """What a channel may sell of one level; shared ends its rule."""

    channel = forms.RegexField(
        label=_("Channel"),
        regex=r"^[a-z0-9][a-z0-9_-]*$",
        max_length=40,
        help_text=_("As orders name it: web for the shop itself."),
        error_messages={"invalid": _("Use small letters, digits, - and _, such as web.")},
        widget=UnfoldAdminTextInputWidget,
    )
    policy = forms.ChoiceField(
        label=_("Rule"),
        choices=((SHARED, _("shares all that is free")), *ChannelPolicy.choices),
        widget=UnfoldAdminSelectWidget,
    )
    quantity = forms.IntegerField(
        label=_("Quantity"),
        min_value=0,
        max_value=LARGEST_CHANGE,
        required=False,
        help_text=_("How many are set aside, or how many the channel leaves unsold."),
        widget=UnfoldAdminIntegerFieldWidget,
    )

    def clean(self) -> dict[str, Any]:
        """A rule needs its quantity."""
        given = super().clean() or self.cleaned_data
        is_missing = not given.get("quantity") and "quantity" not in self.errors
        if given.get("policy") in ChannelPolicy.values and is_missing:
            self.add_error("quantity", _("Say how many, or choose to share all."))
        return given


class BarcodeForm(forms.ModelForm[Barcode]):
    """A code of an article, checked before it is printed anywhere."""

    class Meta:
        model = Barcode
        fields = ("variant", "kind", "code", "pack_unit")

    def clean(self) -> dict[str, Any]:
        """EAN and UPC have a check digit, and are kept in one spelling."""
        given = super().clean() or self.cleaned_data
        code = str(given.get("code", "")).strip()
        if given.get("kind") == BarcodeKind.EAN and code:
            if not is_ean(code.replace(" ", "").replace("-", "")):
                self.add_error("code", _("The check digit of this code is wrong. Scan it again."))
            else:
                given["code"] = normalise_ean(code)
        pack, variant = given.get("pack_unit"), given.get("variant")
        if pack and variant and pack.variant_id != variant.pk:
            self.add_error("pack_unit", _("This pack is of another article."))
        return given


class BinPatternForm(forms.Form):
    """First and last code of many bins, and where the first of them lies."""

    pattern = forms.CharField(
        label=_("Pattern"),
        max_length=200,
        help_text=_(
            "First and last code: A-01..A-20, or with heights A-01-1..A-20-4. Part several by commas."
        ),
        widget=UnfoldAdminTextInputWidget,
    )
    aisle = forms.IntegerField(
        label=_("Aisle"), min_value=0, max_value=999, initial=0, widget=UnfoldAdminIntegerFieldWidget
    )
    x_cm = forms.IntegerField(
        label=_("Across (cm)"),
        min_value=0,
        max_value=LARGEST_DISTANCE_CM,
        initial=0,
        help_text=_("From the packing table to the aisle."),
        widget=UnfoldAdminIntegerFieldWidget,
    )
    y_cm = forms.IntegerField(
        label=_("Along (cm)"),
        min_value=0,
        max_value=LARGEST_DISTANCE_CM,
        initial=0,
        help_text=_("From the packing table to the first bin, along the aisle."),
        widget=UnfoldAdminIntegerFieldWidget,
    )
    spacing_cm = forms.IntegerField(
        label=_("Spacing (cm)"),
        min_value=0,
        max_value=1000,
        initial=100,
        help_text=_("From one place to the next."),
        widget=UnfoldAdminIntegerFieldWidget,
    )

    def get_layout(self) -> BinLayout:
        """Where they lie."""
        given = self.cleaned_data
        return BinLayout(
            aisle=given["aisle"], x_cm=given["x_cm"], y_cm=given["y_cm"], spacing_cm=given["spacing_cm"]
        )
