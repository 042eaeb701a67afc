"""What the till, the sandbox provider's pages and the back office post."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from payments.models import Refund


class PayForm(forms.Form):
    """Which provider, which method of it, and the page's own key. No amount: that is the order's."""

    gateway = forms.SlugField(max_length=20)
    method_token = forms.CharField(max_length=200)
    idempotency_key = forms.CharField(max_length=100)


class ChooseMethodForm(forms.Form):
    """The sandbox provider's hosted page."""

    method_token = forms.SlugField(max_length=40, required=False)
    decision = forms.ChoiceField(choices=[("pay", "pay"), ("cancel", "cancel")])


class ChallengeForm(forms.Form):
    """The sandbox bank's 3-D Secure page."""

    decision = forms.ChoiceField(choices=[("approve", "approve"), ("refuse", "refuse")])


class RefundForm(forms.Form):
    """The back office's refund page. The token makes a double click one refund."""

    amount = forms.DecimalField(
        label=_("Amount"), max_digits=16, decimal_places=3, min_value=Decimal("0.001")
    )
    reason = forms.ChoiceField(
        label=_("Reason"), choices=Refund.Reason.choices, widget=UnfoldAdminSelectWidget
    )
    note = forms.CharField(
        label=_("Note for the audit"), widget=forms.Textarea(attrs={"rows": 3}), max_length=1000
    )
    token = forms.CharField(max_length=64, widget=forms.HiddenInput)


class ResolveCaseForm(forms.Form):
    """How a case was settled."""

    resolution = forms.CharField(
        label=_("What was found and what was done"), widget=forms.Textarea(attrs={"rows": 4}), max_length=4000
    )
