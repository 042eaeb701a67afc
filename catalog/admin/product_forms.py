"""A product's form, with one field for each attribute of its type."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextInputWidget,
)

from catalog.domain.attribute_values import LONGEST_TEXT
from catalog.domain.attributes import CHOSEN_KINDS, AttributeKind, StatedValue, write_number
from catalog.domain.tags import LONGEST_TAG, MOST_TAGS, tidy_tags
from catalog.models import Attribute, AttributeValue, Product, TypeAttribute

PREFIX = "attribute_"
UNKNOWN = [("", "–"), ("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))]


class TagsField(forms.CharField):
    """Tags, parted by commas."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **kwargs,
            required=False,
            label=gettext_lazy("Tags"),
            help_text=gettext_lazy(
                "Separated by commas. The product's page shows them as links, but not those that begin with a sign (_check)"
                " or hold a colon (season:2026): these are for sorting and rules only."
            ),
            widget=UnfoldAdminTextInputWidget(),
        )

    def prepare_value(self, value: Any) -> Any:
        """Return the line that is edited."""
        return ", ".join(value) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the tags differ, not how they are written."""
        return tidy_tags([str(data or "")])[0] != (initial or [])

    def clean(self, value: Any) -> Any:
        """Return the tags in their one spelling."""
        tags, left_out = tidy_tags([str(value or "")])
        if left_out:
            raise forms.ValidationError(
                _(
                    "“%(tag)s” does not fit: %(most)d tags are the most, each of %(length)d characters at most."
                )
                % {"tag": left_out[0][:80], "most": MOST_TAGS, "length": LONGEST_TAG}
            )
        return tags


def list_type_attributes(product: Product | None) -> list[TypeAttribute]:
    """Return the attributes of a product's type in their order; two queries."""
    if product is None or product.product_type_id is None:
        return []
    rows = TypeAttribute.objects.filter(product_type_id=product.product_type_id)
    return list(rows.select_related("attribute").prefetch_related("attribute__choices"))


def list_field_names(rows: list[TypeAttribute]) -> list[str | tuple[str, ...]]:
    """Return the fields of a section; the two languages of a text stand side by side."""
    names: list[str | tuple[str, ...]] = []
    for row in rows:
        name = f"{PREFIX}{row.attribute.key}"
        is_text = row.attribute.kind == AttributeKind.TEXT
        names.append((f"{name}_en", f"{name}_zh") if is_text else name)
    return names


def build_fields(product: Product | None, rows: list[TypeAttribute]) -> dict[str, forms.Field]:
    """Return the form fields, filled with what the product states; one query."""
    stated: dict[int, list[AttributeValue]] = {}
    if product is not None and rows:
        for value in AttributeValue.objects.filter(product=product).select_related("choice"):
            stated.setdefault(value.attribute_id, []).append(value)
    fields: dict[str, forms.Field] = {}
    for row in rows:
        fields |= _build(row, stated.get(row.attribute_id, []))
    return fields


def _build(row: TypeAttribute, values: list[AttributeValue]) -> dict[str, forms.Field]:
    attribute, name = row.attribute, f"{PREFIX}{row.attribute.key}"
    kind = AttributeKind(attribute.kind)
    shared: dict[str, Any] = {
        "required": False,
        "label": f"{attribute} ({attribute.unit})" if attribute.unit else str(attribute),
        "help_text": _("Required for a good listing.") if row.is_required and not values else "",
    }
    first = values[0] if values else None
    if kind in CHOSEN_KINDS:
        return {name: _build_choice(attribute, values, shared)}
    if kind is AttributeKind.TEXT:
        return {
            f"{name}_en": _build_text(shared, "en", first.text_en if first else ""),
            f"{name}_zh": _build_text(shared, "zh-hans", (first.text_zh_hans or "") if first else ""),
        }
    if kind is AttributeKind.NUMBER:
        widget = UnfoldAdminDecimalFieldWidget()
        return {
            name: forms.DecimalField(
                **shared,
                max_digits=14,
                decimal_places=4,
                widget=widget,
                initial=write_number(first.number) if first and first.number is not None else None,
            )
        }
    if kind is AttributeKind.DATE:
        return {
            name: forms.DateField(
                **shared, widget=UnfoldAdminSingleDateWidget(), initial=first.day if first else None
            )
        }
    flag = first.flag if first else None
    initial = "" if flag is None else "yes" if flag else "no"
    return {
        name: forms.ChoiceField(**shared, choices=UNKNOWN, widget=UnfoldAdminSelectWidget(), initial=initial)
    }


def _build_text(shared: dict[str, Any], language: str, initial: str) -> forms.CharField:
    return forms.CharField(
        **{**shared, "label": f"{shared['label']} [{language}]"},
        max_length=LONGEST_TEXT,
        widget=UnfoldAdminTextInputWidget(),
        initial=initial,
    )


def _build_choice(attribute: Attribute, values: list[AttributeValue], shared: dict[str, Any]) -> forms.Field:
    choices = [(choice.key, str(choice)) for choice in attribute.choices.all()]
    chosen = [value.choice.key for value in values if value.choice]
    if attribute.is_multiple:
        return forms.MultipleChoiceField(
            **shared, choices=choices, widget=UnfoldAdminCheckboxSelectMultipleWidget(), initial=chosen
        )
    return forms.ChoiceField(
        **shared,
        choices=[("", "–"), *choices],
        widget=UnfoldAdminSelectWidget(),
        initial=chosen[0] if chosen else "",
    )


def read_values(cleaned: dict[str, Any], rows: list[TypeAttribute]) -> dict[str, list[StatedValue]]:
    """Return what a filled form states, by attribute key; an empty field states nothing."""
    return {row.attribute.key: _read(cleaned, row.attribute) for row in rows}


def _read(cleaned: dict[str, Any], attribute: Attribute) -> list[StatedValue]:
    name, kind = f"{PREFIX}{attribute.key}", AttributeKind(attribute.kind)
    if kind is AttributeKind.TEXT:
        english, chinese = cleaned.get(f"{name}_en") or "", cleaned.get(f"{name}_zh") or ""
        return [StatedValue(text_en=english or chinese, text_zh_hans=chinese)] if english or chinese else []
    value = cleaned.get(name)
    if value in (None, "", []):
        return []
    if kind in CHOSEN_KINDS:
        return [StatedValue(choice_key=key) for key in (value if isinstance(value, list) else [value])]
    if kind is AttributeKind.NUMBER:
        return [StatedValue(number=value)]
    if kind is AttributeKind.DATE:
        return [StatedValue(day=value)]
    return [StatedValue(flag=value == "yes")]
