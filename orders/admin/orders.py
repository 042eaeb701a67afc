"""The orders' list and desk: today's work first."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display

from orders.admin import changes, pages
from orders.admin.labels import LABELS
from orders.domain.states import FulfilmentStatus, OrderStatus
from orders.models import Order
from orders.queries.fulfilment import SHIP_WITHIN, describe_trouble, list_orders_for_desk
from orders.services.fulfilment import allocate_order
from shop.kernel.back_office import ReadOnlyAdmin, read_key
from shop.kernel.clock import now
from shop.kernel.errors import DomainError
from shop.kernel.money import Money


class WorkFilter(admin.SimpleListFilter):
    """Orders by what has to be done with them."""

    title = _("work")
    parameter_name = "work"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The kinds of work."""
        return [
            ("pack", _("To pack")),
            ("ship", _("To ship")),
            ("late", _("Late")),
            ("held", _("Held back")),
            ("refunded", _("Refunded, to be cancelled")),
            ("problem", _("Parcel with a problem")),
            ("unpaid", _("Waiting for payment")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The orders with that work."""
        to_ship = Order.objects.to_ship()
        chosen = {
            "pack": to_ship.filter(fulfilment_status=FulfilmentStatus.UNFULFILLED),
            "ship": to_ship,
            "late": Order.objects.late(now() - SHIP_WITHIN),
            "held": Order.objects.held(),
            "refunded": Order.objects.to_cancel(),
            "problem": Order.objects.in_trouble(),
            "unpaid": Order.objects.unpaid(),
        }.get(self.value() or "")
        return queryset if chosen is None else queryset.filter(pk__in=chosen.values("pk"))


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    """Orders; what may be done with one stands on its page."""

    list_display = (
        "number",
        "placed_at",
        "recipient",
        "total",
        "articles",
        "order_state",
        "payment_state",
        "fulfilment_state",
    )
    list_filter = (WorkFilter, "status", "payment_status", "fulfilment_status", "currency", "country")
    search_fields = ("number__iexact", "email", "last_name", "shipments__tracking_number__iexact")
    search_help_text = _("Number, e-mail, name or tracking number")
    # What can be shipped comes first, the longest waiting on top; then the rest, the newest first.
    ordering = (
        Case(
            When(
                status=OrderStatus.CONFIRMED,
                fulfilment_status__in=("unfulfilled", "allocated", "partially_shipped"),
                then="paid_at",
            ),
            default=Value(None),
        ).asc(nulls_last=True),
        "-placed_at",
        "-pk",
    )
    actions = ("allocate_orders", "print_pick_list")
    # Who knows it acts as the shopper.
    secret_fields = ("token",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        """With the number of lines; with its parcels where they are the matter."""
        orders = list_orders_for_desk()
        return orders.prefetch_related("shipments__nodes") if _is_about_trouble(request) else orders

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """Orders in trouble say what it is instead of what went well."""
        if not _is_about_trouble(request):
            return self.list_display
        return ("number", "placed_at", "recipient", "trouble", "total", "fulfilment_state")

    def get_urls(self) -> list[URLPattern]:
        """The desk's own pages before the admin's."""
        view = self.admin_site.admin_view
        name = "orders_order"
        return [
            path("pick-list/", view(self._print), name=f"{name}_pick_list"),
            path("<int:order_id>/allocate/", view(self._allocate), name=f"{name}_allocate"),
            path("<int:order_id>/ship/", view(self._ship), name=f"{name}_ship"),
            path("<int:order_id>/cancel/", view(self._cancel), name=f"{name}_cancel"),
            path("<int:order_id>/cancel-lines/", view(self._cancel_lines), name=f"{name}_cancel_lines"),
            path("<int:order_id>/hold/", view(self._hold), name=f"{name}_hold"),
            path("<int:order_id>/let-go/", view(self._let_go), name=f"{name}_let_go"),
            path("<int:order_id>/address/", view(self._change_address), name=f"{name}_address"),
            path("<int:order_id>/resend/", view(self._resend), name=f"{name}_resend"),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The order's desk: where it stands, what can be done, what is in it, where it has been."""
        order = get_object_or_404(Order, pk=read_key(object_id))
        if not self.has_view_permission(request, order):
            raise PermissionDenied
        context = {**self.admin_site.each_context(request), **pages.build_desk(request, order)}
        return TemplateResponse(request, "admin/orders/order.html", context)

    def has_fulfil_permission(self, request: HttpRequest) -> bool:
        """The warehouse."""
        return request.user.has_perm("orders.fulfil_order")

    def _check(self, request: HttpRequest, permission: str) -> None:
        if not request.user.has_perm(permission):
            raise PermissionDenied

    def _get(self, order_id: int) -> Order:
        return get_object_or_404(Order, pk=order_id)

    def _allocate(self, request: HttpRequest, order_id: int) -> HttpResponse:
        self._check(request, "orders.fulfil_order")
        return pages.allocate(request, self._get(order_id))

    def _ship(self, request: HttpRequest, order_id: int) -> HttpResponse:
        self._check(request, "orders.fulfil_order")
        return pages.ship(request, self._get(order_id), context=self.admin_site.each_context(request))

    def _cancel(self, request: HttpRequest, order_id: int) -> HttpResponse:
        self._check(request, "orders.cancel_order")
        return pages.cancel(request, self._get(order_id), context=self.admin_site.each_context(request))

    def _cancel_lines(self, request: HttpRequest, order_id: int) -> HttpResponse:
        self._check(request, "orders.cancel_order")
        context = self.admin_site.each_context(request)
        return changes.cancel_lines(request, self._get(order_id), context=context)

    def _hold(self, request: HttpRequest, order_id: int) -> HttpResponse:
        self._check(request, "orders.hold_order")
        return changes.hold(request, self._get(order_id), context=self.admin_site.each_context(request))

    def _let_go(self, request: HttpRequest, order_id: int) -> HttpResponse:
        self._check(request, "orders.hold_order")
        return changes.let_go(request, self._get(order_id))

    def _change_address(self, request: HttpRequest, order_id: int) -> HttpResponse:
        self._check(request, "orders.change_address")
        context = self.admin_site.each_context(request)
        return changes.change_address(request, self._get(order_id), context=context)

    def _resend(self, request: HttpRequest, order_id: int) -> HttpResponse:
        self._check(request, "orders.resend_confirmation")
        return pages.resend(request, self._get(order_id))

    def _print(self, request: HttpRequest) -> HttpResponse:
        self._check(request, "orders.fulfil_order")
        return pages.print_pick_list(request)

    @admin.action(description=_("Allocate: start packing"), permissions=["fulfil"])
    def allocate_orders(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        """Each by itself: one that cannot be packed does not stop the others."""
        done = 0
        for order in queryset:
            try:
                allocate_order(order.pk, actor=str(request.user))
            except DomainError as error:
                messages.warning(request, f"{order.number}: {error.message}")
            else:
                done += 1
        text = ngettext("%(done)d order is being packed.", "%(done)d orders are being packed.", done)
        messages.success(request, text % {"done": done})

    @admin.action(description=_("Print the pick list"), permissions=["fulfil"])
    def print_pick_list(self, request: HttpRequest, queryset: QuerySet[Order]) -> HttpResponse:
        """One list for all of them."""
        ids = ",".join(str(pk) for pk in queryset.order_by("pk").values_list("pk", flat=True))
        return HttpResponseRedirect(f"{reverse('admin:orders_order_pick_list')}?ids={ids}")

    @display(description=_("to"))
    def recipient(self, order: Order) -> str:
        """Name and place."""
        return f"{order.postal_address.full_name}, {order.city} {order.country}".strip(" ,")

    @display(description=_("total"), ordering="total_amount")
    def total(self, order: Order) -> str:
        """With its currency."""
        return str(Money(order.total_amount, order.currency).quantized())

    @display(description=_("lines"))
    def articles(self, order: Any) -> int:
        """How many lines."""
        return int(order.article_quantity)

    @display(description=_("order"), ordering="status", label=LABELS)
    def order_state(self, order: Order) -> tuple[str, str | Promise]:
        """The order's state as a coloured word."""
        return order.status, order.get_status_display()

    @display(description=_("payment"), ordering="payment_status", label=LABELS)
    def payment_state(self, order: Order) -> tuple[str, str | Promise]:
        """The payment's state as a coloured word."""
        return order.payment_status, order.get_payment_status_display()

    @display(description=_("fulfilment"), ordering="fulfilment_status", label=LABELS)
    def fulfilment_state(self, order: Order) -> tuple[str, str | Promise]:
        """The goods' state as a coloured word; none for a cancelled order, of which nothing leaves."""
        if order.status == OrderStatus.CANCELLED:
            return "", ""
        return order.fulfilment_status, order.get_fulfilment_status_display()

    @display(description=_("trouble"))
    def trouble(self, order: Order) -> str:
        """What happened to its parcels, in a line each."""
        return format_html_join(mark_safe("<br>"), "{}", ((text,) for text in describe_trouble(order)))


def _is_about_trouble(request: HttpRequest) -> bool:
    return request.GET.get(WorkFilter.parameter_name) == "problem"
