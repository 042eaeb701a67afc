"""Addresses of inventory outside the back office."""

from django.urls import path

from inventory import views

app_name = "inventory"
urlpatterns = [
    path("supplier/<slug:token>/", views.show_supplier, name="supplier"),
]
