"""The form that a file of products comes in by."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldBooleanSwitchWidget,
)

from catalog.domain.errors import FileRefused
from catalog.gateways.archives import check_archive
from catalog.services.imports.whole_files import ImportOptions

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".json", ".gz")
MEGABYTE = 1024 * 1024


class ImportForm(forms.Form):
    """A file, the pictures that belong to it, and what the import may do."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV, XLSX, JSON or a category text; its format is found out by itself."),
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ",".join(SUFFIXES)}),
    )
    archive = forms.FileField(
        label=_("Pictures and documents (ZIP)"),
        required=False,
        help_text=_("Found by their file names; a folder may be named like the product's handle."),
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".zip"}),
    )
    currency = forms.ChoiceField(
        label=_("Currency"),
        choices=[(code, code) for code in settings.CURRENCIES],
        help_text=_("Of prices that carry none in the file."),
        widget=UnfoldAdminSelectWidget,
    )
    fetch_pictures = forms.BooleanField(
        label=_("Fetch pictures by their web address"),
        help_text=_("Otherwise only pictures of the ZIP come along."),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
    )
    overwrite_stock = forms.BooleanField(
        label=_("Overwrite stock that was counted since"),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
    )
    assumed_stock = forms.IntegerField(
        label=_("Stock of rows that say “in stock” without a number"),
        help_text=_(
            "Left empty, they come in sold out. For articles that are here already, overwrite their stock as well."
        ),
        required=False,
        min_value=0,
        max_value=1_000_000,
        widget=UnfoldAdminIntegerFieldWidget,
    )

    def clean_file(self) -> UploadedFile[Any]:
        """Check kind and size."""
        upload: UploadedFile[Any] = self.cleaned_data["file"]
        if Path(upload.name or "").suffix.lower() not in SUFFIXES:
            raise forms.ValidationError(
                _now("Choose a file that ends in %(suffixes)s.") % {"suffixes": ", ".join(SUFFIXES)}
            )
        _check_size(upload, settings.IMPORT_MOST_MEGABYTES)
        return upload

    def clean_archive(self) -> UploadedFile[Any] | None:
        """Look into the archive before anything of it is unpacked."""
        archive: UploadedFile[Any] | None = self.cleaned_data.get("archive")
        if not archive:
            return None
        _check_size(archive, settings.IMPORT_ARCHIVE_MOST_MEGABYTES)
        try:
            count = check_archive(archive)
        except FileRefused as error:
            raise forms.ValidationError(str(error.message)) from error
        if not count:
            raise forms.ValidationError(_now("The archive holds no picture and no document."))
        archive.seek(0)
        return archive

    def build_options(self) -> ImportOptions:
        """Return what the import may do."""
        given: dict[str, Any] = self.cleaned_data
        return ImportOptions(
            currency=given["currency"],
            overwrite_stock=given["overwrite_stock"],
            assumed_stock=given["assumed_stock"] or 0,
            fetch_pictures=given["fetch_pictures"],
        )


def _check_size(upload: UploadedFile[Any], megabytes: int) -> None:
    if (upload.size or 0) > megabytes * MEGABYTE:
        raise forms.ValidationError(
            _now("The file is larger than %(size)s MB. Split it, or let it be imported by command.")
            % {"size": megabytes}
        )
