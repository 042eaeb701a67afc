"""Product types and attributes in the back office."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin, TranslationTabularInline
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display

from catalog.admin.access import get_actor
from catalog.models import Attribute, AttributeChoice, ProductType, TypeAttribute
from catalog.services.rebuilds import finish_attribute, finish_type
from shop.kernel.back_office import PickingMixin


class ChoiceInline(TranslationTabularInline[AttributeChoice, Attribute], TabularInline):
    """Choices on their attribute's page."""

    model = AttributeChoice
    fields = ("key", "value", "swatch", "position")
    ordering_field = "position"
    extra = 0


class TypeAttributeInline(PickingMixin, TabularInline):
    """What a type asks for."""

    model = TypeAttribute
    fields = ("attribute", "is_required", "position")
    autocomplete_fields = ("attribute",)
    ordering_field = "position"
    extra = 0


def _tell_progress(done: int, whole: int) -> str:
    return _now("%(done)d of %(all)d products") % {"done": done, "all": whole}


@admin.register(Attribute)
class AttributeAdmin(ModelAdmin, TranslationAdmin[Attribute]):
    """Attributes; the same one across types makes one filter."""

    list_display = ("title", "key", "kind", "unit", "is_multiple", "is_filterable", "position", "rebuild")
    list_filter = ("kind", "is_filterable")
    list_per_page = 100
    show_full_result_count = False
    search_fields = ("name_en", "name_zh_hans", "key")
    prepopulated_fields = {"key": ("name_en",)}
    inlines = (ChoiceInline,)

    @display(description=_("name"), ordering="name_en")
    def title(self, attribute: Attribute) -> str:
        """The name in the operator's language."""
        return str(attribute)

    @display(description=_("on the shelves"))
    def rebuild(self, attribute: Attribute) -> str:
        """How far a change has reached the pages of its products."""
        if attribute.rebuilt_to is None:
            return "–"
        return _tell_progress(attribute.rebuilt_quantity, attribute.rebuild_quantity)

    def get_readonly_fields(self, request: HttpRequest, obj: Attribute | None = None) -> tuple[str, ...]:
        """Values are of one kind: it stays once there are some. With how far a change has come, while it is on its way."""
        fixed = ("kind", "key") if obj and obj.values.exists() else ()
        is_on_its_way = obj is not None and obj.rebuilt_to is not None
        return (*fixed, "rebuild") if is_on_its_way else fixed

    def get_prepopulated_fields(self, request: HttpRequest, obj: Attribute | None = None) -> dict[str, Any]:
        """A key that is fixed cannot be proposed."""
        return {} if "key" in self.get_readonly_fields(request, obj) else {"key": ("name_en",)}

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001  Django's signature
        """Write the choices, then the listings that are filtered by them."""
        super().save_related(request, form, formsets, change)
        finish_attribute(form.instance.pk, actor=get_actor(request))


@admin.register(ProductType)
class ProductTypeAdmin(ModelAdmin, TranslationAdmin[ProductType]):
    """Product types."""

    list_display = ("title", "key", "attribute_quantity", "product_quantity", "return_policy", "judged")
    list_per_page = 100
    show_full_result_count = False
    search_fields = ("name_en", "name_zh_hans", "key")
    prepopulated_fields = {"key": ("name_en",)}
    inlines = (TypeAttributeInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProductType]:
        """Types with how much belongs to each."""
        types: QuerySet[ProductType] = super().get_queryset(request)
        return types.annotate(
            attribute_total=Count("type_attributes", distinct=True),
            product_total=Count("products", distinct=True),
        )

    @display(description=_("name"), ordering="name_en")
    def title(self, product_type: ProductType) -> str:
        """The name in the operator's language."""
        return str(product_type)

    @display(description=_("attributes"), ordering="attribute_total")
    def attribute_quantity(self, product_type: ProductType) -> int:
        """How many attributes it asks for."""
        return int(getattr(product_type, "attribute_total", 0))

    @display(description=_("products"), ordering="product_total")
    def product_quantity(self, product_type: ProductType) -> int:
        """How many products are of it."""
        return int(getattr(product_type, "product_total", 0))

    @display(description=_("judged anew"))
    def judged(self, product_type: ProductType) -> str:
        """How far a change of what it asks for has reached the scores of its products."""
        if product_type.judged_to is None:
            return "–"
        return _tell_progress(product_type.judged_quantity, product_type.judge_quantity)

    def get_readonly_fields(self, request: HttpRequest, obj: ProductType | None = None) -> tuple[str, ...]:
        """How far a change has come, while it is on its way."""
        return ("judged",) if obj and obj.judged_to is not None else ()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001  Django's signature
        """Write what it asks for, then judge its products anew."""
        super().save_related(request, form, formsets, change)
        finish_type(form.instance.pk, actor=get_actor(request))
