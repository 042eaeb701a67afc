"""Addresses under /api/v1/ that belong to no other app."""

from django.urls import URLPattern, path, register_converter

from shop.partners.api import docs, webhooks


class BigIdConverter:
    """A positive 63-bit integer: what a database key can be."""

    regex = "[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> int:
        """The number."""
        return int(value)

    def to_url(self, value: int) -> str:
        """The text."""
        return str(value)


register_converter(BigIdConverter, "bigid")

urlpatterns: list[URLPattern] = [
    path("schema/", docs.show_schema, name="schema"),
    path("webhooks/", webhooks.EndpointsView.as_view(), name="webhooks"),
    path(
        "webhooks/deliveries/",
        webhooks.DeliveriesView.as_view(),
        name="webhook_deliveries",
    ),
    path(
        "webhooks/deliveries/<bigid:delivery_id>/redeliver/",
        webhooks.RedeliverView.as_view(),
        name="redeliver",
    ),
    path(
        "webhooks/<bigid:endpoint_id>/secret/",
        webhooks.SecretView.as_view(),
        name="webhook_secret",
    ),
    path("webhooks/<bigid:endpoint_id>/", webhooks.EndpointView.as_view(), name="webhook"),
]
