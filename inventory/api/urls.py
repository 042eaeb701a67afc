"""Addresses of the stock API."""

from django.urls import path

from inventory.api import buying, floor
from inventory.api.views import AdjustmentsView, StockView

urlpatterns = [
    path("stock/", StockView.as_view(), name="stock"),
    path("stock/adjustments/", AdjustmentsView.as_view(), name="stock_adjustments"),
    path("stock/levels/", floor.LevelsView.as_view(), name="stock_levels"),
    path("stock/items/", floor.ItemsView.as_view(), name="stock_items"),
    path("stock/movements/", floor.MovementsView.as_view(), name="stock_movements"),
    path("stock/counts/", floor.CountsView.as_view(), name="stock_counts"),
    path("reservations/", floor.ReservationsView.as_view(), name="reservations"),
    path("transfers/", floor.TransfersView.as_view(), name="transfers"),
    path("suppliers/", buying.SuppliersView.as_view(), name="suppliers"),
    path("purchase-orders/", buying.PurchaseOrdersView.as_view(), name="purchase_orders"),
    path("purchase-orders/<slug:number>/", buying.PurchaseOrderView.as_view(), name="purchase_order"),
    path(
        "purchase-orders/<slug:number>/receipts/",
        buying.ReceiptsView.as_view(),
        name="purchase_order_receipts",
    ),
    path("purchase-suggestions/", buying.SuggestionsView.as_view(), name="purchase_suggestions"),
    path("vendor/items/", buying.VendorItemsView.as_view(), name="vendor_items"),
    path("vendor/proposals/", buying.ProposalsView.as_view(), name="vendor_proposals"),
]
