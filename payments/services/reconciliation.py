"""A provider's settlement of a day against our books; every difference is a case, once however often this runs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

import structlog
from django.conf import settings
from django.db.models import Exists, OuterRef

from payments.domain.events import SettlementDiffered
from payments.domain.matching import Difference, FeeRule, SettledAmounts, compare_amounts
from payments.domain.states import SUCCEEDED
from payments.gateways import get_gateway
from payments.gateways.base import GatewayError, SettlementEntry
from payments.models import Payment, ReconciliationCase, Refund, SettlementFile, SettlementLine
from payments.services.cases import CaseDraft, open_case
from payments.services.payments import refresh_payment
from shop.kernel.clock import now
from shop.kernel.events import publish
from shop.kernel.money import Money
from shop.kernel.transactions import forbid_transaction, transaction, transactional

log = structlog.get_logger(__name__)

Kind: Final = ReconciliationCase.Kind
_BATCH: Final = 500
MADE_UP_FOR_DAYS: Final = 7


@dataclass(frozen=True, kw_only=True)
class Reconciliation:
    """What one run found: lines of the file, lines that fit, cases that are new."""

    gateway: str
    day: date
    line_quantity: int
    matched_quantity: int
    new_case_quantity: int


def reconcile_all(day: date) -> int:
    """Reconcile one day of every provider that has payments; the number of new cases. Repeatable.

    A provider that cannot answer is left out, with a warning.
    """
    return sum(_reconcile_if_answered(code, day=day) for code in _list_providers())


def reconcile_open_days(today: date) -> int:
    """Reconcile what is not done yet of the week before ``today``; the number of new cases. Repeatable.

    So a day on which a provider or the worker was down is made up for by the next run.
    """
    return sum(
        _reconcile_if_answered(code, day=day)
        for code in _list_providers()
        for day in _list_open_days(code, today=today)
    )


def _list_providers() -> list[str]:
    """Those offered, and those switched off that still hold payments."""
    return [
        code
        for code in settings.PAYMENT_GATEWAYS
        if get_gateway(code).is_enabled() or Payment.objects.filter(gateway=code).exists()
    ]


def _list_open_days(gateway: str, *, today: date) -> list[date]:
    days = [today - timedelta(days=back) for back in range(MADE_UP_FOR_DAYS, 0, -1)]
    done = SettlementFile.objects.filter(gateway=gateway, day__in=days, matched_at__isnull=False)
    return sorted(set(days) - set(done.values_list("day", flat=True)))


def _reconcile_if_answered(gateway: str, *, day: date) -> int:
    try:
        return reconcile_day(gateway, day=day).new_case_quantity
    except GatewayError as error:
        log.warning("reconciliation.no_settlement", gateway=gateway, day=str(day), error=type(error).__name__)
        return 0


def reconcile_day(gateway: str, *, day: date) -> Reconciliation:
    """Fetch, keep and match one provider's lines of one UTC day. May be repeated: lines and cases are kept once.

    Must not run in a transaction. Publishes SettlementDiffered when there are cases. A payment that we still hold for
    open is asked about before it is compared.
    Raises UnknownGateway, GatewayError.
    """
    forbid_transaction()
    file = _keep_lines(gateway, day=day, entries=list(get_gateway(gateway).settlement_lines(day)))
    _catch_up(file)
    lines = list(file.lines.select_related("file").order_by("pk"))
    new_cases = sum(_match_line(line) for line in _link_lines(lines))
    new_cases += _find_missing_payments(file) + _find_missing_refunds(file)
    _finish(file)
    matched = file.lines.filter(is_matched=True).count()
    log.info(
        "reconciliation.done",
        gateway=gateway,
        day=str(day),
        lines=len(lines),
        matched=matched,
        cases=new_cases,
    )
    return Reconciliation(
        gateway=gateway,
        day=day,
        line_quantity=len(lines),
        matched_quantity=matched,
        new_case_quantity=new_cases,
    )


@transactional
def _finish(file: SettlementFile) -> None:
    """Told once all of it is matched, and again if it is matched again: a crash on the way loses no word of it."""
    SettlementFile.objects.filter(pk=file.pk).update(matched_at=now())
    cases = ReconciliationCase.objects.filter(gateway=file.gateway, day=file.day).count()
    if cases:
        publish(SettlementDiffered(gateway=file.gateway, day=file.day.isoformat(), case_quantity=cases))


@transactional
def _keep_lines(gateway: str, *, day: date, entries: Sequence[SettlementEntry]) -> SettlementFile:
    file, _is_new = SettlementFile.objects.update_or_create(
        gateway=gateway, day=day, defaults={"fetched_at": now()}
    )
    SettlementLine.objects.bulk_create(
        (_build_line(file, entry) for entry in entries), ignore_conflicts=True, batch_size=_BATCH
    )
    return file


def _build_line(file: SettlementFile, entry: SettlementEntry) -> SettlementLine:
    return SettlementLine(
        file=file,
        gateway=file.gateway,
        line_id=entry.line_id,
        kind=entry.kind,
        reference=entry.reference,
        gross_amount=entry.gross.amount,
        fee_amount=entry.fee.amount,
        net_amount=entry.net.amount,
        currency=entry.gross.currency,
        occurred_at=entry.occurred_at,
    )


def _catch_up(file: SettlementFile) -> None:
    """Settled by the provider while we still wait for its word: ask before calling it a difference."""
    references = file.lines.filter(kind=SettlementLine.Kind.PAYMENT).values("reference")
    waiting = Payment.objects.open().filter(gateway=file.gateway, provider_reference__in=references)
    for payment_id in list(waiting.values_list("pk", flat=True)):
        refresh_payment(payment_id)


def _link_lines(lines: Iterable[SettlementLine]) -> list[SettlementLine]:
    """Tie each line to our payment or refund by the provider's reference, in three queries for any number."""
    found = list(lines)
    references = {line.reference for line in found}
    gateway = found[0].gateway if found else ""
    payments = Payment.objects.select_related("order").filter(
        gateway=gateway, provider_reference__in=references
    )
    refunds = Refund.objects.select_related("payment__order").filter(
        gateway=gateway, provider_reference__in=references
    )
    by_payment = {payment.provider_reference: payment for payment in payments}
    by_refund = {refund.provider_reference: refund for refund in refunds}
    for line in found:
        line.payment = by_payment.get(line.reference) if line.kind == SettlementLine.Kind.PAYMENT else None
        line.refund = by_refund.get(line.reference) if line.kind == SettlementLine.Kind.REFUND else None
    SettlementLine.objects.bulk_update(found, ["payment", "refund"], batch_size=_BATCH)
    return found


