"""What stands on a product's page below its own fields."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.forms import ModelForm
from django.forms.widgets import Script
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationTabularInline
from unfold.admin import TabularInline
from unfold.decorators import display

from catalog.domain.documents import HEAD_BYTES, check_pdf, name_document
from catalog.models import Product, ProductDocument, ProductImage, ProductOption, Variant
from shop.kernel.errors import DomainError


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


class PictureForm(ModelForm[ProductImage]):
    """Has another file cleaned and sized as a new picture is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """A picture that was refused has no file any more, and must not keep its product from being saved."""
        super().__init__(*args, **kwargs)
        if self.instance.pk and not self.instance.original:
            self.fields["original"].required = False

    def save(self, commit: bool = True) -> ProductImage:  # noqa: FBT001, FBT002  Django's signature
        """Forget the sizes of the file before."""
        if "original" in self.changed_data:
            self.instance.renditions, self.instance.checksum = {}, ""
        image: ProductImage = super().save(commit)
        return image


class PictureInline(TranslationTabularInline[ProductImage, Product], TabularInline):
    """Pictures on their product's page."""

    model = ProductImage
    form = PictureForm
    fields = ("thumbnail", "original", "alt", "variant", "position")
    readonly_fields = ("thumbnail",)
    # Rows are dragged into order; the number works without.
    ordering_field = "position"
    extra = 0
    tab = True
    template_before = "admin/catalog/_picture_drop.html"

    class Media:
        """What takes pictures that are dropped on the tab."""

        js = (Script("admin_shop/pictures.js", type="module"),)
        css: ClassVar = {"all": ["admin_shop/pictures.css"]}

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
    ordering_field = "position"
    extra = 0
    tab = True


class DocumentForm(ModelForm[ProductDocument]):
    """Checks a file before it is stored."""

    def clean_file(self) -> Any:
        """Refuse what is no PDF, or too large."""
        file = self.cleaned_data.get("file")
        if isinstance(file, UploadedFile):
            try:
                check_pdf(file.size or 0, file.read(HEAD_BYTES))
            except DomainError as error:
                raise ValidationError(str(error.message)) from error
            finally:
                file.seek(0)
        return file

    def save(self, commit: bool = True) -> ProductDocument:  # noqa: FBT001, FBT002  Django's signature
        """Name the file by its content and note its size."""
        if isinstance(file := self.cleaned_data.get("file"), UploadedFile):
            self.instance.size_bytes = file.size or 0
            file.name = name_document(file.read())
            file.seek(0)
        document: ProductDocument = super().save(commit)
        return document


class DocumentInline(TranslationTabularInline[ProductDocument, Product], TabularInline):
    """Manuals, certificates and guides on their product's page."""

    model = ProductDocument
    form = DocumentForm
    fields = ("kind", "title", "file", "position")
    ordering_field = "position"
    extra = 0
    tab = True
