"""Documents of products: manuals, certificates, size guides."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models.product import Product


class ProductDocument(models.Model):
    """A PDF that comes with a product."""

    class Kind(models.TextChoices):
        """What it is for."""

        MANUAL = "manual", _("Manual")
        CERTIFICATE = "certificate", _("Certificate")
        GUIDE = "guide", _("Guide")

    if TYPE_CHECKING:
        title_en: str
        title_zh_hans: str | None

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.MANUAL)
    title = models.CharField(_("title"), max_length=120)
    file = models.FileField(_("file (PDF)"), upload_to="documents")
    size_bytes = models.PositiveIntegerField(_("size"), default=0, editable=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ("position", "pk")

    def __str__(self) -> str:
        """Return the title in the active language."""
        return self.title
