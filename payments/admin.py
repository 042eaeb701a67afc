"""Payments in the back office: looked at here, changed only through services."""

from decimal import Decimal
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from orders.models import Order
from payments.domain.remedies import describe_remedy
from payments.domain.states import CASE_RESOLVED
from payments.forms import RefundForm, ResolveCaseForm
from payments.models import GatewayCallback, Payment, PaymentEvent, ReconciliationCase, Refund, SettlementLine
from payments.services.cases import assign_case, resolve_case
from payments.services.refunds import RefundDraft, request_refund
from shop.accounts.models import User
from shop.kernel.back_office import ReadOnlyAdmin, ReadOnlyInline, read_key
from shop.kernel.errors import DomainError
from shop.kernel.ids import new_token
from shop.kernel.money import Money

_LABELS = {
    "succeeded": "success",
    "failed": "danger",
    "cancelled": "info",
    "processing": "warning",
    "requires_action": "warning",
    "created": "warning",
    "review": "danger",
    "queued": "warning",
    "sent": "warning",
    "open": "danger",
    "assigned": "warning",
    "resolved": "success",
}


class MoneyAdmin(ReadOnlyAdmin):
    """Rows about money, with their status in colour."""

    @display(description=_("status"), ordering="status", label=_LABELS)
    def state(self, row: Any) -> tuple[str, str]:
        """The status as a coloured word."""
        return row.status, row.get_status_display()


def _show(amount: Decimal | None, currency: str) -> str:
    """With its currency; a dash for none."""
    if amount is None:
        return "–"
    return str(Money(amount, currency).quantized()) if currency else str(amount)


def _say(money: Money | None) -> str:
    return "–" if money is None else str(money)


class PaymentEventInline(ReadOnlyInline):
    """The history of a payment."""

    model = PaymentEvent
    fields = ("at", "actor", "before", "after", "refund", "reason")
    readonly_fields = fields
    hide_title = True

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Whoever sees the payment."""
        return bool(request.user.has_perm("payments.view_payment"))

    @display(description=_("before"))
    def before(self, event: PaymentEvent) -> str:
        """A dash where it began."""
        return event.say(event.old_status) or "–"

    @display(description=_("after"))
    def after(self, event: PaymentEvent) -> str:
        """In words."""
        return event.say(event.new_status)


class RefundInline(ReadOnlyInline):
    """The payment's refunds."""

    model = Refund
    fields = ("created_at", "total", "status", "reason", "note", "requested_by", "failure_reason")
    readonly_fields = fields

    @display(description=_("amount"))
    def total(self, refund: Refund) -> str:
        """With its currency."""
        return _show(refund.amount, refund.currency)


