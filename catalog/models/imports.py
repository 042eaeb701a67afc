"""Imports: the file, how far it is, and what came of it."""

from django.conf import settings
from django.core.files.storage import FileSystemStorage, Storage
from django.db import models
from django.db.models import Value
from django.utils.translation import gettext_lazy as _

from catalog.domain.import_states import IMPORT_TRANSITIONS, ImportState
from catalog.domain.reasons import read_reason


def get_upload_storage() -> Storage:
    """Return where uploaded files lie: not below MEDIA_ROOT, so that nobody can ask for them by address."""
    return FileSystemStorage(location=settings.IMPORTS_ROOT, file_permissions_mode=0o600)


class ImportRun(models.Model):
    """One import of one file, by command or by upload."""

    file_name = models.CharField(_("file"), max_length=255)
    format = models.CharField(_("format"), max_length=20, blank=True)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=[(str(state), label) for state, label in IMPORT_TRANSITIONS.labels.items()],
        default=ImportState.DONE.value,
        db_default=ImportState.DONE.value,
        editable=False,
    )
    actor = models.CharField(_("who"), max_length=254, blank=True, default="", db_default="", editable=False)
    # Only uploads are kept, for a while; the command reads its file where it lies.
    upload = models.FileField(
        storage=get_upload_storage, blank=True, default="", db_default="", editable=False
    )
    archive = models.FileField(
        storage=get_upload_storage, blank=True, default="", db_default="", editable=False
    )
    # What was asked for: services.imports.whole_files.ImportOptions.
    options = models.JSONField(default=dict, blank=True, editable=False)
    retry_of = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="retries", editable=False
    )
    # Products that are done: where a worker goes on after another one died. Written with the batch itself.
    done_count = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    # Starts since a batch was done: a file at which the worker dies each time must not hold up those behind it.
    start_count = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    # How far the file is read, and its size, in whatever unit its format counts.
    progress_count = models.PositiveBigIntegerField(default=0, db_default=0, editable=False)
    progress_size = models.PositiveBigIntegerField(default=0, db_default=0, editable=False)
    # What the check found: counts and the first rows.
    preview = models.JSONField(default=dict, blank=True, editable=False)
    # Why it failed: a reason as domain.reasons keeps it; in English words where it failed before reasons had codes.
    failure_told = models.JSONField(
        _("why it failed"), default=dict, db_default=Value({}, models.JSONField()), blank=True, editable=False
    )
    failure = models.TextField(blank=True, default="", db_default="", editable=False)
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True)
    row_count = models.PositiveIntegerField(_("rows"), default=0)
    created_count = models.PositiveIntegerField(_("created"), default=0)
    updated_count = models.PositiveIntegerField(_("updated"), default=0)
    unchanged_count = models.PositiveIntegerField(_("unchanged"), default=0)
    refused_count = models.PositiveIntegerField(_("refused"), default=0)
    warning_count = models.PositiveIntegerField(_("warnings"), default=0, db_default=0)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ("-pk",)
        indexes = (
            models.Index(
                fields=["id"],
                name="catalog_import_at_work",
                condition=models.Q(state__in=["checking", "running"]),
            ),
        )

    def __str__(self) -> str:
        """Return the file's name."""
        return self.file_name

    def say_failure(self) -> str:
        """Return why it failed, in the active language; empty when it has not."""
        return read_reason(self.failure_told).say() if self.failure_told else self.failure


class ImportProblem(models.Model):
    """A row that was refused, or that has something to mend; rows without either leave nothing."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="problems")
    row = models.PositiveIntegerField(_("row"))
    product = models.CharField(_("product"), max_length=255)
    is_refused = models.BooleanField(_("refused"))
    # A reason as domain.reasons keeps it; in English words where it was refused before reasons had codes.
    told = models.JSONField(
        _("reason"), default=dict, db_default=Value({}, models.JSONField()), blank=True, editable=False
    )
    reason = models.TextField(blank=True, default="", db_default="", editable=False)
    # Reasons too, or words.
    warnings = models.JSONField(_("warnings"), default=list, blank=True)

    class Meta:
        verbose_name = _("row to mend")
        verbose_name_plural = _("rows to mend")
        ordering = ("row", "pk")
        constraints = (models.UniqueConstraint(fields=["run", "row"], name="catalog_import_problem_once"),)

    def __str__(self) -> str:
        """Return row and reason."""
        return f"{self.row}: {self.say_reason()}"

    def say_reason(self) -> str:
        """Return why it was refused, in the active language; empty when it was not."""
        return read_reason(self.told).say() if self.told else self.reason

    def say_warnings(self) -> list[str]:
        """Return what is to be mended, in the active language."""
        return [read_reason(warning).say() for warning in self.warnings]
