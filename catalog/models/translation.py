"""Which fields carry one column per language (read by django-modeltranslation)."""

from modeltranslation.translator import TranslationOptions, register

from catalog.models.attribute import Attribute, AttributeChoice, AttributeValue, ProductType
from catalog.models.category import Brand, Category
from catalog.models.collection import Collection
from catalog.models.document import ProductDocument
from catalog.models.media import ProductImage
from catalog.models.product import OptionValue, Product, ProductOption
from catalog.models.promotion import Promotion


@register(Promotion)
class PromotionTranslation(TranslationOptions):
    """What shoppers read of a promotion."""

    fields = ("title",)


@register(Category)
class CategoryTranslation(TranslationOptions):
    """A category's words."""

    fields = ("name", "description", "seo_title", "seo_description")


@register(Product)
class ProductTranslation(TranslationOptions):
    """A product's words."""

    fields = ("name", "description", "seo_title", "seo_description")


@register(ProductOption)
class ProductOptionTranslation(TranslationOptions):
    """An option's name."""

    fields = ("name",)


@register(OptionValue)
class OptionValueTranslation(TranslationOptions):
    """An option value's name."""

    fields = ("value",)


@register(ProductImage)
class ProductImageTranslation(TranslationOptions):
    """A picture's alternative text."""

    fields = ("alt",)


@register(Brand)
class BrandTranslation(TranslationOptions):
    """A brand's story; its name is the same in every language."""

    fields = ("description",)


@register(Collection)
class CollectionTranslation(TranslationOptions):
    """A collection's words."""

    fields = ("name", "description", "seo_title", "seo_description")


@register(Attribute)
class AttributeTranslation(TranslationOptions):
    """An attribute's name and unit."""

    fields = ("name", "unit")


@register(AttributeChoice)
class AttributeChoiceTranslation(TranslationOptions):
    """A choice's name."""

    fields = ("value",)


@register(AttributeValue)
class AttributeValueTranslation(TranslationOptions):
    """A text value."""

    fields = ("text",)


@register(ProductType)
class ProductTypeTranslation(TranslationOptions):
    """A type's name."""

    fields = ("name",)


@register(ProductDocument)
class ProductDocumentTranslation(TranslationOptions):
    """A document's title."""

    fields = ("title",)
