"""Products in the back office."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.files.storage import default_storage
from django.db.models import Count, Prefetch, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from modeltranslation.admin import TranslationAdmin
from unfold.admin import ModelAdmin
from unfold.decorators import action, display

from catalog.admin.access import get_actor
from catalog.admin.product_parts import OptionInline, PictureInline, VariantInline
from catalog.models import Product, ProductImage
from catalog.services.products import delete_product, finish_product, save_product, set_published

STATUS_LABELS = {Product.Status.PUBLISHED: "success", Product.Status.DRAFT: "warning"}


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
        count = set_published(ids, is_published=is_published, actor=get_actor(request))
        text = ngettext("%(count)d product changed.", "%(count)d products changed.", count)
        messages.success(request, text % {"count": count})

    def save_model(self, request: HttpRequest, obj: Product, form: ModelForm[Product], change: bool) -> None:  # noqa: FBT001  Django's signature
        """Write through the service."""
        save_product(obj, actor=get_actor(request))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001  Django's signature
        """Rebuild the listings when variants, prices and pictures are written."""
        super().save_related(request, form, formsets, change)
        finish_product(form.instance.pk)

    def delete_model(self, request: HttpRequest, obj: Product) -> None:
        """Delete through the service."""
        delete_product(obj, actor=get_actor(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        """Delete each through the service."""
        for product in queryset:
            delete_product(product, actor=get_actor(request))
