"""The page of the API, in the language of its address."""

from django.urls import URLPattern, path

from shop.partners.api.docs import show_docs

app_name = "partners"
urlpatterns: list[URLPattern] = [path("api/v1/", show_docs, name="docs")]
