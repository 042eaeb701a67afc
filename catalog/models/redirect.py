"""Addresses that moved."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Redirect(models.Model):
    """An address that used to be, and the one that took its place; both without the language's prefix.

    Chains are collapsed when they are written, so following one is one step.
    """

    old_path = models.CharField(_("old address"), max_length=500)
    new_path = models.CharField(_("new address"), max_length=500)
    is_automatic = models.BooleanField(_("automatic"), default=False, editable=False)
    created_at = models.DateTimeField(_("created at"), editable=False)

    class Meta:
        verbose_name = _("redirect")
        verbose_name_plural = _("redirects")
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(fields=["old_path"], name="catalog_redirect_old_path_unique"),
            models.CheckConstraint(
                condition=~models.Q(old_path=models.F("new_path")), name="catalog_redirect_leads_elsewhere"
            ),
            models.CheckConstraint(
                condition=models.Q(old_path__startswith="/", new_path__startswith="/"),
                name="catalog_redirect_paths_are_ours",
            ),
        )
        indexes = (models.Index(fields=["new_path"], name="catalog_redirect_new_path"),)

    def __str__(self) -> str:
        """Return both addresses."""
        return f"{self.old_path} → {self.new_path}"
