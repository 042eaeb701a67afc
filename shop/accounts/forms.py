"""Forms of the account pages."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ConfirmEmailVerificationCodeForm, ConfirmLoginCodeForm
from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from shop.accounts.domain.postal import (
    PostalAddress,
    check_postal_address,
    list_region_options,
    load_country_rule,
)
from shop.accounts.queries.countries import list_countries

AUTOCOMPLETE = {
    "first_name": "given-name",
    "last_name": "family-name",
    "line1": "address-line1",
    "line2": "address-line2",
    "city": "address-level2",
    "region": "address-level1",
    "postal_code": "postal-code",
    "country": "country",
    "phone": "tel",
}


class PostalForm(forms.Form):
    """A postal address whose fields, order and labels follow the country in it."""

    country = forms.ChoiceField(label=_("Country or region"))
    first_name = forms.CharField(label=_("First name"), max_length=80, required=False)
    last_name = forms.CharField(label=_("Last name"), max_length=80, required=False)
    line1 = forms.CharField(label=_("Street and number"), max_length=120, required=False)
    line2 = forms.CharField(label=_("Flat, floor, company"), max_length=120, required=False)
    city = forms.CharField(label=_("City"), max_length=80, required=False)
    region = forms.CharField(label=_("Region"), max_length=80, required=False)
    postal_code = forms.CharField(label=_("Postal code"), max_length=20, required=False)
    phone = forms.CharField(
        label=_("Telephone"),
        max_length=30,
        required=False,
        help_text=_("For the carrier only."),
    )

    needs_phone = False

    def __init__(self, *args: Any, countries: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = list_countries(get_language() or "en", only=countries)
        self.fields["country"] = forms.ChoiceField(label=_("Country or region"), choices=choices)
        self._follow_country(self._chosen_country(choices))

    def _chosen_country(self, choices: list[tuple[str, str]]) -> str:
        given = self.data.get(self.add_prefix("country")) if self.is_bound else self.initial.get("country")
        return given if given in dict(choices) else next((code for code, _name in choices), "")

    def _follow_country(self, country: str) -> None:
        rule = load_country_rule(country)
        if rule is None:
            return
        self.initial.setdefault("country", country)
        if rule.region_choices and "region" in rule.used:
            options = [("", _("Choose…")), *list_region_options(rule, language=get_language() or "en")]
            self.fields["region"] = forms.ChoiceField(
                label=rule.region_label, choices=options, required=False
            )
        self.fields["region"].label = rule.region_label
        self.fields["postal_code"].label = rule.postal_label
        if rule.postal_example:
            self.fields["postal_code"].help_text = _("For example %(example)s") % {
                "example": rule.postal_example
            }
        for name in set(PostalAddress.field_names()) - rule.used - {"country"}:
            del self.fields[name]
        needed = rule.required | ({"phone"} if self.needs_phone else set())
        for name, field in self.fields.items():
            if name in AUTOCOMPLETE:
                field.widget.attrs["autocomplete"] = AUTOCOMPLETE[name]
            if name in needed:
                field.required = True
        others = [name for name in self.fields if name not in PostalAddress.field_names()]
        self.order_fields([*others, "country", *rule.order])

    def clean(self) -> dict[str, Any]:
        """Check the whole address by the rules of its country; errors stand at their fields."""
        cleaned = super().clean() or {}
        for problem in check_postal_address(self.postal_address, needs_phone=self.needs_phone):
            if problem.field in self.fields and problem.field not in self.errors:
                self.add_error(
                    problem.field,
                    forms.ValidationError(problem.message, code=problem.code),
                )
        return cleaned

    @property
    def postal_address(self) -> PostalAddress:
        """What was put in, as one value."""
        values = {name: (self.cleaned_data.get(name) or "").strip() for name in PostalAddress.field_names()}
        return PostalAddress(**values)


class AddressForm(PostalForm):
    """A saved address."""

    label = forms.CharField(
        label=_("Label"),
        max_length=40,
        required=False,
        help_text=_("For you: home, office, parents …"),
    )
    is_default = forms.BooleanField(label=_("Use this address first"), required=False)


class ProfileForm(forms.Form):
    """Name and language of the user."""

    name = forms.CharField(label=_("Name"), max_length=150, required=False)
    language = forms.ChoiceField(
        label=_("Language of our mail"),
        choices=[("en", "English"), ("zh-hans", "简体中文")],
    )


class MailedCodeForm(forms.Form):
    """Asks for a code that was mailed: not the code of an article, which is another word in Chinese."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = pgettext_lazy("mailed", "Code")
        self.fields["code"].widget.attrs["placeholder"] = pgettext_lazy("mailed", "Code")


class LoginCodeForm(MailedCodeForm, ConfirmLoginCodeForm):
    """The code that signs in."""


class EmailCodeForm(MailedCodeForm, ConfirmEmailVerificationCodeForm):
    """The code that proves an address."""
