"""Which fields carry one column per language (read by django-modeltranslation)."""

from modeltranslation.translator import TranslationOptions, register

from catalog.models.category import Category
from catalog.models.media import ProductImage
from catalog.models.product import OptionValue, Product, ProductOption


@register(Category)
class CategoryTranslation(TranslationOptions):
    """A category's words."""

    fields = ("name", "description")


@register(Product)
class ProductTranslation(TranslationOptions):
    """A product's words."""

    fields = ("name", "description")


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
