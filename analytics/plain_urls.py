"""Addresses without a language."""

from django.urls import path

from analytics import views

urlpatterns = [path("e/", views.beacon, name="analytics_beacon")]
