"""What can go wrong with stock, in plain words."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from inventory.domain.requests import Shortage
from shop.kernel.errors import Conflict, Invalid


class OutOfStock(Conflict):
    """Not everything asked for is there; nothing was held."""

    code = "out_of_stock"

    def __init__(self, shortages: Sequence[Shortage]) -> None:
        self.shortages = tuple(shortages)
        super().__init__(_("There is not enough stock left."))


class StockTooLow(Conflict):
    """A change would take more than is free in that warehouse (held stock is not free)."""

    code = "stock_too_low"

    def __init__(self, shortage: Shortage, *, warehouse_id: int) -> None:
        self.shortage = shortage
        self.warehouse_id = warehouse_id
        message = _("Only %(available)d are free in this warehouse; %(requested)d were to be taken.") % {
            "available": shortage.available_quantity,
            "requested": shortage.requested_quantity,
        }
        super().__init__(message, field="quantity")


class NotReserved(Conflict):
    """More was to be shipped than is held for the reference."""

    code = "not_reserved"

    def __init__(self, reference: str, *, shortage: Shortage) -> None:
        self.reference = reference
        self.shortage = shortage
        message = _("Only %(available)d are held for this order; %(requested)d were to be shipped.") % {
            "available": shortage.available_quantity,
            "requested": shortage.requested_quantity,
        }
        super().__init__(message, field="quantity")


class InvalidQuantity(Invalid):
    """Zero, or below zero where only more than nothing makes sense."""

    code = "invalid_quantity"

    def __init__(self, quantity: int) -> None:
        self.quantity = quantity
        super().__init__(_("The quantity must be a whole number above zero."), field="quantity")
