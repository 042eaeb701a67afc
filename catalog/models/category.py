"""The category tree and brands."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

MAX_DEPTH = 3


class CategoryQuerySet(models.QuerySet["Category"]):
    """Ideas about categories."""

    def within(self, path: str) -> "CategoryQuerySet":
        """Return the category at this path and everything below it (a prefix the index answers)."""
        return self.filter(models.Q(path=path) | models.Q(path__startswith=f"{path}/"))


class Category(models.Model):
    """A shelf of the shop, at most three deep."""

    if TYPE_CHECKING:
        name_en: str
        name_zh_hans: str | None
        description_en: str
        description_zh_hans: str | None
        seo_title_en: str
        seo_title_zh_hans: str | None
        seo_description_en: str
        seo_description_zh_hans: str | None

    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("parent"),
    )
    slug = models.SlugField(_("slug"), max_length=80, allow_unicode=True, db_index=False)
    path = models.CharField(_("path"), max_length=260, editable=False)
    depth = models.PositiveSmallIntegerField(_("depth"), default=1, editable=False)
    name = models.CharField(_("name"), max_length=120)
    description = models.TextField(_("description"), blank=True, default="")
    seo_title = models.CharField(_("title for search engines"), max_length=120, blank=True, default="")
    seo_description = models.CharField(
        _("description for search engines"), max_length=320, blank=True, default=""
    )
    position = models.PositiveIntegerField(_("position"), default=0)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ("path",)
        constraints = (
            models.UniqueConstraint(fields=["path"], name="catalog_category_path_unique"),
            models.CheckConstraint(
                condition=models.Q(depth__gte=1, depth__lte=MAX_DEPTH), name="catalog_category_depth_1_to_3"
            ),
            models.CheckConstraint(
                condition=models.Q(depth=1, parent__isnull=True)
                | models.Q(depth__gt=1, parent__isnull=False),
                name="catalog_category_root_has_no_parent",
            ),
        )
        indexes = (
            # LIKE 'kitchen/%' needs byte order, whatever the database's collation.
            models.Index(
                fields=["path"], name="catalog_category_path_prefix", opclasses=["varchar_pattern_ops"]
            ),
        )

    def __str__(self) -> str:
        """Return the name in the active language."""
        return self.name or self.path


class Brand(models.Model):
    """Who made it."""

    if TYPE_CHECKING:
        description_en: str
        description_zh_hans: str | None

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("slug"), max_length=120, allow_unicode=True, db_index=False)
    description = models.TextField(_("description"), blank=True, default="")
    website = models.URLField(_("website"), blank=True, default="")

    class Meta:
        verbose_name = _("brand")
        verbose_name_plural = _("brands")
        ordering = ("name", "pk")
        constraints = (models.UniqueConstraint(fields=["slug"], name="catalog_brand_slug_unique"),)

    def __str__(self) -> str:
        """Return the brand's name."""
        return self.name
