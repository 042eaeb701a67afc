"""Addresses under /api/v1/."""

from django.urls import path

from payments.api.payments import OrderPaymentsView

urlpatterns = [
    path("orders/<slug:number>/payments/", OrderPaymentsView.as_view(), name="order_payments"),
]
