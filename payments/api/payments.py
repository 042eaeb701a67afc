"""Paying an order by program."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from payments.domain.declines import explain_decline
from payments.domain.states import REQUIRES_ACTION
from payments.models import Payment
from payments.queries.orders import api_status, get_order_by_token
from payments.services.payments import start_payment
from shop.partners.api.idempotency import IDEMPOTENCY_HEADER, read_key
from shop.partners.api.permissions import PUBLIC
from shop.partners.api.schema import describe_conflict
from shop.partners.api.serializers import StrictSerializer, read_body
from shop.partners.api.views import ApiView

TOKEN = OpenApiParameter(
    "token",
    OpenApiTypes.STR,
    OpenApiParameter.QUERY,
    required=True,
    description="The order's token, from the checkout's answer.",
)

CONFLICT = (
    "`order_not_payable`: it is paid or cancelled. `payment_in_progress`: another payment may still take the money. "
    "`gateway_paused`: the provider does not answer at the moment, nothing was asked of it."
)


class PaymentInput(StrictSerializer):
    """How to pay. What and how much is the order's business."""

    gateway = serializers.CharField(max_length=20)
    method_token = serializers.CharField(max_length=200)


class NextActionSerializer(serializers.Serializer[Any]):
    """What the shopper must do before the money can move."""

    kind = serializers.ChoiceField(choices=["redirect", "client", "qr"])
    url = serializers.CharField(required=False)
    client_secret = serializers.CharField(required=False)


class PaymentSerializer(serializers.Serializer[Any]):
    """A payment as the caller may see it."""

    id = serializers.IntegerField()
    status = serializers.ChoiceField(choices=["succeeded", "failed", "requires_action", "processing"])
    next_action = NextActionSerializer(required=False)
    decline_code = serializers.CharField(required=False)
    message = serializers.CharField(required=False)


class OrderPaymentsView(ApiView):
    """Payments of one order; the token in the address is the key to it."""

    scope = PUBLIC

    @extend_schema(
        operation_id="order_payments_create",
        tags=["orders"],
        parameters=[TOKEN, IDEMPOTENCY_HEADER],
        request=PaymentInput,
        responses={
            201: PaymentSerializer,
            409: describe_conflict(text=CONFLICT),
        },
    )
    def post(self, request: Request, number: str) -> Response:
        """Pay the order's total once per key; the same key answers with the payment as it is now."""
        order = get_order_by_token(number, token=request.query_params.get("token", ""))
        key = read_key(request)
        body = read_body(PaymentInput, request.data)
        path = f"{reverse('payments:return', args=[order.number])}?{urlencode({'token': order.token})}"
        payment = start_payment(
            order.pk,
            **body,
            idempotency_key=f"api:{key}",
            return_url=request.build_absolute_uri(path),
            actor="api",
        )
        return Response(PaymentSerializer(_describe(payment)).data, status=201)


def _describe(payment: Payment) -> dict[str, Any]:
    answer: dict[str, Any] = {"id": payment.pk, "status": api_status(payment)}
    if payment.status == REQUIRES_ACTION:
        answer["next_action"] = payment.next_action
    if answer["status"] == "failed":
        answer["decline_code"] = payment.decline_code or payment.status
        answer["message"] = explain_decline(payment.decline_code, provider_message=payment.message)
    return answer
