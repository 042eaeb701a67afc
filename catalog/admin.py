"""The catalogue in the back office."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db.models import Count, Prefetch, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from modeltranslation.admin import TranslationAdmin, TranslationTabularInline
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import action, display

from catalog.models import (
    Brand,
    Category,
    ImportRun,
    OptionValue,
    Price,
    Product,
    ProductImage,
    ProductOption,
    Variant,
)
from catalog.services.categories import check_parent, delete_category, save_brand, save_category
from catalog.services.products import delete_product, finish_product, save_product, set_published
from shop.kernel.errors import DomainError
from shop.kernel.money import quantize_amount

STATUS_LABELS = {Product.Status.PUBLISHED: "success", Product.Status.DRAFT: "warning"}


def _actor(request: HttpRequest) -> str:
    return str(getattr(request.user, "email", request.user))


class VariantInline(TabularInline):
    """Variants on their product's page; prices have a page of their own per variant."""

    model = Variant
    fields = (
        "sku",
        "barcode",
        "weight_grams",
        "requires_shipping",
        "is_active",
        "position",
        "available_quantity",
    )
    readonly_fields = ("available_quantity",)
    extra = 0
    show_change_link = True
    tab = True


class PictureInline(TranslationTabularInline[ProductImage, Product], TabularInline):
    """Pictures on their product's page."""

    model = ProductImage
    fields = ("thumbnail", "original", "alt", "variant", "position")
    readonly_fields = ("thumbnail",)
    extra = 0
    tab = True

    @display(description=_("picture"))
    def thumbnail(self, image: ProductImage) -> SafeString | str:
        """The smallest size; none until it is made."""
        sizes = (image.renditions or {}).get("webp") or []
        if not sizes:
            return "–"
        return format_html(
            '<img src="{}" alt="" height="56" loading="lazy">', default_storage.url(sizes[0][1])
        )

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the product's own variants only."""
        if db_field.name == "variant":
            match = request.resolver_match
            product_id = match.kwargs.get("object_id") if match else None
            kwargs["queryset"] = Variant.objects.filter(product_id=product_id or 0)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class OptionInline(TranslationTabularInline[ProductOption, Product], TabularInline):
    """Options on their product's page."""

    model = ProductOption
    fields = ("key", "name", "position")
    extra = 0
    tab = True


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


