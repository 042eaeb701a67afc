"""Purchase orders: list, desk, and what may be done with one."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from inventory.admin.buying import order_pages
from inventory.models import PurchaseOrder
from inventory.models.buying.purchase_orders import PurchaseOrderQuerySet
from inventory.queries.buying.demand import find_day
from inventory.queries.buying.purchase_orders import list_purchase_orders
from inventory.services.buying.purchase_orders import approve_order, reopen_order, send_order
from shop.kernel.back_office import ReadOnlyAdmin, read_key
from shop.kernel.clock import now
from shop.kernel.errors import DomainError
from shop.kernel.money import Money

LABELS: Final = {
    "draft": "warning",
    "approved": "info",
    "sent": "info",
    "part_received": "warning",
    "closed": "success",
    "cancelled": "danger",
}


class PurchaseWorkFilter(admin.SimpleListFilter):
    """Orders by what has to be done with them."""

    title = gettext_lazy("work")
    parameter_name = "work"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The kinds of work."""
        return [
            ("approve", gettext_lazy("To approve")),
            ("send", gettext_lazy("To send")),
            ("receive", gettext_lazy("On the way")),
            ("late", gettext_lazy("Late")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """The orders with that work."""
        rows: dict[str, Callable[[], Any]] = {
            "approve": queryset.to_approve,
            "send": lambda: queryset.filter(status="approved"),
            "receive": queryset.on_the_way,
            "late": lambda: queryset.on_the_way().filter(expected_on__lt=find_day(now())),
        }
        chosen = rows.get(self.value() or "")
        return chosen() if chosen else queryset


@admin.register(PurchaseOrder)
class PurchaseOrderAdmin(ReadOnlyAdmin):
    """Purchase orders."""

    list_display = ("number", "supplier", "warehouse", "total", "came", "expected_on", "state", "created_by")
    list_filter = (PurchaseWorkFilter, "status", "supplier", "warehouse")
    search_fields = ("number__iexact", "supplier__name", "lines__variant__sku__iexact")
    search_help_text = gettext_lazy("Number, supplier or SKU")
    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> PurchaseOrderQuerySet:
        """With totals."""
        return list_purchase_orders()

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """The buyer writes orders, on a page of our own."""
        return request.user.has_perm("inventory.add_purchaseorder")

    def get_urls(self) -> list[URLPattern]:
        """The desk's own pages before the admin's."""
        view, name = self.admin_site.admin_view, "inventory_purchaseorder"
        return [
            path("<int:order_id>/edit/", view(self._edit), name=f"{name}_edit"),
            path("<int:order_id>/approve/", view(self._approve), name=f"{name}_approve"),
            path("<int:order_id>/send/", view(self._send), name=f"{name}_send"),
            path("<int:order_id>/reopen/", view(self._reopen), name=f"{name}_reopen"),
            path("<int:order_id>/end/", view(self._end), name=f"{name}_end"),
            path("<int:order_id>/receive/", view(self._receive), name=f"{name}_receive"),
            path("<int:order_id>/print/", view(self._print), name=f"{name}_print"),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A new order: supplier and warehouse, then its articles."""
        self._check(request, "inventory.add_purchaseorder")
        return order_pages.write_new(request, context=self.admin_site.each_context(request))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The order's desk."""
        order = get_object_or_404(list_purchase_orders(), pk=read_key(object_id))
        if not self.has_view_permission(request, order):
            raise PermissionDenied
        context = {**self.admin_site.each_context(request), **order_pages.build_desk(request, order)}
        context["states"] = [(order.get_status_display(), LABELS[order.status])]
        return TemplateResponse(request, "admin/inventory/buying/order.html", context)

    def _check(self, request: HttpRequest, permission: str) -> None:
        if not request.user.has_perm(permission):
            raise PermissionDenied

    def _get(self, order_id: int) -> PurchaseOrder:
        return get_object_or_404(list_purchase_orders(), pk=order_id)

    def _edit(self, request: HttpRequest, order_id: int) -> HttpResponse:
        self._check(request, "inventory.change_purchaseorder")
        return order_pages.edit(request, self._get(order_id), context=self.admin_site.each_context(request))

    def _receive(self, request: HttpRequest, order_id: int) -> HttpResponse:
        self._check(request, "inventory.receive_purchaseorder")
        return order_pages.receive(
            request, self._get(order_id), context=self.admin_site.each_context(request)
        )

    def _end(self, request: HttpRequest, order_id: int) -> HttpResponse:
        self._check(request, "inventory.change_purchaseorder")
        return order_pages.end(request, self._get(order_id), context=self.admin_site.each_context(request))

    def _print(self, request: HttpRequest, order_id: int) -> HttpResponse:
        self._check(request, "inventory.view_purchaseorder")
        return order_pages.print_order(request, self._get(order_id))

    def _approve(self, request: HttpRequest, order_id: int) -> HttpResponse:
        self._check(request, "inventory.approve_purchaseorder")
        may_large = request.user.has_perm("inventory.approve_large_purchaseorder")
        return self._move(
            request,
            order_id,
            run=lambda actor: approve_order(order_id, actor=actor, may_approve_large=may_large),
            words=_("The order is approved."),
        )

    def _send(self, request: HttpRequest, order_id: int) -> HttpResponse:
        self._check(request, "inventory.change_purchaseorder")
        return self._move(
            request,
            order_id,
            run=lambda actor: send_order(order_id, actor=actor),
            words=_("The order is on its way to the supplier."),
        )

    def _reopen(self, request: HttpRequest, order_id: int) -> HttpResponse:
        self._check(request, "inventory.change_purchaseorder")
        return self._move(
            request,
            order_id,
            run=lambda actor: reopen_order(order_id, actor=actor),
            words=_("The order can be changed again."),
        )

    def _move(
        self,
        request: HttpRequest,
        order_id: int,
        *,
        run: Callable[[str], PurchaseOrder],
        words: str,
    ) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            run(str(request.user))
        except DomainError as error:
            messages.error(request, str(error.message))
        else:
            messages.success(request, words)
        return HttpResponseRedirect(reverse("admin:inventory_purchaseorder_change", args=[order_id]))

    @display(description=gettext_lazy("goods"))
    def total(self, order: Any) -> str:
        """The value of the goods."""
        return str(Money(order.goods_amount, order.currency).quantized())

    @display(description=gettext_lazy("received"))
    def came(self, order: Any) -> str:
        """So many of so many."""
        return f"{order.received_quantity} / {order.ordered_quantity}"

    @display(description=gettext_lazy("state"), ordering="status", label=LABELS)
    def state(self, order: PurchaseOrder) -> tuple[str, str]:
        """As a coloured word."""
        return order.status, order.get_status_display()
