"""The places where stock lies, and when each shelf must be filled up."""

from inventory.models import StockLevel, Warehouse
from shop.kernel.transactions import transactional


@transactional
def ensure_warehouse(code: str, *, name: str, country: str, priority: int) -> bool:
    """Open a warehouse under this code unless there is one, which stays as it is; whether it is new. May be repeated."""
    facts = {"name": name, "country": country, "priority": priority}
    _warehouse, is_new = Warehouse.objects.get_or_create(code=code, defaults=facts)
    return is_new


@transactional
def fill_reorder_points(*, point: int, quantity: int) -> int:
    """Give every shelf without a reorder point this one; the number of shelves. May be repeated."""
    unset = StockLevel.objects.filter(reorder_point=0)
    return unset.update(reorder_point=point, reorder_quantity=quantity)
