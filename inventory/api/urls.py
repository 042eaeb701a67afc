"""Addresses of the stock API."""

from django.urls import path

from inventory.api.views import AdjustmentsView, StockView

urlpatterns = [
    path("stock/", StockView.as_view(), name="stock"),
    path("stock/adjustments/", AdjustmentsView.as_view(), name="stock_adjustments"),
]
