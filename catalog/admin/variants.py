"""Variants, prices and options on pages of their own."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest
from modeltranslation.admin import TranslationAdmin, TranslationTabularInline
from unfold.admin import ModelAdmin, TabularInline

from catalog.admin.access import get_actor
from catalog.models import OptionValue, Price, ProductOption, Variant
from catalog.services.products import finish_product, save_product
from shop.kernel.money import quantize_amount


class PriceForm(ModelForm[Price]):
    """Amounts with the digits of their currency, not of the column."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("amount", "compare_at_amount"):
            if (stored := getattr(self.instance, name)) is not None:
                self.initial[name] = quantize_amount(stored, self.instance.currency)


class PriceInline(TabularInline):
    """Prices on their variant's page."""

    model = Price
    form = PriceForm
    hide_title = True
    fields = ("currency", "amount", "compare_at_amount")
    extra = 0


class ValueInline(TranslationTabularInline[OptionValue, ProductOption], TabularInline):
    """Values on their option's page."""

    model = OptionValue
    fields = ("key", "value", "swatch", "position")
    extra = 0


class _ProductPartAdmin(ModelAdmin):
    """A part of a product with a page of its own; saving it rebuilds the product's listings."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Parts are added on their product's page."""
        return False

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001  Django's signature
        """Write the rows below it, then the product's listings."""
        super().save_related(request, form, formsets, change)
        save_product(form.instance.product, actor=get_actor(request))
        finish_product(form.instance.product_id)


@admin.register(Variant)
class VariantAdmin(_ProductPartAdmin):
    """Variants with their prices."""

    list_display = ("sku", "product", "barcode", "weight_grams", "available_quantity", "is_active")
    list_filter = ("is_active", "requires_shipping")
    list_select_related = ("product",)
    search_fields = ("sku", "barcode", "product__name_en", "product__name_zh_hans")
    fields = (
        "product",
        "sku",
        "barcode",
        "weight_grams",
        "requires_shipping",
        "is_active",
        "option_values",
        "available_quantity",
    )
    readonly_fields = ("product", "available_quantity")
    inlines = (PriceInline,)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the values of the product's own options only."""
        match = request.resolver_match
        kwargs["queryset"] = OptionValue.objects.filter(
            option__product__variants=match.kwargs.get("object_id") if match else None
        )
        return super().formfield_for_manytomany(db_field, request, **kwargs)


@admin.register(ProductOption)
class OptionAdmin(_ProductPartAdmin, TranslationAdmin[ProductOption]):
    """Options with their values; reached from the product."""

    list_display = ("product", "name", "key")
    list_select_related = ("product",)
    search_fields = ("name_en", "name_zh_hans", "product__name_en")
    readonly_fields = ("product",)
    inlines = (ValueInline,)
