"""Paying an order: record the intent, commit, call the provider, record the answer; ask again when it was cut off."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog
from django.db.models import F, Q
from django.utils.translation import gettext as _

from catalog.domain.promotions.payment_methods import name_payment_method
from orders.domain.states import OrderStatus
from orders.locks import lock_order
from orders.models import Order
from orders.services.lifecycle import mark_payment_processing, renew_hold
from payments.domain.declines import NOT_REACHED, PROVIDER_DOWN, PROVIDER_REFUSED
from payments.domain.errors import MethodNotUnderstood, OrderNotPayable, PaymentInProgress, UnknownGateway
from payments.domain.states import CREATED, REQUIRES_ACTION
from payments.gateways import get_gateway
from payments.gateways.base import (
    Gateway,
    GatewayError,
    GatewayPayment,
    GatewayRefused,
    GatewayUnavailable,
    PaymentRequest,
)
from payments.models import Payment, PaymentEvent, ReconciliationCase
from payments.services.breakers import (
    list_resting_gateways,
    pass_over_resting,
    take_turn,
    watch_gateway,
)
from payments.services.cases import CaseDraft, open_case
from payments.services.settling import SYSTEM, apply_gateway_payment, fail_unsent_payment
from shop.kernel.clock import now
from shop.kernel.idempotency import IdempotencyMismatch
from shop.kernel.ids import new_token
from shop.kernel.money import Money
from shop.kernel.transactions import forbid_transaction, transactional

__all__ = [
    "apply_gateway_payment",
    "check_payment",
    "refresh_payment",
    "start_payment",
    "sweep_unsettled_payments",
    "withdraw_payment",
]

log = structlog.get_logger(__name__)

ASKING: Final = timedelta(seconds=60)
"""Longer than any adapter waits for one call."""
NOT_REACHED_AFTER: Final = timedelta(minutes=2)
"""A provider that has no such payment by then never received it."""
FIRST_CHECK: Final = timedelta(seconds=10)
LONGEST_CHECK: Final = timedelta(minutes=4)
PATIENT_CHECK: Final = timedelta(hours=1)
PATIENT_AFTER: Final = timedelta(days=1)
UNSETTLED_AFTER: Final = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class PaymentWish:
    """How the shopper wants to pay. What and how much is the order's business."""

    gateway: str
    method_token: str
    idempotency_key: str
    return_url: str


def start_payment(
    order_id: int,
    *,
    gateway: str,
    method_token: str,
    idempotency_key: str,
    return_url: str,
    actor: str = "shopper",
) -> Payment:
    """Charge the order's total once per `idempotency_key`; repeatable and raceable: same key, same payment.

    Must not run in a transaction. Locks the order while it records the intent. An answer that did not come leaves the
    payment `created` (unknown): `refresh_payment` and the sweep settle it. Another payment of the order that waits for
    the shopper is withdrawn first; one that may be moving money raises PaymentInProgress. Raises UnknownGateway,
    MethodNotUnderstood (nothing is stored then), OrderNotPayable, IdempotencyMismatch, and GatewayPaused while the
    provider is left alone.
    """
    forbid_transaction()
    adapter = get_gateway(gateway)
    if not adapter.is_enabled():
        raise UnknownGateway(gateway)
    if not adapter.is_method_token(method_token):
        raise MethodNotUnderstood
    wish = PaymentWish(
        gateway=gateway, method_token=method_token, idempotency_key=idempotency_key, return_url=return_url
    )
    _clear_way(order_id, key=idempotency_key)
    payment = _record_intent(order_id, wish=wish, actor=actor)
    if payment.status != CREATED or payment.provider_reference or not _claim(payment.pk):
        return payment
    return _ask_provider(payment, adapter=adapter)


