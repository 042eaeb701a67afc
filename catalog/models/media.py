"""Pictures of products."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models.product import Product
from catalog.models.variant import Variant


class ProductImage(models.Model):
    """One picture: the cleaned original and the sizes that pages use."""

    if TYPE_CHECKING:
        alt_en: str
        alt_zh_hans: str | None

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="images")
    variant = models.ForeignKey(
        Variant,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="images",
        verbose_name=_("variant"),
    )
    original = models.ImageField(_("original"), upload_to="products")
    alt = models.CharField(_("alternative text"), max_length=200, blank=True, default="")
    width = models.PositiveIntegerField(_("width"), default=0, editable=False)
    height = models.PositiveIntegerField(_("height"), default=0, editable=False)
    # {"webp": [[320, "products/…-320.webp"], …], "avif": […]}: widths ascending, paths in the storage.
    renditions = models.JSONField(_("renditions"), default=dict, blank=True, editable=False)
    color = models.CharField(_("placeholder colour"), max_length=7, blank=True, default="", editable=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    # The file name and SHA-256 the picture came in with, so that a second import recognises it.
    source_name = models.CharField(_("file name"), max_length=255, blank=True, default="", editable=False)
    checksum = models.CharField(_("checksum"), max_length=64, blank=True, default="", editable=False)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ("position", "pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(color="") | models.Q(color__regex=r"^#[0-9a-f]{6}$"),
                name="catalog_image_color_is_hex",
            ),
        )

    def __str__(self) -> str:
        """Return the alternative text or the file's name."""
        return self.alt or self.source_name or str(self.original)