@transactional
def _match_line(line: SettlementLine) -> int:
    """Compare one line with our row; the number of new cases."""
    ours = line.payment or line.refund
    if ours is None or ours.status != SUCCEEDED:
        return _open_line_case(
            line, Difference(kind=Kind.MISSING_IN_BOOKS, expected=None, actual=_gross(line))
        )
    if _is_second_line(line):
        return _open_line_case(line, Difference(kind=Kind.SETTLED_TWICE, expected=None, actual=_gross(line)))
    expected = line.payment.captured if line.payment else -ours.money
    differences = compare_amounts(
        SettledAmounts(
            gross=_gross(line),
            fee=Money(line.fee_amount, line.currency),
            net=Money(line.net_amount, line.currency),
        ),
        expected_gross=expected,
        fee_rule=_find_fee_rule(line.gateway),
    )
    SettlementLine.objects.filter(pk=line.pk).update(is_matched=not differences)
    return sum(_open_line_case(line, difference) for difference in differences)


def _gross(line: SettlementLine) -> Money:
    return Money(line.gross_amount, line.currency)


def _is_second_line(line: SettlementLine) -> bool:
    earlier = SettlementLine.objects.filter(
        gateway=line.gateway, kind=line.kind, reference=line.reference, pk__lt=line.pk
    )
    return earlier.exists()


def _find_fee_rule(gateway: str) -> FeeRule | None:
    rule = settings.PAYMENT_FEE_RULES.get(gateway)
    return None if rule is None else FeeRule(rate=Decimal(rule[0]), fixed=Decimal(rule[1]))


def _open_line_case(line: SettlementLine, difference: Difference) -> int:
    payment = line.payment or (line.refund.payment if line.refund else None)
    kind = ReconciliationCase.Kind(difference.kind)
    case = open_case(
        CaseDraft(
            dedupe_key=f"settlement:{line.gateway}:{line.line_id}:{kind.value}",
            kind=kind,
            gateway=line.gateway,
            order=payment.order if payment else None,
            payment=payment,
            refund=line.refund,
            day=line.file.day,
            expected=difference.expected,
            actual=difference.actual,
            facts={"line": line.line_id, "reference": line.reference},
        )
    )
    return int(case is not None)


def _span(day: date) -> tuple[datetime, datetime]:
    start = datetime.combine(day, time.min, tzinfo=UTC)
    return start, start + timedelta(days=1) - timedelta(microseconds=1)


def _find_missing_payments(file: SettlementFile) -> int:
    """Succeeded with us on that day, but in no settlement that we have."""
    lines = SettlementLine.objects.filter(
        gateway=file.gateway, kind="payment", reference=OuterRef("provider_reference")
    )
    missing = (
        Payment.objects.select_related("order")
        .filter(gateway=file.gateway, status=SUCCEEDED, settled_at__range=_span(file.day))
        .filter(~Exists(lines))
        .order_by("pk")
    )
    return sum(_open_missing_case(file, payment=payment, refund=None) for payment in missing.iterator())


def _find_missing_refunds(file: SettlementFile) -> int:
    lines = SettlementLine.objects.filter(
        gateway=file.gateway, kind="refund", reference=OuterRef("provider_reference")
    )
    missing = (
        Refund.objects.select_related("payment__order")
        .filter(gateway=file.gateway, status=SUCCEEDED, settled_at__range=_span(file.day))
        .filter(~Exists(lines))
        .order_by("pk")
    )
    return sum(
        _open_missing_case(file, payment=refund.payment, refund=refund) for refund in missing.iterator()
    )


def _open_missing_case(file: SettlementFile, *, payment: Payment, refund: Refund | None) -> int:
    subject = f"refund:{refund.pk}" if refund else f"payment:{payment.pk}"
    expected = -refund.money if refund else payment.captured
    with transaction():
        case = open_case(
            CaseDraft(
                dedupe_key=f"missing_in_settlement:{subject}",
                kind=Kind.MISSING_IN_SETTLEMENT,
                gateway=file.gateway,
                order=payment.order,
                payment=payment,
                refund=refund,
                day=file.day,
                expected=expected,
                facts={"reference": (refund or payment).provider_reference or ""},
            )
        )
    return int(case is not None)