def refresh_payment(payment_id: int) -> Payment:
    """Ask the provider how the payment stands and apply that; unchanged when it cannot be asked. Repeatable."""
    forbid_transaction()
    payment = Payment.objects.get(pk=payment_id)
    adapter = get_gateway(payment.gateway)
    try:
        with watch_gateway(payment.gateway):
            snapshot = _ask_again(payment, adapter=adapter)
    except GatewayError as error:
        log.warning(
            "payment.unanswered", payment_id=payment_id, error=type(error).__name__, reason=error.code
        )
        return payment
    if snapshot is not None:
        apply_gateway_payment(payment_id, snapshot=snapshot)
    elif _is_certainly_lost(payment):
        fail_unsent_payment(payment_id, code=NOT_REACHED)
    return Payment.objects.get(pk=payment_id)


def withdraw_payment(payment_id: int, *, actor: str = SYSTEM) -> Payment:
    """Cancel at the provider what waits for the shopper, and apply what the provider says then. Repeatable."""
    forbid_transaction()
    payment = Payment.objects.get(pk=payment_id)
    if payment.status != REQUIRES_ACTION or not payment.provider_reference:
        return payment
    try:
        snapshot = get_gateway(payment.gateway).cancel_payment(payment.provider_reference)
    except GatewayError as error:
        log.warning(
            "payment.not_withdrawn", payment_id=payment_id, error=type(error).__name__, reason=error.code
        )
        return payment
    apply_gateway_payment(payment_id, snapshot=snapshot, actor=actor)
    return Payment.objects.get(pk=payment_id)


def sweep_unsettled_payments(*, limit: int = 100) -> int:
    """Ask about every payment that is due, withdraw those of closed orders; how many. May run twice at once.

    Those of a provider that does not answer wait until it is asked again, and keep no other's waiting.
    """
    due = Payment.objects.due_for_asking(now()).exclude(gateway__in=list_resting_gateways())
    asked = 0
    for payment_id in pass_over_resting(list(due.values_list("pk", "gateway")[:limit])):
        asked += 1
        try:
            check_payment(payment_id)
        except Exception:
            log.exception("payment.sweep_failed", payment_id=payment_id)
    return asked


def check_payment(payment_id: int) -> bool:
    """Ask about one payment if it is due; whether it was asked. The waiting page and the sweep share the pace."""
    if not _schedule_next_check(payment_id):
        return False
    _sweep_one(payment_id)
    return True


def _clear_way(order_id: int, *, key: str) -> None:
    """Learn how the order's other open payment stands, and withdraw it when only the shopper's act is missing."""
    rival = Payment.objects.open().filter(order_id=order_id).exclude(idempotency_key=key).first()
    if rival is not None and refresh_payment(rival.pk).status == REQUIRES_ACTION:
        withdraw_payment(rival.pk)


@transactional
def _record_intent(order_id: int, *, wish: PaymentWish, actor: str) -> Payment:
    order = lock_order(order_id)
    known = Payment.objects.filter(order=order, idempotency_key=wish.idempotency_key).first()
    if known is not None:
        if (known.gateway, known.method_token) != (wish.gateway, wish.method_token):
            raise IdempotencyMismatch(_("This key was already used for another payment. Use a new key."))
        return known
    rival = Payment.objects.open().filter(order=order).first()
    if rival is not None:
        raise PaymentInProgress(rival.pk)
    _check_payable(order)
    _check_method(order, gateway=wish.gateway)
    take_turn(wish.gateway)
    payment = Payment.objects.create(
        order=order,
        gateway=wish.gateway,
        amount=order.total_amount,
        currency=order.currency,
        idempotency_key=wish.idempotency_key,
        provider_key=f"order:{order.pk}:pay:{new_token()}",
        method_token=wish.method_token,
        return_url=wish.return_url,
        next_check_at=now() + FIRST_CHECK,
        created_at=now(),
    )
    PaymentEvent.objects.create(payment=payment, at=now(), actor=actor, new_status=CREATED, reason="intent")
    mark_payment_processing(order.pk, actor=actor)
    return payment


def _check_payable(order: Order) -> None:
    """Also holds the goods again when their time is over and they are still there."""
    if order.paid_at is not None:
        raise OrderNotPayable(_("This order is paid already."), reason="paid")
    if order.status != OrderStatus.PENDING:
        raise OrderNotPayable(_("This order was cancelled and cannot be paid."), reason="cancelled")
    if not renew_hold(order.pk):
        raise OrderNotPayable(
            _("The time to pay is over, and the articles are no longer held. Please order again."),
            reason="hold_lapsed",
        )
    if order.total_amount <= 0:
        raise OrderNotPayable(_("There is nothing to pay for this order."), reason="nothing_due")


