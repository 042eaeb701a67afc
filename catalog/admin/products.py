"""Products in the back office."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import flatten_fieldsets
from django.core.files.storage import default_storage
from django.db.models import Prefetch, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from modeltranslation.admin import TranslationAdmin
from unfold.admin import ModelAdmin
from unfold.decorators import action, display

from catalog.admin.access import get_actor
from catalog.admin.bulk_pages import open_bulk_edit, show_bulk_edit
from catalog.admin.export_actions import ExportActions
from catalog.admin.matrix_pages import show_matrix
from catalog.admin.product_forms import (
    PREFIX,
    TagsField,
    build_fields,
    list_field_names,
    list_type_attributes,
    read_values,
)
from catalog.admin.product_lists import WEAK, QualityFilter, TagFilter
from catalog.admin.product_parts import DocumentInline, OptionInline, PictureInline, VariantInline
from catalog.domain.quality import HIGHEST
from catalog.models import Product, ProductImage
from catalog.queries.previews import build_preview_url
from catalog.queries.quality import explain_issues, list_attribute_names
from catalog.services.attributes import set_attributes
from catalog.services.products import delete_product, finish_product, save_product
from catalog.services.publishing import publish_product, publish_products, unpublish_products
from shop.kernel.back_office import PickingMixin
from shop.kernel.errors import DomainError

STATUS_LABELS = {Product.Status.PUBLISHED: "success", Product.Status.DRAFT: "warning"}
SECTIONS: Any = (
    (None, {"fields": ("name", "description", "slug")}),
    (_("Where it stands"), {"fields": (("product_type", "category"), ("brand", "tags"))}),
    (
        _("Publishing"),
        {"fields": (("status", "is_featured"), "publish_at", "unpublish_at", "preview_link")},
    ),
    (
        _("Kind of goods and returns"),
        {"fields": (("is_digital", "is_custom_made", "is_fresh"), ("return_policy", "warranty_months"))},
    ),
    (_("Search engines"), {"fields": ("seo_title", "seo_description"), "classes": ("collapse",)}),
    (
        _("Origin"),
        {
            "fields": (("source", "external_key"), ("published_at", "created_at", "updated_at")),
            "classes": ("collapse",),
        },
    ),
)


@admin.register(Product)
class ProductAdmin(PickingMixin, ExportActions, ModelAdmin, TranslationAdmin[Product]):
    """Products; every write goes through services, so that listings agree."""

    list_display = (
        "picture",
        "title",
        "state",
        "quality",
        "brand",
        "category",
        "variant_quantity",
        "available",
        "updated_at",
    )
    list_display_links = ("picture", "title")
    list_filter = (
        TagFilter,
        QualityFilter,
        "status",
        "is_featured",
        ("category", admin.RelatedOnlyFieldListFilter),
        ("product_type", admin.RelatedOnlyFieldListFilter),
        "brand",
    )
    # A tag is typed.
    list_filter_submit = True
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("name_en", "name_zh_hans", "slug", "variants__sku")
    prepopulated_fields = {"slug": ("name_en",)}
    autocomplete_fields = ("brand", "category", "product_type")
    readonly_fields = (
        "source",
        "external_key",
        "published_at",
        "created_at",
        "updated_at",
        "mend_list",
        "preview_link",
    )
    inlines = (VariantInline, PictureInline, OptionInline, DocumentInline)
    actions = ("publish", "unpublish", "edit_together", "export_csv", "export_xlsx")
    actions_detail = ("open_matrix",)
    fieldsets = SECTIONS

    def get_urls(self) -> list[URLPattern]:
        """Add the pages of bulk edits and of the option matrix."""
        view = self.admin_site.admin_view
        own = [
            path("bulk/", view(lambda request: show_bulk_edit(self, request)), name="catalog_product_bulk")
        ]
        return [*own, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        """Products with what a row shows: four queries for a page of any length."""
        products: QuerySet[Product] = super().get_queryset(request).select_related("brand", "category")
        ready = ProductImage.objects.exclude(renditions={}).order_by("position", "pk")
        return products.prefetch_related(Prefetch("images", queryset=ready), "variants")

    def get_fieldsets(self, request: HttpRequest, obj: Product | None = None) -> Any:
        """Put what the type asks for after the first sections, and what to mend before all."""
        first, shelf, *rest = super().get_fieldsets(request, obj)
        asked = list_field_names(list_type_attributes(obj))
        note = "" if asked else _("Choose a product type and save: then its attributes stand here.")
        stated = (_("What it states"), {"fields": asked, "description": note})
        mend = [(_("What to mend"), {"fields": ("mend_list",)})] if obj and obj.quality_issues else []
        return [*mend, first, shelf, stated, *rest]

    def get_form(
        self,
        request: HttpRequest,
        obj: Product | None = None,
        change: bool = False,  # noqa: FBT001, FBT002  Django's signature
        **kwargs: Any,
    ) -> type[ModelForm[Product]]:
        """Add a field for each attribute of the product's type."""
        names = flatten_fieldsets(self.get_fieldsets(request, obj))
        kwargs["fields"] = [
            name
            for name in names
            if not name.startswith(PREFIX) and name not in self.get_readonly_fields(request, obj)
        ]
        form: type[ModelForm[Product]] = super().get_form(request, obj, change=change, **kwargs)
        fields = {"tags": TagsField(), **build_fields(obj, list_type_attributes(obj))}
        return type(form.__name__, (form,), fields)

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

    @display(
        description=_("quality"),
        ordering="quality_score",
        label={"good": "success", "fair": "info", "weak": "danger", "": "warning"},
    )
    def quality(self, product: Product) -> tuple[str, str]:
        """The score as a coloured number."""
        score = product.quality_score
        if score is None:
            return "", "–"
        return "good" if score == HIGHEST else "weak" if score < WEAK else "fair", str(score)

    @display(description=_("variants"))
    def variant_quantity(self, product: Product) -> int:
        """How many variants it has."""
        return len(product.variants.all())

    @display(description=_("available"))
    def available(self, product: Product) -> int:
        """What all variants have available."""
        return sum(variant.available_quantity for variant in product.variants.all())

    @display(description=_("what to mend"))
    def mend_list(self, product: Product) -> SafeString | str:
        """The score, and what would raise it."""
        reasons = explain_issues(product.quality_issues, names=list_attribute_names())
        items = format_html_join(
            "",
            "<li>{} <span>(−{})</span></li>",
            ((reason, issue[1]) for reason, issue in zip(reasons, product.quality_issues, strict=True)),
        )
        score = _now("Scores %(score)s of 100.") % {"score": product.quality_score}
        return format_html('<div class="bo-mend"><p><strong>{}</strong></p><ul>{}</ul></div>', score, items)

    @display(description=_("preview"))
    def preview_link(self, product: Product) -> SafeString | str:
        """A link that shows a draft too, for seven days."""
        if product.pk is None:
            return "–"
        words = _now("As shoppers would see it (works for seven days)")
        return format_html(
            '<a class="bo-link" href="{}" target="_blank" rel="noopener">{}</a>',
            build_preview_url(product),
            words,
        )

    @action(description=_("Publish"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        """Show the chosen products that are good enough."""
        outcome = publish_products(list(queryset.values_list("pk", flat=True)), actor=get_actor(request))
        self._tell_count(request, outcome.changed)
        for refusal in outcome.refused:
            messages.warning(request, str(refusal.message))

    @action(description=_("Unpublish"), permissions=["change"])
    def unpublish(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        """Hide the chosen products."""
        ids = list(queryset.values_list("pk", flat=True))
        self._tell_count(request, unpublish_products(ids, actor=get_actor(request)))

    @action(description=_("Edit together…"), permissions=["change"])
    def edit_together(self, request: HttpRequest, queryset: QuerySet[Product]) -> HttpResponse:
        """Change many products at once, after a look at what changes."""
        return open_bulk_edit(self, request, queryset)

    @action(description=_("Make variants"), url_path="matrix", permissions=["change"])
    def open_matrix(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Make variants by option matrix."""
        return show_matrix(self, request, object_id)

    def _tell_count(self, request: HttpRequest, count: int) -> None:
        text = ngettext("%(count)d product changed.", "%(count)d products changed.", count)
        messages.success(request, text % {"count": count})

    def save_model(self, request: HttpRequest, obj: Product, form: ModelForm[Product], change: bool) -> None:  # noqa: FBT001  Django's signature
        """Write through the service; what is to be published is judged when all its parts are written."""
        was = form.initial.get("status") if change else Product.Status.DRAFT
        form.is_to_publish = obj.status == Product.Status.PUBLISHED and was != Product.Status.PUBLISHED  # type: ignore[attr-defined]  # carried to save_related, which gets the form only
        if form.is_to_publish:  # type: ignore[attr-defined]  # as above
            obj.status = Product.Status.DRAFT
        save_product(obj, actor=get_actor(request))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001  Django's signature
        """Write what it states; rebuild the listings when variants, prices and pictures are written."""
        super().save_related(request, form, formsets, change)
        product, actor = form.instance, get_actor(request)
        rows = list_type_attributes(product)
        shown = [
            row
            for row in rows
            if any(name.startswith(f"{PREFIX}{row.attribute.key}") for name in form.fields)
        ]
        set_attributes(product.pk, read_values(form.cleaned_data, shown), actor=actor)
        finish_product(product.pk)
        if form.is_to_publish and not product.publish_at:
            try:
                publish_product(product.pk, actor=actor)
            except DomainError as error:
                messages.warning(request, _now("Saved as a draft. %(reason)s") % {"reason": error.message})

    def delete_model(self, request: HttpRequest, obj: Product) -> None:
        """Delete through the service."""
        delete_product(obj, actor=get_actor(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        """Delete each through the service."""
        for product in queryset:
            delete_product(product, actor=get_actor(request))
