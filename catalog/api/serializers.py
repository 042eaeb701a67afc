"""The shape of the catalogue's answers, for the OpenAPI description; answers.py builds them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from rest_framework import serializers

from shop.partners.api.serializers import MoneyField


class ImageSerializer(serializers.Serializer[Any]):
    """A picture; `url` is about 640 pixels wide, `large_url` the largest there is."""

    url = serializers.URLField()
    large_url = serializers.URLField()
    alt = serializers.CharField(allow_blank=True)
    width = serializers.IntegerField(min_value=0)
    height = serializers.IntegerField(min_value=0)


class ProductCardSerializer(serializers.Serializer[Any]):
    """A product in a list; `price` is the lowest of its variants, `rating` the mean of its reviews."""

    slug = serializers.CharField()
    name = serializers.CharField()
    url = serializers.URLField()
    image = ImageSerializer(allow_null=True)
    price = MoneyField()
    compare_at_price = MoneyField(allow_null=True)
    in_stock = serializers.BooleanField()
    rating = serializers.FloatField(allow_null=True, min_value=1, max_value=5)


class OptionPairSerializer(serializers.Serializer[Any]):
    """An option of a variant, in the language of the answer."""

    name = serializers.CharField()
    value = serializers.CharField()


class VariantSerializer(serializers.Serializer[Any]):
    """A variant; `available_quantity` is capped: exact stock is not public."""

    sku = serializers.CharField()
    name = serializers.CharField(allow_blank=True)
    options = OptionPairSerializer(many=True)
    price = MoneyField(allow_null=True)
    compare_at_price = MoneyField(allow_null=True)
    in_stock = serializers.BooleanField()
    available_quantity = serializers.IntegerField(min_value=0, max_value=settings.API_AVAILABLE_QUANTITY_CAP)


class CategoryLinkSerializer(serializers.Serializer[Any]):
    """A step of the category path."""

    name = serializers.CharField()
    url = serializers.URLField()


class ProductSerializer(serializers.Serializer[Any]):
    """A product with its variants, pictures and category path; prices are those of the variant shown first."""

    slug = serializers.CharField()
    name = serializers.CharField()
    url = serializers.URLField()
    description = serializers.CharField(allow_blank=True)
    brand = serializers.CharField(allow_blank=True)
    tags = serializers.ListField(child=serializers.CharField())
    image = ImageSerializer(allow_null=True)
    price = MoneyField(allow_null=True)
    compare_at_price = MoneyField(allow_null=True)
    in_stock = serializers.BooleanField()
    rating = serializers.FloatField(allow_null=True, min_value=1, max_value=5)
    category_path = CategoryLinkSerializer(many=True)
    media = ImageSerializer(many=True)
    variants = VariantSerializer(many=True)


class CategoryLeafSerializer(serializers.Serializer[Any]):
    """A category of the third level."""

    slug = serializers.CharField()
    path = serializers.CharField()
    name = serializers.CharField()
    url = serializers.URLField()


class CategoryBranchSerializer(CategoryLeafSerializer):
    """A category of the second level."""

    children = CategoryLeafSerializer(many=True)


class CategorySerializer(CategoryLeafSerializer):
    """A category of the first level."""

    children = CategoryBranchSerializer(many=True)
