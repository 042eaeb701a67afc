"""Collections in the back office."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import action, display

from catalog.admin.access import get_actor
from catalog.domain.collections import parse_condition
from catalog.models import Collection, CollectionCondition, CollectionProduct
from catalog.services.collections import refresh_collection, refresh_collections, save_collection
from shop.kernel.back_office import PickingMixin
from shop.kernel.errors import DomainError


class ConditionForm(ModelForm[CollectionCondition]):
    """Says beside the field what a condition lacks."""

    def clean(self) -> dict[str, Any] | None:
        """Read the condition as the rule will."""
        cleaned = super().clean() or {}
        if all(cleaned.get(name) for name in ("field", "operator", "value")):
            try:
                parse_condition(cleaned["field"], cleaned["operator"], cleaned["value"])
            except DomainError as error:
                raise ValidationError({error.field or "value": str(error.message)}) from error
        return cleaned


class ConditionInline(TabularInline):
    """The rule."""

    model = CollectionCondition
    form = ConditionForm
    fields = ("field", "operator", "value", "position")
    ordering_field = "position"
    hide_ordering_field = True
    extra = 0
    tab = True


class MemberInline(PickingMixin, TabularInline):
    """The products, dragged into order; a rule writes them itself."""

    model = CollectionProduct
    fields = ("product", "position")
    autocomplete_fields = ("product",)
    ordering_field = "position"
    extra = 0
    per_page = 50
    tab = True

    def has_change_permission(self, request: HttpRequest, obj: Collection | None = None) -> bool:
        """Only by hand."""
        return self._is_manual(obj) and super().has_change_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Collection | None = None) -> bool:
        """Only by hand."""
        return self._is_manual(obj) and super().has_add_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Collection | None = None) -> bool:
        """Only by hand."""
        return self._is_manual(obj) and super().has_delete_permission(request, obj)

    @staticmethod
    def _is_manual(collection: Collection | None) -> bool:
        return collection is None or collection.kind == Collection.Kind.MANUAL


@admin.register(Collection)
class CollectionAdmin(ModelAdmin, TranslationAdmin[Collection]):
    """Collections by hand and by rule."""

    list_display = ("title", "slug", "kind", "product_quantity", "is_published", "is_on_home", "refreshed_at")
    list_filter = ("kind", "is_published", "is_on_home")
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("name_en", "name_zh_hans", "slug")
    prepopulated_fields = {"slug": ("name_en",)}
    readonly_fields = ("refreshed_at",)
    inlines = (ConditionInline, MemberInline)
    actions = ("refresh",)
    fieldsets = (
        (None, {"fields": ("name", "description", "slug")}),
        (
            _("Products"),
            {
                "fields": (("kind", "match"), ("order", "refreshed_at")),
                "description": _(
                    "A rule chooses its products when you save, when products change, and every five minutes."
                ),
            },
        ),
        (_("Where it shows"), {"fields": (("is_published", "is_on_home", "position"),)}),
        (_("Search engines"), {"fields": ("seo_title", "seo_description"), "classes": ("collapse",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Collection]:
        """Collections with how many products stand in each."""
        collections: QuerySet[Collection] = super().get_queryset(request)
        return collections.annotate(product_total=Count("members"))

    @display(description=_("name"), ordering="name_en")
    def title(self, collection: Collection) -> str:
        """The name in the operator's language."""
        return str(collection)

    @display(description=_("products"), ordering="product_total")
    def product_quantity(self, collection: Collection) -> int:
        """How many products stand in it."""
        return int(getattr(collection, "product_total", 0))

    @action(description=_("Let the rules choose now"), permissions=["change"])
    def refresh(self, request: HttpRequest, _queryset: QuerySet[Collection]) -> None:
        """Refresh every rule."""
        refresh_collections()
        messages.success(request, _("The rules have chosen."))

    def save_model(
        self,
        request: HttpRequest,
        obj: Collection,
        form: ModelForm[Collection],
        change: bool,  # noqa: FBT001  Django's signature
    ) -> None:
        """Write through the service, which keeps old addresses alive."""
        save_collection(obj, actor=get_actor(request))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001  Django's signature
        """Write the conditions, then let the rule choose."""
        super().save_related(request, form, formsets, change)
        try:
            refresh_collection(form.instance.pk)
        except DomainError as error:
            messages.warning(request, str(error.message))
