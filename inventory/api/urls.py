"""Addresses of the stock API."""

from django.urls import path

from inventory.api import buying, floor, writing
from inventory.api.views import AdjustmentsView, StockView

urlpatterns = [
    path("stock/", StockView.as_view(), name="stock"),
    path("stock/adjustments/", AdjustmentsView.as_view(), name="stock_adjustments"),
    path("stock/levels/", floor.LevelsView.as_view(), name="stock_levels"),
    path("stock/items/", floor.ItemsView.as_view(), name="stock_items"),
    path("stock/movements/", floor.MovementsView.as_view(), name="stock_movements"),
    path("stock/counts/", writing.CountsView.as_view(), name="stock_counts"),
    path("stock/counts/<slug:number>/", writing.CountView.as_view(), name="stock_count"),
    path("stock/counts/<slug:number>/lines/", writing.CountLinesView.as_view(), name="stock_count_lines"),
    path(
        "stock/counts/<slug:number>/posting/", writing.CountPostingView.as_view(), name="stock_count_posting"
    ),
    path("reservations/", writing.ReservationsView.as_view(), name="reservations"),
    path(
        "reservations/<slug:reference>/release/", writing.ReleasesView.as_view(), name="reservation_release"
    ),
    path("transfers/", writing.TransfersView.as_view(), name="transfers"),
    path(
        "transfers/<slug:number>/shipment/", writing.TransferSendingView.as_view(), name="transfer_shipment"
    ),
    path(
        "transfers/<slug:number>/arrivals/", writing.TransferArrivalsView.as_view(), name="transfer_arrivals"
    ),
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
