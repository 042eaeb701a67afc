"""References under which stock is held, as people call them."""

from inventory.domain.partner_holds import find_partner


def name_reference(reference: str) -> str:
    """`order:S1` and `order:S1:2` are S1, `partner:5:A-1` is the partner's A-1; anything else is itself."""
    parts = reference.split(":")
    if find_partner(reference) is not None:
        return ":".join(parts[2:])
    return parts[1] if len(parts) > 1 and parts[0] == "order" else reference
