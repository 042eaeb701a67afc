"""What can go wrong while buying, in plain words."""

from django.utils.translation import gettext as _

from shop.kernel.errors import Conflict, Invalid, NotAllowed


class NothingToOrder(Invalid):
    """An order without lines."""

    code = "nothing_to_order"

    def __init__(self) -> None:
        super().__init__(_("Put at least one article with a quantity into the order."), field="lines")


class NotOfSupplier(Invalid):
    """An article that this supplier does not offer."""

    code = "not_of_supplier"

    def __init__(self, sku: str, *, supplier: str) -> None:
        self.sku, self.supplier = sku, supplier
        message = _("%(supplier)s does not offer %(sku)s. Add it to the supplier's articles first.")
        super().__init__(message % {"supplier": supplier, "sku": sku}, field="sku")


class WrongPackSize(Invalid):
    """Less than the supplier's minimum, or not a whole number of packs."""

    code = "wrong_pack_size"

    def __init__(self, sku: str, *, minimum_quantity: int, multiple_quantity: int) -> None:
        self.sku = sku
        self.minimum_quantity, self.multiple_quantity = minimum_quantity, multiple_quantity
        message = _("%(sku)s is ordered from %(minimum)d units up, in packs of %(multiple)d.")
        super().__init__(
            message % {"sku": sku, "minimum": minimum_quantity, "multiple": multiple_quantity},
            field="quantity",
        )


class AboveApprovalLimit(NotAllowed):
    """The order is worth more than this person may approve."""

    code = "above_approval_limit"

    def __init__(self, *, total: str, limit: str) -> None:
        self.total, self.limit = total, limit
        message = _(
            "The order is worth %(total)s; you may approve up to %(limit)s. Ask a colleague with a higher limit."
        )
        super().__init__(message % {"total": total, "limit": limit})


class OwnOrder(NotAllowed):
    """A large order needs four eyes."""

    code = "own_order"

    def __init__(self) -> None:
        super().__init__(_("An order above the limit is approved by somebody else than who wrote it."))


class TooMuchReceived(Invalid):
    """More came than was ordered, and nobody said that it may stay."""

    code = "too_much_received"

    def __init__(self, sku: str, *, open_quantity: int, received_quantity: int) -> None:
        self.sku, self.open_quantity, self.received_quantity = sku, open_quantity, received_quantity
        message = _(
            "%(sku)s: %(received)d came, only %(open)d are open. Tick “keep what is over” or correct the number."
        )
        super().__init__(
            message % {"sku": sku, "received": received_quantity, "open": open_quantity}, field="quantity"
        )


class OrderMoved(Conflict):
    """The order is no longer in the state that the page showed."""

    code = "order_moved"

    def __init__(self, status: str) -> None:
        self.status = status
        super().__init__(_("The order is “%(status)s” by now. Look at it again.") % {"status": status})


class SuggestionGone(Conflict):
    """Somebody else decided first, or the shelf was ordered for meanwhile."""

    code = "suggestion_gone"

    def __init__(self, sku: str) -> None:
        self.sku = sku
        super().__init__(_("%(sku)s was decided meanwhile. Load the page again.") % {"sku": sku})


class NoSupplier(Invalid):
    """Nobody offers the article."""

    code = "no_supplier"

    def __init__(self, sku: str) -> None:
        self.sku = sku
        super().__init__(_("No active supplier offers %(sku)s. Add one to the article first.") % {"sku": sku})