@admin.register(Product)
class ProductAdmin(ModelAdmin, TranslationAdmin[Product]):
    """Products; every write goes through services, so that listings agree."""

    list_display = (
        "picture",
        "title",
        "state",
        "brand",
        "category",
        "variant_quantity",
        "available",
        "updated_at",
    )
    list_display_links = ("picture", "title")
    list_filter = ("status", "is_featured", ("category", admin.RelatedOnlyFieldListFilter), "brand")
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("name_en", "name_zh_hans", "slug", "variants__sku")
    prepopulated_fields = {"slug": ("name_en",)}
    autocomplete_fields = ("brand", "category")
    readonly_fields = ("source", "external_key", "published_at", "created_at", "updated_at")
    inlines = (VariantInline, PictureInline, OptionInline)
    actions = ("publish", "unpublish")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        """Products with what a row shows: four queries for a page of any length."""
        products: QuerySet[Product] = super().get_queryset(request).select_related("brand", "category")
        ready = ProductImage.objects.exclude(renditions={}).order_by("position", "pk")
        return products.annotate(variant_total=Count("variants", distinct=True)).prefetch_related(
            Prefetch("images", queryset=ready), "variants"
        )

    @display(description="")
    def picture(self, product: Product) -> SafeString | str:
        """The first picture, small."""
        image = next(iter(product.images.all()), None)
        sizes = (image.renditions.get("webp") or []) if image else []
        if not sizes:
            return "–"
        return format_html(
            '<img src="{}" alt="" width="40" height="40" loading="lazy">', default_storage.url(sizes[0][1])
        )

    @display(description=_("name"), ordering="name_en")
    def title(self, product: Product) -> str:
        """The name in the operator's language."""
        return str(product)

    @display(description=_("status"), ordering="status", label=STATUS_LABELS)
    def state(self, product: Product) -> tuple[str, str]:
        """The status as a coloured word."""
        return product.status, product.get_status_display()

    @display(description=_("variants"), ordering="variant_total")
    def variant_quantity(self, product: Product) -> int:
        """How many variants it has."""
        return len(product.variants.all())

    @display(description=_("available"))
    def available(self, product: Product) -> int:
        """What all variants have available."""
        return sum(variant.available_quantity for variant in product.variants.all())

    @action(description=_("Publish"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        """Show the chosen products."""
        self._set_published(request, queryset, is_published=True)

    @action(description=_("Unpublish"), permissions=["change"])
    def unpublish(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        """Hide the chosen products."""
        self._set_published(request, queryset, is_published=False)

    def _set_published(
        self, request: HttpRequest, queryset: QuerySet[Product], *, is_published: bool
    ) -> None:
        ids = list(queryset.values_list("pk", flat=True))
        count = set_published(ids, is_published=is_published, actor=_actor(request))
        text = ngettext("%(count)d product changed.", "%(count)d products changed.", count)
        messages.success(request, text % {"count": count})

    def save_model(self, request: HttpRequest, obj: Product, form: ModelForm[Product], change: bool) -> None:  # noqa: FBT001  Django's signature
        """Write through the service."""
        save_product(obj, actor=_actor(request))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001  Django's signature
        """Rebuild the listings when variants, prices and pictures are written."""
        super().save_related(request, form, formsets, change)
        finish_product(form.instance.pk)

    def delete_model(self, request: HttpRequest, obj: Product) -> None:
        """Delete through the service."""
        delete_product(obj, actor=_actor(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        """Delete each through the service."""
        for product in queryset:
            delete_product(product, actor=_actor(request))


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
        save_product(form.instance.product, actor=_actor(request))
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


class CategoryForm(ModelForm[Category]):
    """Says beside the field what the tree does not allow."""

    def clean(self) -> dict[str, Any] | None:
        """Check the parent as the service will."""
        cleaned = super().clean()
        try:
            check_parent(self.instance, parent=self.cleaned_data.get("parent"))
        except DomainError as error:
            raise ValidationError({"parent": str(error.message)}) from error
        return cleaned


@admin.register(Category)
class CategoryAdmin(ModelAdmin, TranslationAdmin[Category]):
    """The tree, in the order of its paths."""

    list_display = ("indented", "path", "position", "product_quantity")
    list_display_links = ("indented",)
    list_per_page = 100
    show_full_result_count = False
    search_fields = ("name_en", "name_zh_hans", "path")
    ordering = ("path",)
    autocomplete_fields = ("parent",)
    prepopulated_fields = {"slug": ("name_en",)}
    form = CategoryForm
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Category]:
        """Categories with how many products stand in each."""
        categories: QuerySet[Category] = super().get_queryset(request)
        return categories.annotate(product_total=Count("products"))

    @display(description=_("name"), ordering="path")
    def indented(self, category: Category) -> SafeString:
        """The name, moved in by its depth."""
        return format_html("{}{}", "\u2003" * (category.depth - 1), str(category))

    @display(description=_("products"), ordering="product_total")
    def product_quantity(self, category: Category) -> int:
        """How many products stand directly in it."""
        return int(getattr(category, "product_total", 0))

    def save_model(
        self,
        request: HttpRequest,
        obj: Category,
        form: ModelForm[Category],
        change: bool,  # noqa: FBT001  Django's signature
    ) -> None:
        """Write through the service, which keeps paths and listings."""
        save_category(obj, actor=_actor(request))

    def delete_model(self, request: HttpRequest, obj: Category) -> None:
        """Delete through the service."""
        try:
            delete_category(obj, actor=_actor(request))
        except DomainError as error:
            messages.error(request, str(error.message))


@admin.register(Brand)
class BrandAdmin(ModelAdmin):
    """Brands."""

    list_display = ("name", "slug")
    list_per_page = 100
    show_full_result_count = False
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}

    def save_model(self, request: HttpRequest, obj: Brand, form: ModelForm[Brand], change: bool) -> None:  # noqa: FBT001  Django's signature
        """Write through the service, which keeps listings."""
        save_brand(obj, actor=_actor(request))


@admin.register(ImportRun)
class ImportRunAdmin(ModelAdmin):
    """What came of each import."""

    list_display = (
        "started_at",
        "file_name",
        "format",
        "row_count",
        "created_count",
        "updated_count",
        "unchanged_count",
        "refused_count",
        "finished_at",
    )
    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Imports are started by the command."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: ImportRun | None = None) -> bool:
        """The past stays."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ImportRun | None = None) -> bool:
        """The past stays."""
        return False
