"""Categories and brands in the back office."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin
from unfold.admin import ModelAdmin
from unfold.decorators import display

from catalog.admin.access import get_actor
from catalog.models import Brand, Category
from catalog.services.categories import check_parent, delete_category, save_brand, save_category
from shop.kernel.back_office import PickingMixin
from shop.kernel.errors import DomainError


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
class CategoryAdmin(PickingMixin, ModelAdmin, TranslationAdmin[Category]):
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
        save_category(obj, actor=get_actor(request))

    def delete_model(self, request: HttpRequest, obj: Category) -> None:
        """Delete through the service."""
        try:
            delete_category(obj, actor=get_actor(request))
        except DomainError as error:
            messages.error(request, str(error.message))


@admin.register(Brand)
class BrandAdmin(ModelAdmin, TranslationAdmin[Brand]):
    """Brands."""

    list_display = ("name", "slug")
    list_per_page = 100
    show_full_result_count = False
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}

    def save_model(self, request: HttpRequest, obj: Brand, form: ModelForm[Brand], change: bool) -> None:  # noqa: FBT001  Django's signature
        """Write through the service, which keeps listings."""
        save_brand(obj, actor=get_actor(request))
