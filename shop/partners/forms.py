"""Forms of the partners' pages in the back office."""

from datetime import date, datetime, time, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shop.kernel.clock import now
from shop.partners.domain.scopes import SCOPES


class NewKeyForm(forms.Form):
    """What a new key is called, what it may do, and for how long."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=80,
        help_text=gettext_lazy("Whose program it is, and what for."),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("May"),
        choices=lambda: [(scope, f"{text} ({scope})") for scope, text in SCOPES.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("As little as the program needs."),
    )
    contact_email = forms.EmailField(
        label=gettext_lazy("Whom to write to"),
        required=False,
        help_text=gettext_lazy("When the partner's webhooks fail for days. Empty: the shop itself."),
    )
    last_day = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("Empty: until it is revoked."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def clean_last_day(self) -> date | None:
        """A key that has ended before it began helps nobody."""
        day: date | None = self.cleaned_data["last_day"]
        if day is not None and day < timezone.localdate(now()):
            raise ValidationError(_("This day is over. Choose today or a later day."))
        return day

    @property
    def expires_at(self) -> datetime | None:
        """The end of the last day in the shop's time zone."""
        day: date | None = self.cleaned_data["last_day"]
        if day is None:
            return None
        return datetime.combine(day + timedelta(days=1), time.min, tzinfo=timezone.get_default_timezone())
