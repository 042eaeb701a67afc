"""What can go wrong with stock, in plain words."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inventory.domain.references import name_reference
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


class PlaceTooLow(Conflict):
    """Less lies in that bin and lot than was to be taken out of it."""

    code = "place_too_low"

    def __init__(self, *, requested_quantity: int, there_quantity: int) -> None:
        self.requested_quantity = requested_quantity
        self.there_quantity = there_quantity
        message = _("Only %(there)d lie there; %(requested)d were to be taken.") % {
            "there": there_quantity,
            "requested": requested_quantity,
        }
        super().__init__(message, field="quantity")


class LotNotSellable(Conflict):
    """The lot has expired or was recalled."""

    code = "lot_not_sellable"

    def __init__(self, lot_code: str) -> None:
        self.lot_code = lot_code
        super().__init__(
            _("Lot %(lot)s must not be sold any more. Move it to quarantine.") % {"lot": lot_code},
            field="lot",
        )


class LotMismatch(Invalid):
    """The lot is known with another expiry date, or of another article."""

    code = "lot_mismatch"

    def __init__(self, lot_code: str, *, reason: str) -> None:
        self.lot_code = lot_code
        super().__init__(reason, field="lot")


class WrongPlace(Invalid):
    """A bin of another warehouse, or one that is closed."""

    code = "wrong_place"

    def __init__(self, bin_code: str) -> None:
        self.bin_code = bin_code
        super().__init__(
            _("There is no open bin %(bin)s in this warehouse.") % {"bin": bin_code}, field="bin"
        )


class NothingToPick(Conflict):
    """Nobody waits, or somebody else picks it already."""

    code = "nothing_to_pick"

    def __init__(self) -> None:
        super().__init__(_("Nothing waits to be picked in this warehouse."))


class PickNotWanted(Conflict):
    """The order of a step is held or has ended, or its parcel left without it."""

    code = "pick_not_wanted"

    def __init__(self, reference: str) -> None:
        self.reference = reference
        super().__init__(
            _("%(reference)s does not wait for this now. Leave it where it lies.")
            % {"reference": name_reference(reference)}
        )


class BarcodeRefused(Invalid):
    """A code whose check digit is wrong, or that names something else already."""

    code = "barcode_refused"

    def __init__(self, code: str, *, reason: str) -> None:
        self.barcode = code
        super().__init__(reason, field="code")


class CountNotReady(Conflict):
    """Some lines are still to be counted or approved."""

    code = "count_not_ready"

    def __init__(self, *, open_lines: int) -> None:
        self.open_lines = open_lines
        message = ngettext(
            "%(count)d line is still to be counted or approved.",
            "%(count)d lines are still to be counted or approved.",
            open_lines,
        )
        super().__init__(message % {"count": open_lines})