def _check_method(order: Order, *, gateway: str) -> None:
    """A discount that was given for a way to pay holds for no other one."""
    if order.payment_method in {"", gateway}:
        return
    raise OrderNotPayable(
        _(
            "This order is reduced because it is paid by %(method)s. "
            "To pay another way, cancel it and order again without this discount."
        )
        % {"method": name_payment_method(order.payment_method)},
        reason="other_method",
    )


def _claim(payment_id: int) -> bool:
    """Take the turn to call the provider: one conditional update, so of two rivals one calls and the other waits."""
    instant = now()
    is_free = Q(asking_until=None) | Q(asking_until__lt=instant)
    waiting = Payment.objects.filter(is_free, pk=payment_id, status=CREATED, provider_reference=None)
    return bool(waiting.update(asking_until=instant + ASKING))


def _ask_provider(payment: Payment, *, adapter: Gateway) -> Payment:
    try:
        with watch_gateway(payment.gateway):
            snapshot = adapter.create_payment(_build_request(payment))
    except GatewayRefused as error:
        return fail_unsent_payment(
            payment.pk, code=error.code or PROVIDER_REFUSED, message=error.message or str(error)
        )
    except GatewayUnavailable:
        return fail_unsent_payment(payment.pk, code=PROVIDER_DOWN)
    except GatewayError as error:
        log.warning("payment.outcome_unknown", payment_id=payment.pk, reason=error.code)
        Payment.objects.filter(pk=payment.pk).update(asking_until=None)
        return payment
    apply_gateway_payment(payment.pk, snapshot=snapshot, actor=f"gateway:{payment.gateway}")
    return Payment.objects.get(pk=payment.pk)


def _build_request(payment: Payment) -> PaymentRequest:
    order = payment.order
    return PaymentRequest(
        payment_id=payment.pk,
        order_number=order.number,
        amount=payment.money.quantized(),
        idempotency_key=payment.provider_key,
        method_token=payment.method_token,
        return_url=payment.return_url,
        email=order.email,
        language=order.language,
    )


def _ask_again(payment: Payment, *, adapter: Gateway) -> GatewayPayment | None:
    if payment.provider_reference:
        return adapter.fetch_payment(payment.provider_reference)
    return adapter.find_payment(payment.pk)


def _is_certainly_lost(payment: Payment) -> bool:
    is_asking = payment.asking_until is not None and payment.asking_until > now()
    return not is_asking and payment.created_at <= now() - NOT_REACHED_AFTER


def _schedule_next_check(payment_id: int) -> bool:
    """Put the next check off, longer each time; False when a rival sweep was here first."""
    payment = Payment.objects.get(pk=payment_id)
    wait = min(FIRST_CHECK * 2 ** min(payment.check_count, 10), LONGEST_CHECK)
    if payment.created_at <= now() - PATIENT_AFTER:
        wait = PATIENT_CHECK
    mine = Payment.objects.filter(pk=payment_id, check_count=payment.check_count, next_check_at__lte=now())
    return bool(mine.update(check_count=F("check_count") + 1, next_check_at=now() + wait))


def _sweep_one(payment_id: int) -> None:
    payment = refresh_payment(payment_id)
    if payment.status == REQUIRES_ACTION and _is_too_late(payment.order):
        payment = withdraw_payment(payment_id)
    if payment.is_open and payment.created_at <= now() - UNSETTLED_AFTER:
        open_case(
            CaseDraft(
                dedupe_key=f"unsettled:{payment.pk}",
                kind=ReconciliationCase.Kind.UNSETTLED_PAYMENT,
                gateway=payment.gateway,
                order=payment.order,
                payment=payment,
                expected=payment.money,
                actual=Money.zero(payment.currency),
            )
        )


def _is_too_late(order: Order) -> bool:
    return order.status != OrderStatus.PENDING or order.payment_due_at <= now()
