"""Forms of the service desk."""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldBooleanWidget

from crm.domain.states import TicketSource
from crm.models import Ticket


class ContactForm(forms.Form):
    """A shopper's question."""

    email = forms.EmailField(
        label=_("Your e-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    order_number = forms.CharField(
        label=_("Order number"), max_length=20, required=False, help_text=_("If it is about an order.")
    )
    subject = forms.CharField(label=_("What is it about?"), max_length=200)
    text = forms.CharField(label=_("Your message"), max_length=5000, widget=forms.Textarea(attrs={"rows": 6}))


class NewTicketForm(forms.ModelForm[Ticket]):
    """A ticket that an operator writes down: what was said, and by which way it came."""

    source = forms.ChoiceField(
        label=_("Source"),
        choices=[(way.value, way.label) for way in TicketSource if way != TicketSource.SYSTEM],
        initial=TicketSource.PHONE.value,
        widget=UnfoldAdminSelectWidget(),
    )
    text = forms.CharField(
        label=_("What was said"), max_length=5000, widget=UnfoldAdminTextareaWidget(attrs={"rows": 6})
    )

    class Meta:
        model = Ticket
        fields = ("subject", "order", "customer_email", "priority", "owner")


class ReplyForm(forms.Form):
    """An operator's answer or note."""

    text = forms.CharField(
        label=_("Answer"), max_length=5000, widget=UnfoldAdminTextareaWidget(attrs={"rows": 5})
    )
    is_internal = forms.BooleanField(
        label=_("Note for colleagues only"), required=False, widget=UnfoldBooleanWidget()
    )
