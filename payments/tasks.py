"""The periodic work of payments. Each may run twice or late without harm."""

from datetime import date

from celery import shared_task

from payments.gateways.sandbox.callbacks import deliver_due_callbacks
from payments.gateways.sandbox.provider import settle_due_intents
from payments.services.callbacks import process_pending_callbacks
from payments.services.payments import sweep_unsettled_payments
from payments.services.reconciliation import reconcile_all, reconcile_open_days
from payments.services.refunds import execute_due_refunds
from shop.kernel.clock import now
from shop.kernel.leases import lease


@shared_task
def process_callbacks_task() -> int:
    """Each second: process what the inbox holds."""
    with lease("payments.callbacks") as mine:
        return process_pending_callbacks() if mine else 0


@shared_task
def sweep_payments_task() -> int:
    """Ask about payments without a final answer."""
    with lease("payments.sweep") as mine:
        return sweep_unsettled_payments() if mine else 0


@shared_task
def execute_refunds_task() -> int:
    """Send queued refunds, ask about sent ones."""
    with lease("payments.refunds") as mine:
        return execute_due_refunds() if mine else 0


@shared_task
def reconcile_payments_task(day: str = "") -> int:
    """Settlements of the past UTC days that are not done yet, or of the day that is named; the number of new cases."""
    with lease("payments.reconciliation") as mine:
        if not mine:
            return 0
        return reconcile_all(date.fromisoformat(day)) if day else reconcile_open_days(now().date())


@shared_task
def run_sandbox_provider_task() -> int:
    """The sandbox provider's own clockwork: asynchronous payments succeed, callbacks are posted."""
    with lease("payments.sandbox") as mine:
        if not mine:
            return 0
        settle_due_intents()
        return deliver_due_callbacks()
