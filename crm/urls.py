"""Addresses of the service desk."""

from django.urls import path

from crm import views

app_name = "crm"
urlpatterns = [path("help/", views.contact, name="contact")]
