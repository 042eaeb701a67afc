"""The fields that the forms of promotions are made of, in the back office's clothes."""

from __future__ import annotations

from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)


def make_text(label: Any, help_text: Any = "", **options: Any) -> forms.CharField:
    """One line that may stay empty."""
    return forms.CharField(
        label=label, help_text=help_text, required=False, widget=UnfoldAdminTextInputWidget(), **options
    )


def make_area(label: Any, help_text: Any = "") -> forms.CharField:
    """Some lines that may stay empty."""
    return forms.CharField(
        label=label, help_text=help_text, required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3})
    )


def make_number(label: Any, help_text: Any = "", *, initial: int | None = None) -> forms.IntegerField:
    """A whole number above zero that may stay empty."""
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        required=False,
        min_value=1,
        max_value=2_000_000_000,
        initial=initial,
        widget=UnfoldAdminIntegerFieldWidget(),
    )


def make_flag(label: Any, help_text: Any = "") -> forms.BooleanField:
    """A switch."""
    return forms.BooleanField(
        label=label, help_text=help_text, required=False, widget=UnfoldBooleanSwitchWidget()
    )


def make_instant(label: Any) -> forms.SplitDateTimeField:
    """A day and a time that may stay empty."""
    return forms.SplitDateTimeField(label=label, required=False, widget=UnfoldAdminSplitDateTimeWidget())


def make_choices(label: Any, choices: Any) -> forms.MultipleChoiceField:
    """Some of these, or none."""
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=False, widget=UnfoldAdminCheckboxSelectMultipleWidget()
    )
