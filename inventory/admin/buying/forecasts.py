"""Forecasts of the newest run: the list, and one article with its past, its forecast and its error."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from inventory.domain.buying.model_names import name_model, name_models
from inventory.models import ItemForecast
from inventory.queries.buying.charts import PAST_DAYS, draw_forecast
from inventory.queries.buying.demand import list_histories
from inventory.queries.buying.forecasts import find_newest_run
from shop.kernel.back_office import ReadOnlyAdmin, read_key


@admin.register(ItemForecast)
class ItemForecastAdmin(ReadOnlyAdmin):
    """What will be wanted."""

    list_display = (
        "sku",
        "warehouse",
        "daily",
        "deviation",
        "mase",
        "naive_mase",
        "bias",
        "origin",
        "models",
    )
    list_filter = ("origin", "warehouse")
    list_select_related = ("variant", "warehouse")
    search_fields = ("variant__sku__iexact",)
    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[ItemForecast]:
        """Of the newest finished run."""
        rows: QuerySet[ItemForecast] = super().get_queryset(request)
        return rows.filter(run=find_newest_run()).order_by("variant__sku", "pk")

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The article's twelve weeks back and four ahead."""
        rows = ItemForecast.objects.select_related("variant__product", "warehouse", "run")
        row = get_object_or_404(rows, pk=read_key(object_id))
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        shelf, until = (row.variant_id, row.warehouse_id), row.run.until
        history = list_histories([shelf], since=until - timedelta(days=PAST_DAYS - 1), until=until)
        context = {
            **self.admin_site.each_context(request),
            "title": f"{row.variant.sku} · {row.warehouse.code}",
            "forecast": row,
            "chart": draw_forecast(history.get(shelf, []), row, until=until),
            "bias": None if row.bias is None else round(row.bias * 100),
            "total": sum(row.daily_quantities),
            "models": name_models(row.model),
            "scores": [
                (name_model(code), score)
                for code, score in sorted(row.scores.items(), key=lambda pair: pair[1])
            ],
        }
        return TemplateResponse(request, "admin/inventory/buying/forecast.html", context)

    @display(description=gettext_lazy("SKU"), ordering="variant__sku")
    def sku(self, row: ItemForecast) -> str:
        """The SKU."""
        return row.variant.sku

    @display(description=gettext_lazy("forecast a day"))
    def daily(self, row: ItemForecast) -> str:
        """The mean of its days."""
        days = row.daily_quantities
        return f"{sum(days) / len(days):.2f}" if days else "–"

    @display(description=gettext_lazy("model"), ordering="model")
    def models(self, row: ItemForecast) -> str:
        """In words."""
        return name_models(row.model) or "–"
