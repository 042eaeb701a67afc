"""What the list of products is narrowed by."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import TextFilter

from catalog.domain.quality import HIGHEST
from catalog.domain.tags import tidy_tag
from catalog.models import Product
from catalog.queries.quality import get_quality_policy

WEAK = 60


class QualityFilter(admin.SimpleListFilter):
    """What is worth mending."""

    title = _("quality")
    parameter_name = "quality"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, Any]]:
        """Return the choices."""
        return [
            ("mend", _("Needs mending")),
            ("low", _("Below the mark for publishing")),
            ("weak", _("Below 60")),
            ("good", _("Nothing to mend")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> QuerySet[Product]:
        """Narrow the list."""
        match self.value():
            case "mend":
                return queryset.filter(quality_score__lt=HIGHEST)
            case "low":
                return queryset.filter(quality_score__lt=get_quality_policy().lowest_score)
            case "weak":
                return queryset.filter(quality_score__lt=WEAK)
            case "good":
                return queryset.filter(quality_score=HIGHEST)
        return queryset


class TagFilter(TextFilter):
    """Products that have a tag, written in any case."""

    title = _("tag")
    parameter_name = "tag"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> QuerySet[Product]:
        """Narrow the list."""
        tag = tidy_tag(self.value() or "")
        return queryset.filter(tags__contains=[tag]) if tag else queryset
