"""Which ways to pay the till offers now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise, SimpleLazyObject

from catalog.domain.promotions.payment_methods import PaymentMethod, register_payment_methods
from payments.gateways import list_gateways
from payments.gateways.base import Gateway
from payments.models import GatewayBreaker
from shop.kernel.clock import now
from shop.web.metrics import register_gauge

register_gauge(
    "shop_gateway_left_alone",
    help_text="1 while a payment provider is not asked because it did not answer",
    sql="SELECT gateway, (opened_at IS NOT NULL)::int FROM payments_gatewaybreaker",
    labels=("gateway",),
)
register_gauge(
    "shop_gateway_failures_in_a_row",
    help_text="Calls to a payment provider without an answer since the last answer",
    sql="SELECT gateway, failure_count FROM payments_gatewaybreaker",
    labels=("gateway",),
)
register_gauge(
    "shop_gateway_times_left_alone",
    help_text="How often a payment provider has been left alone so far",
    sql="SELECT gateway, opened_count FROM payments_gatewaybreaker",
    labels=("gateway",),
)


def list_methods() -> list[PaymentMethod]:
    """What promotions may ask for: the providers that are switched on."""
    return [PaymentMethod(code=gateway.code, label=gateway.label) for gateway in list_gateways()]


register_payment_methods(list_methods)


def pay_marks(_request: HttpRequest) -> dict[str, Any]:
    """Context processor: the names of all that the providers which are switched on take, each once."""
    return {"pay_marks": SimpleLazyObject(_list_marks)}


def _list_marks() -> list[str | Promise]:
    return list(dict.fromkeys(mark for gateway in list_gateways() for mark in gateway.list_marks()))


@dataclass(frozen=True, kw_only=True)
class TillGateways:
    """The providers to choose from, and those that do not answer at the moment."""

    offered: Sequence[Gateway]
    paused: Sequence[Gateway]


def list_till_gateways(*, only: str = "") -> TillGateways:
    """One query. After its pause a provider is offered again: somebody's payment probes it.

    `only` is the provider that an order is held to, because a discount was given for it.
    """
    open_since = now() - timedelta(seconds=settings.PAYMENT_BREAKER_PAUSE_SECONDS)
    paused = set(GatewayBreaker.objects.filter(opened_at__gt=open_since).values_list("gateway", flat=True))
    gateways = [gateway for gateway in list_gateways() if only in {"", gateway.code}]
    return TillGateways(
        offered=[gateway for gateway in gateways if gateway.code not in paused],
        paused=[gateway for gateway in gateways if gateway.code in paused],
    )
