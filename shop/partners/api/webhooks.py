"""Webhook endpoints and their deliveries."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from shop.kernel.errors import NotFound
from shop.partners.api.pagination import CursorResults
from shop.partners.api.schema import LINKS, describe_conflict
from shop.partners.api.serializers import StrictSerializer, read_body
from shop.partners.api.views import ApiView
from shop.partners.domain.scopes import TOPICS
from shop.partners.models import ApiKey, WebhookDelivery, WebhookEndpoint
from shop.partners.services import webhooks

SCOPE = "webhooks:manage"
ENDPOINT_LINKS = {
    "remove": ("webhooks_delete", {"endpoint_id": "$response.body#/id"}),
    "rotate": ("webhook_secret_rotate", {"endpoint_id": "$response.body#/id"}),
}
FIRST_ID = "$response.body#/results/0/id"


class EndpointSerializer(serializers.Serializer[Any]):
    """A subscribed address."""

    id = serializers.IntegerField()
    url = serializers.CharField()
    topics = serializers.ListField(child=serializers.ChoiceField(choices=TOPICS))
    is_active = serializers.BooleanField()
    created_at = serializers.DateTimeField()


class NewEndpointSerializer(EndpointSerializer):
    """A subscribed address with its secret, told once."""

    secret = serializers.SerializerMethodField()

    def get_secret(self, endpoint: WebhookEndpoint) -> str:
        """The signing secret."""
        return str(endpoint.secrets[0])


class EndpointInput(StrictSerializer):
    """What a new endpoint needs."""

    url = serializers.CharField(max_length=500)
    topics = serializers.ListField(
        child=serializers.ChoiceField(choices=TOPICS),
        min_length=1,
        max_length=len(TOPICS),
    )


class DeliverySerializer(serializers.Serializer[Any]):
    """One message to one endpoint, with how its delivery went."""

    id = serializers.IntegerField()
    endpoint = serializers.IntegerField(source="endpoint_id")
    message_id = serializers.CharField()
    topic = serializers.ChoiceField(choices=TOPICS)
    sequence = serializers.IntegerField()
    state = serializers.ChoiceField(choices=[state for state, _label in WebhookDelivery.STATES])
    attempts = serializers.IntegerField()
    response_status = serializers.IntegerField(allow_null=True)
    error = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    delivered_at = serializers.DateTimeField(allow_null=True)


def _get_owner(request: Request) -> ApiKey:
    if not isinstance(request.auth, ApiKey):
        raise NotFound(_("There is no such endpoint."))
    return request.auth


class EndpointsView(ApiView):
    """The key's own endpoints."""

    scope = SCOPE
    pagination_class = CursorResults

    @extend_schema(operation_id="webhooks_list", responses=EndpointSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List endpoints."""
        pages = CursorResults()
        rows = pages.paginate_queryset(_get_owner(request).endpoints.all(), request, view=self)
        return pages.get_paginated_response(EndpointSerializer(rows, many=True).data)

    @extend_schema(
        operation_id="webhooks_create",
        request=EndpointInput,
        responses={201: NewEndpointSerializer},
        extensions={LINKS: {"201": ENDPOINT_LINKS}},
    )
    def post(self, request: Request) -> Response:
        """Subscribe an address; the answer holds the signing secret, told this once."""
        body = read_body(EndpointInput, request.data)
        endpoint = webhooks.create_endpoint(_get_owner(request), **body)
        return Response(NewEndpointSerializer(endpoint).data, status=201)


class EndpointView(ApiView):
    """One endpoint."""

    scope = SCOPE

    @extend_schema(operation_id="webhooks_delete", responses={204: None})
    def delete(self, request: Request, endpoint_id: int) -> Response:
        """Unsubscribe; what waits for delivery is dropped."""
        webhooks.remove_endpoint(_get_owner(request), endpoint_id=endpoint_id)
        return Response(status=204)


class SecretView(ApiView):
    """An endpoint's signing secret."""

    scope = SCOPE

    @extend_schema(
        operation_id="webhook_secret_rotate",
        request=None,
        responses={
            201: NewEndpointSerializer,
            409: describe_conflict(text="Another call rotates it right now."),
        },
    )
    def post(self, request: Request, endpoint_id: int) -> Response:
        """Make a new secret, told this once. It and the one before both sign, until you rotate again."""
        endpoint = webhooks.rotate_secret(_get_owner(request), endpoint_id=endpoint_id)
        return Response(NewEndpointSerializer(endpoint).data, status=201)


class DeliveriesView(ApiView):
    """The log of deliveries to the key's endpoints."""

    scope = SCOPE
    pagination_class = CursorResults

    @extend_schema(
        operation_id="webhook_deliveries_list",
        responses=DeliverySerializer(many=True),
        extensions={LINKS: {"200": {"again": ("webhook_redeliver", {"delivery_id": FIRST_ID})}}},
    )
    def get(self, request: Request) -> Response:
        """List deliveries, newest first."""
        pages = CursorResults()
        rows = WebhookDelivery.objects.filter(endpoint__owner=_get_owner(request))
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(DeliverySerializer(page, many=True).data)


class RedeliverView(ApiView):
    """Sending a message again."""

    scope = SCOPE

    @extend_schema(
        operation_id="webhook_redeliver",
        request=None,
        responses={
            202: DeliverySerializer,
            409: describe_conflict(text="The address failed for days and is switched off."),
        },
    )
    def post(self, request: Request, delivery_id: int) -> Response:
        """Put a delivery back in the queue under its old message id."""
        delivery: Any = webhooks.redeliver(delivery_id, owner=_get_owner(request))
        return Response(DeliverySerializer(delivery).data, status=202)
