"""Cases for finance: opened once per cause, assigned, resolved with words."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from orders.models import Order
from payments.domain.events import ReconciliationCaseOpened
from payments.domain.states import CASE_ASSIGNED, CASE_RESOLVED, CASE_TRANSITIONS
from payments.locks import lock_case
from payments.models import Payment, ReconciliationCase, Refund
from shop.accounts.models import User
from shop.kernel.audit import record_audit
from shop.kernel.clock import now
from shop.kernel.errors import Invalid
from shop.kernel.events import publish
from shop.kernel.money import Money
from shop.kernel.transactions import transactional

OWNER_GROUP = "finance"


@dataclass(frozen=True, kw_only=True)
class CaseDraft:
    """All that a case starts with; `dedupe_key` names the cause."""

    dedupe_key: str
    kind: str
    gateway: str
    order: Order | None = None
    payment: Payment | None = None
    refund: Refund | None = None
    day: date | None = None
    expected: Money | None = None
    actual: Money | None = None
    facts: dict[str, object] = field(default_factory=dict)


@transactional
def open_case(draft: CaseDraft) -> ReconciliationCase | None:
    """Open it, or None when this cause has a case already, open or resolved. Publishes ReconciliationCaseOpened."""
    values = _list_values(draft)
    with translation.override(settings.LANGUAGE_CODE):
        # Kept for the search; who reads the case reads its `words`.
        values["summary"] = ReconciliationCase(**values).words[:300]
    case, is_new = ReconciliationCase.objects.get_or_create(dedupe_key=draft.dedupe_key, defaults=values)
    if not is_new:
        return None
    publish(
        ReconciliationCaseOpened(
            case_id=case.pk,
            kind=case.kind,
            owner_group=case.owner_group,
            dedupe_key=case.dedupe_key,
            order_id=draft.order.pk if draft.order else None,
            order_number=draft.order.number if draft.order else "",
            day=draft.day.isoformat() if draft.day else "",
        )
    )
    return case


def _list_values(draft: CaseDraft) -> dict[str, Any]:
    known = draft.expected if draft.expected is not None else draft.actual
    facts = dict(draft.facts)
    if draft.actual is not None and known is not None and draft.actual.currency != known.currency:
        facts["actual_currency"] = draft.actual.currency
    return {
        "kind": draft.kind,
        "gateway": draft.gateway,
        "order": draft.order,
        "payment": draft.payment,
        "refund": draft.refund,
        "day": draft.day,
        "expected_amount": _amount(draft.expected),
        "actual_amount": _amount(draft.actual),
        "currency": known.currency if known is not None else "",
        "facts": facts,
        "owner_group": OWNER_GROUP,
        "opened_at": now(),
    }


def _amount(money: Money | None) -> Decimal | None:
    """Zero is an amount, so the truth of a Money says nothing here."""
    return None if money is None else money.amount


@transactional
def assign_case(case_id: int, *, owner: User, actor: User) -> ReconciliationCase:
    """Give it to a person; may be repeated to hand it over. Locks the case. Raises NotAllowed once resolved."""
    case = lock_case(case_id)
    CASE_TRANSITIONS.check(case.status, CASE_ASSIGNED)
    case.status = CASE_ASSIGNED
    case.owner = owner
    case.save(update_fields=["status", "owner"])
    record_audit(actor.email, action="case.assign", target=f"case:{case.pk}", owner=owner.email)
    return case


@transactional
def resolve_case(case_id: int, *, resolution: str, actor: User) -> ReconciliationCase:
    """Close it with what was found and done. Locks the case; a second time changes nothing."""
    words = resolution.strip()
    if not words:
        raise Invalid(_("Say what was found and what was done."), field="resolution")
    case = lock_case(case_id)
    if CASE_TRANSITIONS.check(case.status, CASE_RESOLVED):
        case.status = CASE_RESOLVED
        case.resolution = words
        case.resolved_by = actor.email
        case.resolved_at = now()
        case.save(update_fields=["status", "resolution", "resolved_by", "resolved_at"])
        record_audit(actor.email, action="case.resolve", target=f"case:{case.pk}", resolution=words)
    return case
