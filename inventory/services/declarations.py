"""Stock that a file declares: believed until somebody has counted."""

from django.utils.translation import gettext as _

from inventory.domain.requests import StockLine
from inventory.models import StockMovement, Warehouse
from inventory.services.corrections import set_stock
from shop.kernel.errors import NotFound
from shop.kernel.transactions import transactional

SOURCE_TYPE = "declaration"


@transactional
def declare_stock(
    variant_id: int, *, warehouse_code: str, quantity: int, source_id: str, is_forced: bool = False
) -> bool:
    """Sets the level to what was declared; False when the shelf has a history already (unless forced).

    An empty code stands for the first active warehouse. Locks the level, publishes StockChanged, raises NotFound for an
    unknown warehouse. May be repeated per source.
    """
    warehouse = _find_warehouse(warehouse_code)
    history = StockMovement.objects.filter(variant_id=variant_id, warehouse=warehouse)
    if not is_forced and history.exists():
        return False
    line = StockLine(variant_id=variant_id, warehouse_id=warehouse.pk, quantity=quantity)
    return (
        set_stock([line], source_type=SOURCE_TYPE, source_id=source_id, reason=_("Declared by an import")) > 0
    )


def _find_warehouse(code: str) -> Warehouse:
    known = Warehouse.objects.filter(code=code) if code else Warehouse.objects.active()
    warehouse = known.first()
    if warehouse is None:
        raise NotFound(_("There is no warehouse %(code)s.") % {"code": code}, field="warehouse_code")
    return warehouse
