"""Editing many products together: choose, look, do, take back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin as DjangoModelAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminSelectWidget

from catalog.admin.access import get_actor, read_key
from catalog.domain.bulk import MOST_PRODUCTS, BulkWish, Change
from catalog.models import Brand, BulkEdit, Category, Collection, Product, ProductType
from catalog.services.bulk_edits import BulkPlan, apply_bulk_edit, plan_bulk_edit, undo_bulk_edit
from shop.kernel.errors import DomainError

SHOWN = 100
LEAVE = ("", _("leave as it is"))


def _choose(label: Any, queryset: QuerySet[Any]) -> forms.ModelChoiceField[Any]:
    return forms.ModelChoiceField(
        queryset, label=label, required=False, empty_label=LEAVE[1], widget=UnfoldAdminSelectWidget()
    )


class BulkForm(forms.Form):
    """What to change; what is left empty stays."""

    ids = forms.CharField(widget=forms.HiddenInput)
    category = _choose(_("Category"), Category.objects.all())
    brand = _choose(_("Brand"), Brand.objects.all())
    product_type = _choose(_("Product type"), ProductType.objects.all())
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[LEAVE, ("published", _("Publish")), ("draft", _("Unpublish"))],
        widget=UnfoldAdminSelectWidget(),
    )
    featured = forms.ChoiceField(
        label=_("Featured"),
        required=False,
        choices=[LEAVE, ("yes", _("Yes")), ("no", _("No"))],
        widget=UnfoldAdminSelectWidget(),
    )
    add_to = _choose(_("Add to collection"), Collection.objects.filter(kind=Collection.Kind.MANUAL))
    remove_from = _choose(_("Take out of collection"), Collection.objects.filter(kind=Collection.Kind.MANUAL))

    def clean_ids(self) -> list[int]:
        """Return the products' keys."""
        text = self.cleaned_data["ids"]
        ids = [key for part in text.split(",") if (key := read_key(part))]
        if not ids or len(ids) > MOST_PRODUCTS:
            raise forms.ValidationError(
                _now("Choose between 1 and %(count)d products.") % {"count": MOST_PRODUCTS}
            )
        return ids

    def read_wish(self) -> BulkWish:
        """Return what is asked for."""
        cleaned = self.cleaned_data

        def key(name: str) -> int | None:
            return cleaned[name].pk if cleaned.get(name) else None

        return BulkWish(
            category_id=key("category"),
            brand_id=key("brand"),
            product_type_id=key("product_type"),
            is_featured={"yes": True, "no": False}.get(cleaned["featured"]),
            is_published={"published": True, "draft": False}.get(cleaned["status"]),
            add_to_id=key("add_to"),
            remove_from_id=key("remove_from"),
        )


def open_bulk_edit(
    owner: DjangoModelAdmin[Product], request: HttpRequest, queryset: QuerySet[Product]
) -> HttpResponse:
    """Show the empty form for the chosen products."""
    ids = ",".join(
        str(pk) for pk in queryset.order_by("pk").values_list("pk", flat=True)[: MOST_PRODUCTS + 1]
    )
    return _show(owner, request, BulkForm(initial={"ids": ids}), count=ids.count(",") + 1)


def show_bulk_edit(owner: DjangoModelAdmin[Product], request: HttpRequest) -> HttpResponse:
    """Show what would change; do it when the operator has seen it."""
    if not owner.has_change_permission(request):
        raise PermissionDenied
    if request.method != "POST":
        return HttpResponseRedirect(reverse("admin:catalog_product_changelist"))
    form = BulkForm(request.POST)
    if not form.is_valid():
        return _show(owner, request, form)
    ids, wish = form.cleaned_data["ids"], form.read_wish()
    try:
        if "apply" not in request.POST:
            return _show(owner, request, form, count=len(ids), plan=plan_bulk_edit(ids, wish))
        edit = apply_bulk_edit(ids, wish, actor=get_actor(request))
    except DomainError as error:
        form.add_error(None, str(error.message))
        return _show(owner, request, form, count=len(ids))
    text = ngettext("%(count)d product changed.", "%(count)d products changed.", edit.product_count)
    messages.success(request, text % {"count": edit.product_count})
    return HttpResponseRedirect(reverse("admin:catalog_bulkedit_change", args=[edit.pk]))


def _show(
    owner: DjangoModelAdmin[Product],
    request: HttpRequest,
    form: BulkForm,
    *,
    count: int = 0,
    plan: BulkPlan | None = None,
) -> HttpResponse:
    context = {
        **owner.admin_site.each_context(request),
        "title": _now("Edit together"),
        "opts": Product._meta,  # noqa: SLF001  the admin's own name for it
        "form": form,
        "count": count,
        "plan": plan,
        "rows": describe_changes(plan.changes[:SHOWN]) if plan else [],
        "hidden_count": max(0, len(plan.changes) - SHOWN) if plan else 0,
    }
    return TemplateResponse(request, "admin/catalog/bulk_edit.html", context)


