"""Which class an article has in a warehouse: set by the buyers' nightly job."""

from inventory.models import ItemPlan


def list_abc_classes(warehouse_id: int) -> dict[int, str]:
    """Variant to A, B or C; what has no class yet is left out. One query."""
    return dict(
        ItemPlan.objects.filter(warehouse_id=warehouse_id).values_list("variant_id", "abc_class").order_by()
    )
