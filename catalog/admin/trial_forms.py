"""The form of a sample cart that a promotion is tried on."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from catalog.admin.promotion_fields import make_flag, make_text
from catalog.domain.cells import parse_count
from catalog.domain.promotions import notation
from catalog.domain.promotions.facts import ShopperFacts


class TryForm(forms.Form):
    """A sample cart, and whoever fills it."""

    articles = forms.CharField(
        label=_("Articles"),
        help_text=_("One a line: SKU and quantity, as in “MUG-1 x 2”."),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
    )
    currency = forms.CharField(
        label=_("Currency"), min_length=3, max_length=3, widget=UnfoldAdminTextInputWidget()
    )
    shipping = forms.DecimalField(
        label=_("Delivery"), min_value=0, max_digits=12, decimal_places=2, required=False,
        widget=UnfoldAdminTextInputWidget(),
    )  # fmt: skip
    tier = make_text(_("Customer tier"))
    segments = make_text(_("Segments"), _("Separated by commas."))
    channel = make_text(_("Channel"), _("Such as web."), initial="web")
    payment_method = make_text(_("Paid by"), _("The code of a way to pay."))
    is_first_order = make_flag(_("First order"))

    def list_articles(self) -> dict[str, int]:
        """Return quantities by SKU."""
        found = {}
        for line in self.cleaned_data["articles"].splitlines()[:50]:
            sku, _sign, count = line.replace("×", " x ").rpartition(" x ")
            sku, count = (sku, count) if sku else (line, "1")
            if sku.strip():
                found[sku.strip()] = max(1, min(999, parse_count(count) or 1))
        return found

    def build_shopper(self) -> ShopperFacts:
        """Return who buys, and how."""
        given = self.cleaned_data
        return ShopperFacts(
            tier=given["tier"],
            segments=frozenset(notation.parse_keys(given["segments"])),
            is_first_order=given["is_first_order"],
            channel=given["channel"] or ShopperFacts().channel,
            payment_method=given["payment_method"],
        )
