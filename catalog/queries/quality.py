"""What the quality gate looks at, and its reasons in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from django.conf import settings
from django.utils.html import strip_tags
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalog.domain.policies import find_return_policy
from catalog.domain.quality import IssueCode, ListingFacts, QualityPolicy, measure_title
from catalog.domain.words import pick_words
from catalog.models import AttributeValue, ListingPolicy, Product, ProductImage, TypeAttribute

_FIELDS = (
    "id",
    "name_en",
    "name_zh_hans",
    "description_en",
    "description_zh_hans",
    "category_id",
    "product_type_id",
    "return_policy",
    "product_type__return_policy",
    "is_digital",
    "is_custom_made",
    "is_fresh",
)


def get_quality_policy() -> QualityPolicy:
    """Return the shop's measures; the defaults until an operator writes others. One query."""
    row = ListingPolicy.objects.filter(pk=1).first()
    if row is None:
        return QualityPolicy()
    return QualityPolicy(
        lowest_score=row.lowest_score,
        shortest_title=row.shortest_title,
        longest_title=row.longest_title,
        least_image_pixels=row.least_image_pixels,
        shortest_description=row.shortest_description,
    )


def list_listing_facts(product_ids: Collection[int]) -> dict[int, ListingFacts]:
    """Return what is judged of each product; four queries for any number."""
    images = _list_first_images(product_ids)
    rows = list(Product.objects.filter(pk__in=product_ids).values(*_FIELDS))
    required = _list_required({row["product_type_id"] for row in rows})
    answered: dict[int, set[int]] = defaultdict(set)
    for product_id, attribute_id in AttributeValue.objects.filter(product_id__in=product_ids).values_list(
        "product_id", "attribute_id"
    ):
        answered[product_id].add(attribute_id)
    return {
        row["id"]: _build_facts(
            row,
            image=images.get(row["id"]),
            required=required.get(row["product_type_id"], {}),
            answered=answered[row["id"]],
        )
        for row in rows
    }


def _build_facts(
    row: dict[str, Any], *, image: dict[str, Any] | None, required: dict[int, str], answered: set[int]
) -> ListingFacts:
    policy = find_return_policy(
        own=row["return_policy"],
        of_type=row["product_type__return_policy"] or "",
        is_digital=row["is_digital"],
        is_custom_made=row["is_custom_made"],
        is_fresh=row["is_fresh"],
    )
    description = pick_words(row["description_en"], row["description_zh_hans"], "en")
    return ListingFacts(
        title=row["name_en"] or "",
        title_zh_hans=row["name_zh_hans"] or "",
        image_size=(image["width"], image["height"]) if image else None,
        has_alt=bool(image and (image["alt_en"] or image["alt_zh_hans"])),
        has_type=row["product_type_id"] is not None,
        required_count=len(required),
        missing=tuple(key for pk, key in required.items() if pk not in answered),
        description_length=measure_title(strip_tags(description)),
        has_category=row["category_id"] is not None,
        has_policy=policy is not None,
    )


def _list_first_images(product_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    ready = ProductImage.objects.filter(product_id__in=product_ids).exclude(renditions={})
    rows = ready.order_by("product_id", "position", "pk").distinct("product_id")
    return {
        row["product_id"]: {**row}
        for row in rows.values("product_id", "width", "height", "alt_en", "alt_zh_hans")
    }


def _list_required(type_ids: Collection[int | None]) -> dict[int, dict[int, str]]:
    """Return the keys of required attributes by type and attribute; keys, because words have a language."""
    found: dict[int, dict[int, str]] = defaultdict(dict)
    rows = TypeAttribute.objects.filter(product_type_id__in=type_ids, is_required=True)
    for type_id, attribute_id, key in rows.values_list(
        "product_type_id", "attribute_id", "attribute__key"
    ).order_by("position", "pk"):
        found[type_id][attribute_id] = key
    return found


def explain_issues(issues: Sequence[Sequence[Any]], *, names: dict[str, str] | None = None) -> list[str]:
    """Return stored issues, as [code, points, facts], in words that say the remedy; `names` are attributes by key."""
    return [_explain(IssueCode(code), facts, names or {}) for code, _points, facts in issues]


def _explain(code: IssueCode, facts: dict[str, Any], names: dict[str, str]) -> str:
    words = {
        IssueCode.TITLE_SHORT: _("The title counts %(length)s letters; it should have %(wanted)s or more."),
        IssueCode.TITLE_LONG: _("The title counts %(length)s letters; it should have %(wanted)s at most."),
        IssueCode.TRANSLATION_MISSING: _("It has no Chinese title."),
        IssueCode.TRANSLATION_SHORT: _("The Chinese title counts %(length)s, twice its characters; %(wanted)s are wanted."),
        IssueCode.TRANSLATION_LONG: _("The Chinese title counts %(length)s, twice its characters; %(wanted)s at most."),
        IssueCode.IMAGE_MISSING: _("It has no picture. Add one of %(wanted)s × %(wanted)s pixels or more."),
        IssueCode.IMAGE_SMALL: _("The first picture is %(width)s × %(height)s pixels; it should be %(wanted)s × %(wanted)s."),
        IssueCode.ALT_MISSING: _("The first picture has no alternative text: say what it shows."),
        IssueCode.TYPE_MISSING: _("It has no product type, so nobody knows what it should state."),
        IssueCode.ATTRIBUTES_MISSING: _("It does not state: %(names)s."),
        IssueCode.DESCRIPTION_MISSING: _("It has no description."),
        IssueCode.DESCRIPTION_SHORT: _("The description counts %(length)s letters; it should have %(wanted)s or more."),
        IssueCode.CATEGORY_MISSING: _("It stands in no category, so nobody finds it by browsing."),
        IssueCode.POLICY_MISSING: _("Neither it nor its type says how it may come back."),
    }  # fmt: skip
    shown = {**facts, "names": ", ".join(names.get(key, key) for key in facts.get("names", []))}
    return words[code] % shown


def list_attribute_names() -> dict[str, str]:
    """Return the names of required attributes by key in the active language. One query."""
    language = get_language() or settings.LANGUAGE_CODE
    rows = TypeAttribute.objects.filter(is_required=True).values_list(
        "attribute__key", "attribute__name_en", "attribute__name_zh_hans"
    )
    return {key: pick_words(name_en, name_zh, language) for key, name_en, name_zh in rows}