def describe_changes(changes: Any) -> list[tuple[str, str, str, str]]:
    """Return (product, field, before, after) in words; five queries for any number of changes."""
    rows = [
        one if isinstance(one, Change) else Change(**dict(zip(_ROW, one, strict=True))) for one in changes
    ]
    names = {pk: str(one) for pk, one in Product.objects.in_bulk({row.product_id for row in rows}).items()}
    words = _list_words(rows)
    return [(names.get(row.product_id, f"#{row.product_id}"), *_describe(row, words)) for row in rows]


_ROW = ("product_id", "field", "before", "after")
_MODELS: dict[str, Any] = {"category_id": Category, "brand_id": Brand, "product_type_id": ProductType}


def _list_words(rows: list[Change]) -> dict[tuple[str, Any], str]:
    words: dict[tuple[str, Any], str] = {}
    for field, model in _MODELS.items():
        keys = {key for row in rows if row.field == field for key in (row.before, row.after) if key}
        words |= {(field, pk): str(one) for pk, one in model.objects.in_bulk(keys).items()}
    collections = {int(row.field.partition(":")[2]) for row in rows if row.field.startswith("collection:")}
    words |= {("collection", pk): str(one) for pk, one in Collection.objects.in_bulk(collections).items()}
    return words


def _describe(row: Change, words: dict[tuple[str, Any], str]) -> tuple[str, str, str]:
    labels = {
        "category_id": _now("Category"),
        "brand_id": _now("Brand"),
        "product_type_id": _now("Product type"),
        "is_featured": _now("Featured"),
        "status": _now("Status"),
    }
    yes_no = {True: _now("Yes"), False: _now("No")}
    if row.field.startswith("collection:"):
        name = words.get(("collection", int(row.field.partition(":")[2])), "–")
        return name, yes_no[bool(row.before)], yes_no[bool(row.after)]
    states = {"draft": _now("Draft"), "published": _now("Published")}

    def show(value: Any) -> str:
        if isinstance(value, bool):
            return yes_no[value]
        if row.field == "status":
            return states.get(str(value), str(value))
        return words.get((row.field, value), "–")

    return labels[row.field], show(row.before), show(row.after)


@admin.register(BulkEdit)
class BulkEditAdmin(ModelAdmin):
    """What was changed together, and the way back."""

    list_display = ("created_at", "actor", "product_count", "state")
    list_per_page = 50
    show_full_result_count = False
    actions_detail = ("undo",)
    fields = ("actor", "created_at", "product_count", "undone_at")
    readonly_fields = fields
    change_form_template = "admin/catalog/bulk_edit_done.html"

    @display(description=_("status"), label={"done": "success", "undone": "info"})
    def state(self, edit: BulkEdit) -> tuple[str, str]:
        """Whether it was taken back."""
        return ("undone", _now("Taken back")) if edit.undone_at else ("done", _now("Done"))

    @action(description=_("Take it back"), url_path="undo", permissions=["undo"])
    def undo(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, then take the edit back where nothing else has changed since."""
        edit = get_object_or_404(BulkEdit, pk=read_key(object_id))
        if request.method != "POST":
            context = {**self.admin_site.each_context(request), "title": str(edit), "opts": self.opts}
            return TemplateResponse(request, "admin/catalog/bulk_edit_undo.html", context | {"edit": edit})
        count = undo_bulk_edit(edit.pk, actor=get_actor(request))
        text = ngettext("%(count)d change taken back.", "%(count)d changes taken back.", count)
        messages.success(request, text % {"count": count})
        return HttpResponseRedirect(reverse("admin:catalog_bulkedit_change", args=[object_id]))

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list[Any]:
        """What was taken back is not offered to be taken back; pressed twice, it is no error either."""
        is_undone = BulkEdit.objects.filter(pk=read_key(str(object_id)), undone_at__isnull=False).exists()
        return [] if is_undone else super().get_actions_detail(request, object_id)

    def has_undo_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Whoever may change products may take changes back."""
        return request.user.has_perm("catalog.change_product")

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the changes."""
        edit = BulkEdit.objects.filter(pk=read_key(object_id)).first()
        rows = describe_changes(edit.changes[:SHOWN]) if edit else []
        hidden = max(0, len(edit.changes) - SHOWN) if edit else 0
        context = {**(extra_context or {}), "rows": rows, "hidden_count": hidden}
        response: HttpResponse = super().change_view(request, object_id, form_url, context)
        return response

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Edits begin in the list of products."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: BulkEdit | None = None) -> bool:
        """The past stays."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: BulkEdit | None = None) -> bool:
        """The past stays."""
        return False
