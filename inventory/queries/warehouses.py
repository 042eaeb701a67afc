"""Which warehouses there are."""

from collections.abc import Collection

from inventory.models import Warehouse


def list_missing_codes(codes: Collection[str]) -> set[str]:
    """Those of the codes that name no warehouse; an empty one stands for the first active warehouse. One query."""
    known = dict(Warehouse.objects.values_list("code", "is_active"))
    missing = {code for code in codes if code and code not in known}
    if "" in codes and not any(known.values()):
        missing.add("")
    return missing
