"""The form of a rule on prices: its steps and articles are written line by line."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from catalog.domain.pricing.repricing import RepricingInvalid
from catalog.domain.promotions.terms import TARGET_KINDS
from catalog.models import PricingRule

_STEP: Final = re.compile(r"(\d{1,4})\s*(?:days?)?\s*(?:->|→|:)\s*(\d{1,2}(?:\.\d{1,3})?)\s*%?")
MOST_KEYS: Final = 500
NOTATION = _(
    "One a line: category:kitchen/cups, brand:vale, collection:spring, tag:gift, product:mug, sku:MUG-1. None: all articles."
)
FIELDSETS: Final = (
    (None, {"fields": ("name", "key", "currency", "priority", "is_active", "is_automatic")}),
    (_("Articles"), {"fields": ("include", "exclude", "article_count")}),
    (
        _("Where the price goes"),
        {
            "fields": (
                "strategy", "undercut_percent", "undercut_amount", "fresh_days",
                "trigger", "steps", "margin_percent",
            )
        },
    ),
    (
        _("What it never crosses"),
        {
            "fields": (
                "least_margin_percent", "ceiling_percent", "daily_percent", "hours_between",
                "rounding", "tick", "approval_percent",
            )
        },
    ),
    (_("Last run"), {"fields": ("last_run_at", "outcome")}),
)  # fmt: skip


class LinesField(forms.CharField):
    """A list, written one a line."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}), **options)

    def prepare_value(self, value: Any) -> Any:
        """Return a stored list as lines."""
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]  # a list, of a CharField
        """Return the lines that say something."""
        return [line.strip() for line in str(value or "").splitlines() if line.strip()]


class KeysField(LinesField):
    """Articles by the notation of promotions."""

    def validate(self, value: Any) -> None:
        """Every line is kind:name."""
        if len(value) > MOST_KEYS:
            raise forms.ValidationError(_("These are more than %(most)d lines.") % {"most": MOST_KEYS})
        for key in value:
            kind, _colon, name = key.partition(":")
            if kind not in TARGET_KINDS or not name or len(key) > 200:  # noqa: PLR2004  the column's length
                raise forms.ValidationError(
                    _("“%(key)s” must read kind:name, the kind one of %(kinds)s.")
                    % {"key": key, "kinds": ", ".join(TARGET_KINDS)}
                )


class StepsField(LinesField):
    """A markdown's steps."""

    def prepare_value(self, value: Any) -> Any:
        """Return stored pairs as lines."""
        if isinstance(value, list):
            return "\n".join(f"{days} -> {percent}%" for days, percent in value)
        return value

    def to_python(self, value: Any) -> Any:
        """Return [[days, per cent]]."""
        found = []
        for line in super().to_python(value):
            match = _STEP.fullmatch(line)
            if match is None:
                raise forms.ValidationError(_("“%(line)s” does not read like “30 -> 10%%”.") % {"line": line})
            found.append([int(match[1]), f"{Decimal(match[2]).normalize():f}"])
        return found


class PricingRuleForm(forms.ModelForm[PricingRule]):
    """Checked as a whole, as the run reads it."""

    currency = forms.ChoiceField(
        label=_("Currency"),
        choices=[(code, code) for code in settings.CURRENCIES],
        widget=UnfoldAdminSelectWidget(),
    )
    include = KeysField(label=_("Articles"), help_text=NOTATION)
    exclude = KeysField(label=_("But not"), help_text=_("The same notation."))
    steps = StepsField(
        label=_("Steps"), help_text=_("One a line, days and per cent off the list price: “30 -> 10%”.")
    )

    class Meta:
        model = PricingRule
        fields = (
            "name", "key", "currency", "priority", "is_active", "is_automatic", "include", "exclude",
            "strategy", "undercut_percent", "undercut_amount", "fresh_days", "trigger", "steps",
            "margin_percent", "least_margin_percent", "ceiling_percent", "daily_percent", "hours_between",
            "rounding", "tick", "approval_percent",
        )  # fmt: skip

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        """Figures without needless zeros."""
        found = super().get_initial_for_field(field, field_name)
        return f"{found.normalize():f}" if isinstance(found, Decimal) else found

    def clean(self) -> dict[str, Any]:
        """Read it as the run will; what cannot be meant is told at its field."""
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        rule = PricingRule(**cleaned)
        try:
            rule.terms, rule.guards  # noqa: B018  reading them is the check
        except RepricingInvalid as error:
            self.add_error(error.field if error.field in self.fields else None, str(error.message))
        return cleaned
