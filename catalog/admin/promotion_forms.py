"""The forms of promotions and coupons: only the fields that a kind of promotion has, in merchandisers' notation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from catalog.admin.promotion_fields import (
    make_area,
    make_choices,
    make_flag,
    make_instant,
    make_number,
    make_text,
)
from catalog.domain.promotions import notation
from catalog.domain.promotions.reading import PromotionInvalid, read_action, read_conditions
from catalog.domain.promotions.terms import ACTIONS
from catalog.models import Campaign, Promotion
from catalog.services.promotions.promotions import PromotionDraft

KINDS: Final[dict[str, tuple[Any, Any, tuple[str, ...]]]] = {
    "percent_off": (_("Percentage off"), _("20% off lamps"), ("percent", "include", "exclude", "most")),
    "amount_off": (_("Amount off"), _("€5 off the order"), ("amounts", "include", "exclude")),
    "fixed_price": (_("Fixed price, flash sale"), _("every mug €9.90"), ("amounts", "include", "exclude")),
    "spend_steps": (
        _("Spend more, save more"),
        _("€5 off from €50, 10% off from €100"),
        ("steps", "include", "exclude"),
    ),
    "buy_get": (
        _("Buy some, get some"),
        _("buy 2, get 1 free"),
        ("buy_quantity", "get_quantity", "percent", "include", "exclude", "given"),
    ),
    "cheapest_free": (
        _("Cheapest one free"),
        _("of every 3 the cheapest is free"),
        ("of_quantity", "free_quantity", "percent", "include", "exclude"),
    ),
    "gift": (_("Free gift"), _("a free cloth from €40"), ("given", "quantity")),
    "bundle": (_("Bundle at one price"), _("cup and saucer €15"), ("parts", "amounts")),
    "group_price": (
        _("Group buying"),
        _("2 people 10% off, 5 people 20%"),
        ("group_steps", "minimum_people", "group_hours", "include", "exclude"),
    ),
    "free_shipping": (_("Free delivery"), _("free delivery from €50"), ("percent", "methods", "most")),
}
WHOLE: Final = "100"
NUMBERS: Final = (
    "percent", "buy_quantity", "get_quantity", "of_quantity", "free_quantity", "quantity", "minimum_people",
    "group_hours",
)  # fmt: skip


AMOUNTS = _("As in “EUR 5, CNY 40”.")
KEYS = _(
    "One a line: category:kitchen/cups, brand:vale, collection:spring, tag:gift, product:mug, sku:MUG-1. None: all articles."
)
WEEKDAYS = [
    ("0", _("Monday")), ("1", _("Tuesday")), ("2", _("Wednesday")), ("3", _("Thursday")), ("4", _("Friday")),
    ("5", _("Saturday")), ("6", _("Sunday")),
]  # fmt: skip


class PromotionForm(forms.Form):
    """A promotion; `kind` decides which fields of its action are there."""

    name = make_text(_("Name"), _("For the back office."), max_length=120)
    key = forms.SlugField(label=_("Key"), max_length=60, widget=UnfoldAdminTextInputWidget())
    title_en = make_text(_("Title in English"), _("What shoppers read."), max_length=120)
    title_zh_hans = make_text(_("Title in Chinese"), max_length=120)
    promotion_class = forms.ChoiceField(
        label=_("Takes from"), choices=Promotion.Class.choices, widget=UnfoldAdminSelectWidget()
    )
    percent = make_text(_("Per cent"), _("From 0.001 to 100."))
    amounts = make_text(_("Amount or price"), AMOUNTS)
    most = make_text(_("At most"), AMOUNTS)
    steps = make_area(_("Steps"), _("One a line: “EUR 50 -> EUR 5” or “EUR 100 -> 10%”."))
    group_steps = make_area(_("Steps by people"), _("One a line: “2 people -> 10%”, “5 people -> 20%”."))
    minimum_people = make_number(
        _("Least people"), _("With fewer at the end the group is released. None: the first step's.")
    )
    group_hours = make_number(_("Hours that a group has"), initial=24)
    buy_quantity = make_number(_("Buy"))
    get_quantity = make_number(_("Get"))
    of_quantity = make_number(_("Of every"))
    free_quantity = make_number(_("Reduced"))
    quantity = make_number(_("How many"))
    parts = make_area(_("Parts"), _("One a line: “2 x category:mugs”."))
    methods = make_text(_("Only these ways of delivery"), _("Codes such as standard, express. None: all."))
    include = make_area(_("Articles"), KEYS)
    exclude = make_area(_("But not"), _("The same notation."))
    given = make_area(
        _("Articles that are given"), _("Such as sku:CLOTH. For “buy some, get some” none: the same ones.")
    )
    minimum = make_text(_("From a value of"), AMOUNTS)
    minimum_quantity = make_number(_("From so many articles"))
    first_order = make_flag(_("Only for a first order"))
    tiers = make_text(_("Only for tiers"), _("Separated by commas."))
    segments = make_text(_("Only for segments"), _("Separated by commas."))
    channels = make_text(_("Only through channels"), _("Such as web."))
    payment_methods = make_text(_("Only when paid by"), _("Codes of ways to pay."))
    weekdays = make_choices(_("Only on"), WEEKDAYS)
    begins = forms.TimeField(label=_("From"), required=False, widget=UnfoldAdminTextInputWidget())
    ends = forms.TimeField(label=_("To"), required=False, widget=UnfoldAdminTextInputWidget())
    starts_at = make_instant(_("Begins"))
    ends_at = make_instant(_("Ends"))
    needs_coupon = make_flag(_("Needs a coupon"))
    is_flash_sale = make_flag(
        _("Flash sale"), _("Only for the articles with stock of their own, set on its page.")
    )
    usage_limit = make_number(_("Most uses"))
    per_customer_limit = make_number(_("Most uses per customer"))
    campaign = forms.ModelChoiceField(
        label=_("Campaign"), queryset=Campaign.objects.all(), required=False, widget=UnfoldAdminSelectWidget()
    )
    priority = make_number(_("Priority"), _("Lower is worked out first."), initial=100)
    combines_with = make_choices(_("Combines with promotions on"), Promotion.Class.choices)
    tags = make_text(_("Tags"), _("Separated by commas."))
    accepts_tags = make_text(_("Combines only with tags"), _("Both promotions must accept each other."))

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        own = KINDS[kind][2]
        for name in {name for _title, _example, names in KINDS.values() for name in names} - set(own):
            del self.fields[name]
        classes = next(action.classes for action in ACTIONS if action.kind == kind)
        field = self.fields["promotion_class"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  for the type checker: declared above
        field.choices = [choice for choice in Promotion.Class.choices if choice[0] in classes]
        self.fields["name"].required = True

    def list_groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields by question, in the order in which a person thinks."""
        what = ["promotion_class", *KINDS[self.kind][2]]
        groups = {
            _("What is it called?"): ["name", "key", "title_en", "title_zh_hans"],
            _("What does it give?"): what,
            _("When does it apply?"): [
                "minimum", "minimum_quantity", "first_order", "tiers", "segments", "channels", "payment_methods",
                "weekdays", "begins", "ends", "needs_coupon",
            ],
            _("How long, and how much of it?"): [
                "starts_at", "ends_at", "usage_limit", "per_customer_limit", "campaign", "is_flash_sale",
            ],
            _("What does it combine with?"): ["combines_with", "priority", "tags", "accepts_tags"],
        }  # fmt: skip
        return [(title, [self[name] for name in names]) for title, names in groups.items()]

    def clean(self) -> dict[str, Any]:
        """Read the notation; what is wrong is told at its field."""
        cleaned = super().clean() or {}
        try:
            cleaned["action"] = self._build_action(cleaned)
            cleaned["conditions"] = self._build_conditions(cleaned)
            read_action(cleaned["action"])
            read_conditions(cleaned["conditions"])
        except PromotionInvalid as error:
            name = _find_field(error.field, self.fields)
            self.add_error(name, str(error.message))
        return cleaned

    def _build_action(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        own = KINDS[self.kind][2]
        values: dict[str, Any] = {name: cleaned.get(name) for name in own if cleaned.get(name)}
        action: dict[str, Any] = {"kind": self.kind}
        for name in NUMBERS:
            if values.get(name):
                action[name] = values[name]
        for name in ("amounts", "most"):
            if values.get(name):
                action[name] = notation.parse_amounts(values[name], field=name)
        for name, (place, parse) in notation.PARSERS.items():
            if name in own:
                action[place] = parse(values.get(name, ""), field=name)
        if values.get("methods"):
            action["methods"] = notation.parse_keys(values["methods"])
        return action | self._build_targets(values)

    def _build_targets(self, values: Mapping[str, Any]) -> dict[str, Any]:
        target = {
            name: notation.parse_keys(values[name]) for name in ("include", "exclude") if values.get(name)
        }
        given = {"include": notation.parse_keys(values.get("given", ""))}
        if self.kind == "gift":
            return {"target": given}
        if self.kind == "buy_get":
            return {"buy": target} | ({"get": given} if given["include"] else {})
        return {"target": target} if "include" in KINDS[self.kind][2] else {}

    def _build_conditions(self, cleaned: Mapping[str, Any]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        if cleaned.get("minimum"):
            found.append(
                {"kind": "minimum", "amounts": notation.parse_amounts(cleaned["minimum"], field="minimum")}
            )
        if cleaned.get("minimum_quantity"):
            found.append({"kind": "minimum_quantity", "quantity": cleaned["minimum_quantity"]})
        if cleaned.get("first_order"):
            found.append({"kind": "first_order"})
        found += [
            {"kind": name, "names": notation.parse_keys(cleaned[name])}
            for name in ("tiers", "segments", "channels", "payment_methods")
            if cleaned.get(name)
        ]
        return found + _build_hours(cleaned)

    def to_draft(self) -> PromotionDraft:
        """Return what the service takes."""
        cleaned = self.cleaned_data
        names = set(PromotionDraft.__dataclass_fields__) & set(cleaned) - {"tags", "accepts_tags"}
        values = {name: cleaned[name] for name in names}
        lists = {name: notation.parse_keys(cleaned[name]) for name in ("tags", "accepts_tags")}
        campaign = cleaned.get("campaign")
        return PromotionDraft(
            **values
            | lists
            | {"campaign_id": campaign.pk if campaign else None, "priority": cleaned.get("priority") or 100}
        )


def _build_hours(cleaned: Mapping[str, Any]) -> list[dict[str, Any]]:
    days, begins, ends = (cleaned.get(name) for name in ("weekdays", "begins", "ends"))
    if not days and begins is None and ends is None:
        return []
    hours: dict[str, Any] = {"kind": "hours"}
    if days:
        hours["weekdays"] = [int(day) for day in days]
    for name, value in (("begins", begins), ("ends", ends)):
        if value is not None:
            hours[name] = value.isoformat("minutes")
    return [hours]


def _find_field(place: str, fields: Mapping[str, Any]) -> str | None:
    """The form's field for a place in the document, such as ``action.target.include``."""
    parts = [name for part in reversed(place.split(".")) for name in (part, f"group_{part}")]
    return next((part for part in parts if part in fields), None)


def fits_form(promotion: Promotion) -> bool:
    """Whether the form can say all that a promotion says; programs may say more."""
    kinds = [condition["kind"] for condition in promotion.conditions]
    has_target = any(any(condition.get("target", {}).values()) for condition in promotion.conditions)
    has_more = "most_times" in promotion.action or any(
        part["target"].get("exclude") for part in promotion.action.get("parts", [])
    )
    return len(kinds) == len(set(kinds)) and not has_target and not has_more


def list_initial(promotion: Promotion) -> dict[str, Any]:
    """Return a stored promotion in the form's notation."""
    plain = {
        name: getattr(promotion, name)
        for name in PromotionDraft.__dataclass_fields__
        if name != "campaign_id"
    }
    action = promotion.action
    target = action.get("buy") or action.get("target") or {}
    is_gift, is_group = (action["kind"] == kind for kind in ("gift", "group_price"))
    texts = {
        "campaign": promotion.campaign_id,
        "tags": ", ".join(promotion.tags),
        "accepts_tags": ", ".join(promotion.accepts_tags),
        "amounts": notation.write_amounts(action.get("amounts")),
        "most": notation.write_amounts(action.get("most")),
        "steps": "" if is_group else notation.write_steps(action.get("steps")),
        "group_steps": notation.write_group_steps(action.get("steps")) if is_group else "",
        "parts": notation.write_parts(action.get("parts")),
        "methods": ", ".join(action.get("methods", [])),
        "include": notation.write_keys(target.get("include")),
        "exclude": notation.write_keys(target.get("exclude")),
        "given": notation.write_keys((target if is_gift else action.get("get") or {}).get("include")),
    }
    plain |= {name: action[name] for name in NUMBERS if name in action}
    return plain | texts | _list_condition_values(promotion)


def _list_condition_values(promotion: Promotion) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for condition in promotion.conditions:
        kind = condition["kind"]
        if kind == "minimum":
            found["minimum"] = notation.write_amounts(condition["amounts"])
        elif kind == "minimum_quantity":
            found[kind] = condition["quantity"]
        elif kind == "first_order":
            found[kind] = True
        elif kind == "hours":
            found["weekdays"] = [str(day) for day in condition.get("weekdays", [])]
            found |= {name: condition[name] for name in ("begins", "ends") if name in condition}
        else:
            found[kind] = ", ".join(condition["names"])
    return found


class DrawForm(forms.Form):
    """A batch of codes."""

    name = forms.CharField(label=_("Name"), max_length=120, widget=UnfoldAdminTextInputWidget())
    code_prefix = forms.CharField(
        label=_("Prefix"), max_length=12, required=False, widget=UnfoldAdminTextInputWidget()
    )
    quantity = forms.IntegerField(
        label=_("How many codes"), min_value=1, max_value=20_000, widget=UnfoldAdminIntegerFieldWidget()
    )
    usage_limit = make_number(_("Uses of each code"), initial=1)
    per_customer_limit = make_number(_("Uses of each code per customer"))
    starts_at = make_instant(_("Begins"))
    ends_at = make_instant(_("Ends"))


class FlashForm(forms.Form):
    """A flash sale's own stock."""

    items = forms.CharField(
        label=_("Articles"),
        help_text=_("One a line: SKU, how many, and how many each customer may have: “MUG-1 x 20, 2 each”."),
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 6}),
    )
