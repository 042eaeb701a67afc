"""Addresses without a language."""

from django.contrib import admin
from django.urls import path

from analytics import views
from analytics.admin import show_counts

urlpatterns = [
    path("e/", views.beacon, name="analytics_beacon"),
    path("admin/counts/", admin.site.admin_view(show_counts), name="back_office_counts"),
]
