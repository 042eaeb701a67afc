"""Addresses of orders that programs call: no language before them."""

from django.urls import path

from orders.views import carriers

app_name = "carriers"
urlpatterns = [
    path("carriers/callbacks/<slug:carrier>/", carriers.receive_callback, name="callback"),
]