@admin.register(Payment)
class PaymentAdmin(MoneyAdmin):
    """Each try to move money, with what became of it."""

    list_display = (
        "created_at",
        "order",
        "gateway",
        "total",
        "state",
        "verdict",
        "refunded",
        "decline_code",
    )
    list_filter = ("status", "gateway", "verdict", "currency")
    list_select_related = ("order",)
    search_fields = ("order__number", "order__email", "provider_reference")
    date_hierarchy = "created_at"
    fields = (
        "order",
        "total",
        "captured",
        "refunded",
        "status",
        "verdict",
        "gateway",
        "provider_reference",
        "decline_code",
        "message",
        "created_at",
        "settled_at",
        "next_check_at",
        "idempotency_key",
        "provider_key",
    )
    readonly_fields = ("total", "captured", "refunded")
    inlines = (RefundInline, PaymentEventInline)
    actions_detail = ("refund",)

    @display(description=_("amount"), ordering="amount")
    def total(self, payment: Payment) -> str:
        """With its currency."""
        return str(payment.money)

    @display(description=_("captured"))
    def captured(self, payment: Payment) -> str:
        """With its currency; a dash for nothing."""
        return _show(payment.captured_amount or None, payment.currency)

    @display(description=_("sent back"), ordering="refunded_amount")
    def refunded(self, payment: Payment) -> str:
        """With its currency; a dash for nothing."""
        return _show(payment.refunded_amount or None, payment.currency)

    @action(description=_("Send money back"), url_path="refund", permissions=["refund"])
    def refund(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for amount, reason and note; the service does the rest."""
        payment = get_object_or_404(Payment.objects.select_related("order"), pk=read_key(object_id))
        initial = {"amount": payment.refundable.quantized().amount, "token": new_token()}
        form = RefundForm(request.POST or None, initial=initial)
        if request.method == "POST" and form.is_valid() and _refund(request, payment, form=form):
            return redirect(reverse("admin:payments_payment_change", args=[payment.pk]))
        context = {
            **self.admin_site.each_context(request),
            "form": form,
            "payment": payment,
            "has_goods_here": Order.objects.unshipped().filter(pk=payment.order_id).exists(),
            "title": _("Send money back"),
        }
        return TemplateResponse(request, "admin/payments/refund.html", context)

    def has_refund_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        """Finance and the owner."""
        return request.user.has_perm("payments.refund_payment")


def _refund(request: HttpRequest, payment: Payment, *, form: RefundForm) -> bool:
    given = form.cleaned_data
    draft = RefundDraft(
        amount=Money(given["amount"], payment.currency),
        reason=given["reason"],
        note=given["note"],
        dedupe_key=f"back_office:{payment.pk}:{given['token']}",
        requested_by=_operator(request),
    )
    try:
        request_refund(payment.pk, draft=draft, actor=request.user.get_username())
    except DomainError as error:
        form.add_error("amount", str(error.message))
        return False
    messages.success(request, _("The refund is queued and will be sent within a minute."))
    return True


@admin.register(Refund)
class RefundAdmin(MoneyAdmin):
    """Money on its way back."""

    list_display = ("created_at", "payment", "total", "state", "reason", "requested_by")
    list_filter = ("status", "reason", "gateway")
    list_select_related = ("payment", "requested_by")
    search_fields = ("payment__order__number", "provider_reference")
    exclude = ("provider_key",)

    @display(description=_("amount"), ordering="amount")
    def total(self, refund: Refund) -> str:
        """With its currency."""
        return _show(refund.amount, refund.currency)


@admin.register(GatewayCallback)
class GatewayCallbackAdmin(MoneyAdmin):
    """The inbox."""

    list_display = ("received_at", "provider", "kind", "payment_reference", "outcome", "attempts", "note")
    list_filter = ("outcome", "provider", "kind")
    search_fields = ("event_id", "payment_reference", "refund_reference")
    readonly_fields = ("raw_body",)
    exclude = ("body",)

    @display(description=_("body"))
    def raw_body(self, callback: GatewayCallback) -> str:
        """As it came; the template escapes it."""
        return bytes(callback.body).decode(errors="replace")


@admin.register(SettlementLine)
class SettlementLineAdmin(MoneyAdmin):
    """What providers say they settled, and what it was matched to."""

    list_display = (
        "occurred_at",
        "gateway",
        "kind",
        "reference",
        "gross",
        "fee",
        "net",
        "is_matched",
    )
    list_filter = ("is_matched", "kind", "gateway", "currency", "file__day")
    search_fields = ("reference", "line_id", "payment__order__number")

    @display(description=_("gross"), ordering="gross_amount")
    def gross(self, line: SettlementLine) -> str:
        """With its currency."""
        return _show(line.gross_amount, line.currency)

    @display(description=_("fee"), ordering="fee_amount")
    def fee(self, line: SettlementLine) -> str:
        """With its currency."""
        return _show(line.fee_amount, line.currency)

    @display(description=_("net"), ordering="net_amount")
    def net(self, line: SettlementLine) -> str:
        """With its currency."""
        return _show(line.net_amount, line.currency)


class OpenCaseFilter(admin.SimpleListFilter):
    """Open cases unless asked for others."""

    title = _("cases")
    parameter_name = "show"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Mine, or all."""
        return [("mine", _("Mine")), ("all", _("All"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[ReconciliationCase]
    ) -> QuerySet[ReconciliationCase]:
        """Without a choice: what needs a hand."""
        if self.value() == "all":
            return queryset
        still_open = queryset.exclude(status=CASE_RESOLVED)
        return still_open.filter(owner_id=request.user.pk) if self.value() == "mine" else still_open


@admin.register(ReconciliationCase)
class ReconciliationCaseAdmin(MoneyAdmin):
    """Differences between money and books: take one, look, settle it with words."""

    list_display = (
        "opened_at",
        "kind",
        "about",
        "expected",
        "actual",
        "state",
        "owner",
    )
    list_filter = (OpenCaseFilter, "kind", "gateway", "day")
    list_select_related = ("owner", "order")
    search_fields = ("summary", "order__number", "dedupe_key")
    fields = (
        "what_happened",
        "kind",
        "what_to_do",
        "status",
        "expected",
        "actual",
        "gateway",
        "day",
        "order",
        "payment",
        "refund",
        "opened_at",
        "owner",
        "resolution",
        "resolved_by",
        "resolved_at",
    )
    readonly_fields = ("what_happened", "what_to_do", "expected", "actual")
    actions_detail = ("take", "resolve")

    @display(description=_("about"), ordering="summary")
    def about(self, case: ReconciliationCase) -> str:
        """What it touches, in no language."""
        return case.about

    @display(description=_("what happened"))
    def what_happened(self, case: ReconciliationCase) -> str:
        """In the reader's language."""
        return case.words

    @display(description=_("what to do"))
    def what_to_do(self, case: ReconciliationCase) -> str:
        """By the kind of difference."""
        return describe_remedy(case.kind)

    @display(description=_("expected"), ordering="expected_amount")
    def expected(self, case: ReconciliationCase) -> str:
        """With its currency."""
        return _say(case.expected)

    @display(description=_("actual"), ordering="actual_amount")
    def actual(self, case: ReconciliationCase) -> str:
        """With its currency."""
        return _say(case.actual)

    @action(description=_("Take this case"), url_path="take", permissions=["settle"])
    def take(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask once more (an action is a link, and a link changes nothing), then it is mine."""
        case = get_object_or_404(ReconciliationCase, pk=read_key(object_id))
        if request.method == "POST":
            _try(request, lambda: assign_case(case.pk, owner=_operator(request), actor=_operator(request)))
            return redirect(reverse("admin:payments_reconciliationcase_change", args=[object_id]))
        return self._ask(request, case=case, form=forms.Form(), title=_("Take this case"))

    @action(description=_("Resolve"), url_path="resolve", permissions=["settle"])
    def resolve(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for the words, then close it."""
        case = get_object_or_404(ReconciliationCase, pk=read_key(object_id))
        form = ResolveCaseForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            words = form.cleaned_data["resolution"]
            _try(request, lambda: resolve_case(case.pk, resolution=words, actor=_operator(request)))
            return redirect(reverse("admin:payments_reconciliationcase_change", args=[object_id]))
        return self._ask(request, case=case, form=form, title=_("Resolve"))

    def _ask(
        self, request: HttpRequest, *, case: ReconciliationCase, form: forms.Form, title: object
    ) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "form": form, "case": case, "title": title}
        context["remedy"] = describe_remedy(case.kind)
        return TemplateResponse(request, "admin/payments/case.html", context)

    def has_settle_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        """Finance and the owner."""
        return request.user.has_perm("payments.change_reconciliationcase")


def _operator(request: HttpRequest) -> User:
    """The back office knows signed-in users only."""
    return cast("User", request.user)


def _try(request: HttpRequest, act: Any) -> None:
    try:
        act()
    except DomainError as error:
        messages.error(request, str(error.message))
