"""The shape of the catalogue's answers."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.domain.media import ImageView
from catalog.queries.cards import ProductCard
from catalog.queries.categories import CategoryNode
from catalog.queries.product_pages import Crumb, ProductPage, VariantView
from shop.partners.api.serializers import MoneyField


def absolute(url: str) -> str:
    """Return an address with the shop's own host."""
    return url if url.startswith(("http://", "https://")) else f"{settings.SITE_URL}{url}"


class ImageSerializer(serializers.Serializer[Any]):
    """A picture; `url` is about 640 pixels wide, `large_url` the largest there is."""

    url = serializers.SerializerMethodField()
    large_url = serializers.SerializerMethodField()
    alt = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_url(self, image: ImageView) -> str:
        """The picture's address."""
        return absolute(image.url)

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_large_url(self, image: ImageView) -> str:
        """The largest size's address."""
        return absolute(image.large_url)


class ProductCardSerializer(serializers.Serializer[Any]):
    """A product in a list; `price` is the lowest of its variants."""

    slug = serializers.CharField()
    name = serializers.CharField()
    url = serializers.SerializerMethodField()
    image = ImageSerializer(allow_null=True)
    price = MoneyField()
    compare_at_price = MoneyField(source="compare_at", allow_null=True)
    in_stock = serializers.BooleanField()
    rating = serializers.SerializerMethodField()

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_url(self, card: ProductCard) -> str:
        """The page's address."""
        return absolute(card.url)

    @extend_schema_field({"type": ["number", "null"], "minimum": 1, "maximum": 5})
    def get_rating(self, _card: ProductCard) -> None:
        """The mean of its reviews; null while it has none."""


class OptionPairSerializer(serializers.Serializer[dict[str, str]]):
    """An option of a variant, in the language of the answer."""

    name = serializers.CharField()
    value = serializers.CharField()


class VariantSerializer(serializers.Serializer[VariantView]):
    """A variant; `available_quantity` is capped: exact stock is not public."""

    sku = serializers.CharField()
    name = serializers.CharField()
    options = serializers.SerializerMethodField()
    price = MoneyField(allow_null=True)
    compare_at_price = MoneyField(source="compare_at", allow_null=True)
    in_stock = serializers.BooleanField(source="is_available")
    available_quantity = serializers.SerializerMethodField()

    @extend_schema_field(OptionPairSerializer(many=True))
    def get_options(self, variant: VariantView) -> list[dict[str, str]]:
        """Names and values."""
        pairs = [choice.to_pair(self.context["language"]) for choice in variant.choices]
        return [{"name": name, "value": value} for name, value in pairs]

    @extend_schema_field({"type": "integer", "minimum": 0, "maximum": settings.API_AVAILABLE_QUANTITY_CAP})
    def get_available_quantity(self, variant: VariantView) -> int:
        """No more than the cap."""
        return min(variant.available_quantity, settings.API_AVAILABLE_QUANTITY_CAP)


class CategoryLinkSerializer(serializers.Serializer[Any]):
    """A step of the category path."""

    name = serializers.CharField()
    url = serializers.SerializerMethodField()

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_url(self, crumb: Crumb) -> str:
        """The category's page."""
        return absolute(crumb.url)


class ProductSerializer(serializers.Serializer[ProductPage]):
    """A product with its variants, pictures and category path."""

    slug = serializers.CharField()
    name = serializers.CharField()
    url = serializers.SerializerMethodField()
    description = serializers.CharField(allow_blank=True)
    brand = serializers.CharField(allow_blank=True)
    image = serializers.SerializerMethodField()
    price = MoneyField(source="chosen.price", allow_null=True)
    compare_at_price = MoneyField(source="chosen.compare_at", allow_null=True)
    in_stock = serializers.SerializerMethodField()
    rating = serializers.SerializerMethodField()
    category_path = serializers.SerializerMethodField()
    media = serializers.SerializerMethodField()
    variants = VariantSerializer(many=True)

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_url(self, page: ProductPage) -> str:
        """The page's address."""
        return absolute(page.url)

    @extend_schema_field(ImageSerializer(allow_null=True))
    def get_image(self, page: ProductPage) -> dict[str, Any] | None:
        """The first picture."""
        return ImageSerializer(page.slides[0].image).data if page.slides else None

    @extend_schema_field({"type": "boolean"})
    def get_in_stock(self, page: ProductPage) -> bool:
        """Whether any variant can be bought."""
        return any(variant.is_available for variant in page.variants)

    @extend_schema_field({"type": ["number", "null"], "minimum": 1, "maximum": 5})
    def get_rating(self, _page: ProductPage) -> None:
        """The mean of its reviews; null while it has none."""

    @extend_schema_field(CategoryLinkSerializer(many=True))
    def get_category_path(self, page: ProductPage) -> Any:
        """From the top of the tree down."""
        return CategoryLinkSerializer(page.crumbs[1:], many=True).data

    @extend_schema_field(ImageSerializer(many=True))
    def get_media(self, page: ProductPage) -> Any:
        """All pictures."""
        return ImageSerializer([slide.image for slide in page.slides], many=True).data


class CategoryLeafSerializer(serializers.Serializer[Any]):
    """A category of the third level."""

    slug = serializers.CharField()
    path = serializers.CharField()
    name = serializers.CharField()
    url = serializers.SerializerMethodField()

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_url(self, node: CategoryNode) -> str:
        """The category's page."""
        return absolute(node.url)


class CategoryBranchSerializer(CategoryLeafSerializer):
    """A category of the second level."""

    children = CategoryLeafSerializer(many=True)


class CategorySerializer(CategoryLeafSerializer):
    """A category of the first level."""

    children = CategoryBranchSerializer(many=True)
