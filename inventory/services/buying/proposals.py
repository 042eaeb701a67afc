"""What a supplier that manages its own articles proposes: a draft that the buyer approves or not."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from inventory.domain.buying.errors import NotOfSupplier
from inventory.domain.buying.states import PurchaseOrigin
from inventory.models import PurchaseOrder, Supplier, SupplierItem, Warehouse
from inventory.services.buying.purchase_orders import OrderedLine, write_order
from shop.kernel.errors import Invalid, NotAllowed
from shop.kernel.transactions import transactional


@transactional
def propose_order(
    supplier: Supplier,
    *,
    warehouse_code: str,
    quantities: Mapping[str, int],
    number: str = "",
    note: str = "",
) -> PurchaseOrder:
    """Writes the supplier's proposal (quantities by our SKU) as a draft order of its own.

    Locks and raises as write_order; NotAllowed for a supplier that does not manage its articles, Invalid for an unknown
    warehouse, NotOfSupplier for an article that it does not offer.
    """
    if not supplier.is_vendor_managed:
        raise NotAllowed(_("This supplier does not manage its articles here."))
    warehouse = Warehouse.objects.active().filter(code=warehouse_code).first()
    if warehouse is None:
        raise Invalid(_("There is no warehouse %(code)s.") % {"code": warehouse_code}, field="warehouse")
    ids = dict(
        SupplierItem.objects.filter(
            supplier=supplier, is_active=True, variant__sku__in=list(quantities)
        ).values_list("variant__sku", "variant_id")
    )
    for sku in quantities:
        if sku not in ids:
            raise NotOfSupplier(sku, supplier=supplier.name)
    return write_order(
        supplier.pk,
        warehouse_id=warehouse.pk,
        lines=[OrderedLine(variant_id=ids[sku], quantity=quantity) for sku, quantity in quantities.items()],
        actor=f"supplier:{supplier.code}",
        origin=PurchaseOrigin.SUPPLIER,
        number=number,
        note=note,
    )


@transactional
def propose_orders(
    supplier: Supplier, *, wanted: Mapping[str, Mapping[str, int]], number: str = ""
) -> list[PurchaseOrder]:
    """One proposal per warehouse code, all or none; the same numbers again change nothing. Raises as propose_order."""
    return [
        propose_order(
            supplier,
            warehouse_code=code,
            quantities=quantities,
            number=f"{number}-{place}" if number else "",
        )
        for place, (code, quantities) in enumerate(sorted(wanted.items()), start=1)
    ]
