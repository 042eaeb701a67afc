"""The shapes of bulk writing."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from rest_framework import serializers

from catalog.domain.reports import Outcome
from catalog.domain.tags import LONGEST_TAG, MOST_TAGS
from shop.partners.api.serializers import CurrencyChoice, StrictSerializer

MOST_PRODUCTS = 100
MOST_VARIANTS = 100
MOST_PRICES = 500
AMOUNT = r"^\d{1,10}(\.\d{1,3})?$"
OUTCOMES = tuple(outcome.value for outcome in Outcome)


class BulkPrice(StrictSerializer):
    """A base price."""

    currency = CurrencyChoice()
    amount = serializers.RegexField(AMOUNT, max_length=14)
    compare_at_amount = serializers.RegexField(AMOUNT, max_length=14, required=False)


class BulkOption(StrictSerializer):
    """An option value; both words may be `English|中文`."""

    name = serializers.CharField(max_length=160)
    value = serializers.CharField(max_length=240)


class BulkVariant(StrictSerializer):
    """An article, written whole: weight, barcode and options that are left out are none; prices left out stay."""

    sku = serializers.CharField(max_length=120)
    barcode = serializers.CharField(max_length=14, required=False, allow_blank=True)
    weight_grams = serializers.IntegerField(min_value=0, max_value=2_000_000, required=False)
    requires_shipping = serializers.BooleanField(required=False)
    is_active = serializers.BooleanField(required=False)
    options = BulkOption(many=True, required=False, max_length=3)  # type: ignore[call-arg]  # the list takes it
    prices = BulkPrice(many=True, required=False, max_length=len(settings.CURRENCIES))  # type: ignore[call-arg]  # the list takes it


class BulkProduct(StrictSerializer):
    """A product with all its variants: those that are not named go off sale. Words that are left out stay."""

    handle = serializers.CharField(max_length=120, help_text="Its address; found again by it.")
    name_en = serializers.CharField(max_length=200)
    name_zh = serializers.CharField(max_length=200, required=False, allow_blank=True)
    description_en = serializers.CharField(max_length=50_000, required=False, allow_blank=True)
    description_zh = serializers.CharField(max_length=50_000, required=False, allow_blank=True)
    brand = serializers.CharField(max_length=120, required=False, allow_blank=True)
    category = serializers.CharField(
        max_length=260, required=False, allow_blank=True, help_text="A path of slugs; missing ones are made."
    )
    product_type = serializers.CharField(max_length=60, required=False, allow_blank=True)
    tags = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_TAG),
        required=False,
        max_length=MOST_TAGS,
        help_text="All its tags; they are folded and put in order. Left out: they stay.",
    )
    is_published = serializers.BooleanField(required=False)
    variants = BulkVariant(many=True, allow_empty=False, max_length=MOST_VARIANTS)  # type: ignore[call-arg]  # the list takes it


class BulkResultSerializer(serializers.Serializer[Any]):
    """What became of a variant; they stand in the order in which they were sent."""

    handle = serializers.CharField()
    sku = serializers.CharField()
    outcome = serializers.ChoiceField(choices=OUTCOMES)
    code = serializers.CharField(allow_blank=True, help_text="Why it was refused, for programs.")
    message = serializers.CharField(
        allow_blank=True, help_text="Why it was refused, in the language of the answer."
    )
    warnings = serializers.ListField(child=serializers.CharField())


class BulkResultsSerializer(serializers.Serializer[Any]):
    """The results of all variants."""

    results = BulkResultSerializer(many=True)


class PriceRowInput(StrictSerializer):
    """What an article is to cost."""

    sku = serializers.CharField(max_length=120)
    currency = CurrencyChoice()
    amount = serializers.RegexField(AMOUNT, max_length=14)
    compare_at_amount = serializers.RegexField(AMOUNT, max_length=14, required=False)


class PriceResultSerializer(serializers.Serializer[Any]):
    """What became of a row; the rows stand in the order in which they were sent."""

    sku = serializers.CharField()
    currency = serializers.CharField()
    outcome = serializers.ChoiceField(choices=OUTCOMES)
    code = serializers.CharField(
        allow_blank=True, help_text="Empty, unknown_sku, invalid_price or invalid_compare_at."
    )
    message = serializers.CharField(allow_blank=True)


class PriceResultsSerializer(serializers.Serializer[Any]):
    """The results of all rows."""

    results = PriceResultSerializer(many=True)


class FeedSerializer(serializers.Serializer[Any]):
    """A feed for shopping portals."""

    kind = serializers.ChoiceField(choices=("google", "json"))
    language = serializers.CharField()
    currency = serializers.CharField()
    url = serializers.URLField()


class Rows(serializers.ListSerializer[Any]):
    """A body that is a plain list."""
