"""What is scanned and typed on the floor."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

LARGEST = 100_000


class ScanField(forms.CharField):
    """Takes what a scanner types: text and Enter; the camera fills it too."""

    def __init__(self, *, label: Any, required: bool = True, **kwargs: Any) -> None:
        attributes = {
            "autocomplete": "off",
            "autocapitalize": "characters",
            "enterkeyhint": "next",
            "data-scan": "",
        }
        super().__init__(
            label=label,
            required=required,
            max_length=80,
            widget=forms.TextInput(attrs=attributes),
            **kwargs,
        )


def quantity_field(label: Any, *, least: int = 1, **kwargs: Any) -> forms.IntegerField:
    """Pieces, with a keypad."""
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=LARGEST,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        **kwargs,
    )


class TokenForm(forms.Form):
    """Comes with the page, so that a form sent twice is booked once."""

    token = forms.CharField(max_length=64, widget=forms.HiddenInput)


class ReceiveForm(TokenForm):
    """Goods without a purchase order."""

    article = ScanField(label=_("Article"))
    packs = quantity_field(_("How many scans or packs"), initial=1)
    lot = ScanField(label=_("Lot"), required=False)
    expires_on = forms.DateField(
        label=_("Expires"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    bin = ScanField(label=_("Bin"), required=False)
    reason = forms.CharField(label=_("Where it came from"), max_length=200, required=False)


class OrderReceiveForm(TokenForm):
    """One article of a purchase order."""

    article = ScanField(label=_("Article"))
    good = quantity_field(_("Good pieces"), least=0)
    damaged = quantity_field(_("Damaged pieces"), least=0, initial=0)
    lot = ScanField(label=_("Lot"), required=False)
    expires_on = forms.DateField(
        label=_("Expires"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    keeps_over = forms.BooleanField(label=_("Keep what is over"), required=False)


class MoveForm(TokenForm):
    """From bin to bin; without a bin it lies unsorted."""

    from_bin = ScanField(label=_("From bin"), required=False)
    article = ScanField(label=_("Article"))
    lot = ScanField(label=_("Lot"), required=False)
    quantity = quantity_field(_("Pieces"), initial=1)
    to_bin = ScanField(label=_("To bin"), required=False)


SCRAPPED, SENT_BACK = "floor", "to_supplier"
"""The ledger's word for where what left the house went."""


class ScrapForm(TokenForm):
    """What leaves the house unsold."""

    outcome = forms.ChoiceField(
        label=_("What happens to it"),
        choices=((SCRAPPED, _("Thrown away")), (SENT_BACK, _("Sent back to the supplier"))),
        initial=SCRAPPED,
    )

    from_bin = ScanField(label=_("From bin"), required=False)
    article = ScanField(label=_("Article"))
    lot = ScanField(label=_("Lot"), required=False)
    quantity = quantity_field(_("Pieces"), initial=1)
    reason = forms.CharField(label=_("Reason"), max_length=200)


class PickForm(forms.Form):
    """One step: what was scanned, and how many were there."""

    scanned = ScanField(label=_("Scan the article"), required=False)
    quantity = quantity_field(_("Taken"), least=0)


class CountForm(forms.Form):
    """One place: how many lie there."""

    quantity = quantity_field(_("How many lie there"), least=0)


class FoundForm(forms.Form):
    """An article that the sheet does not expect."""

    article = ScanField(label=_("Article"))
    bin = ScanField(label=_("Bin"), required=False)
    lot = ScanField(label=_("Lot"), required=False)


class SpotCountForm(forms.Form):
    """A bin that somebody doubts."""

    bin = ScanField(label=_("Bin"))


class TransferForm(TokenForm):
    """One article to another warehouse; the next is added to the same draft."""

    article = ScanField(label=_("Article"))
    quantity = quantity_field(_("Pieces"), initial=1)
    destination = forms.TypedChoiceField(label=_("To warehouse"), coerce=int)

    def __init__(self, *args: Any, warehouses: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["destination"].choices = warehouses  # type: ignore[attr-defined]  # a choice field


class ArrivalForm(forms.Form):
    """What of one transfer line was found."""

    received = quantity_field(_("Arrived"), least=0)
    damaged = quantity_field(_("Damaged"), least=0, initial=0)
