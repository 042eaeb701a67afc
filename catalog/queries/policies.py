"""What a product's page says about sending it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from catalog.domain.policies import ReturnPolicy, find_return_policy


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicyView:
    """How a product may come back, and what kind of goods it is."""

    returns: str = ReturnPolicy.STANDARD.value
    warranty_months: int = 0
    is_digital: bool = False
    is_custom_made: bool = False
    is_fresh: bool = False

    @property
    def is_returnable(self) -> bool:
        """Return whether it may come back without a reason."""
        return self.returns == ReturnPolicy.STANDARD


def build_policy(row: dict[str, Any]) -> PolicyView:
    """Return the policy of a product's row; a shop that says nothing means the standard one."""
    found = find_return_policy(
        own=row["return_policy"],
        of_type=row["type_return_policy"] or "",
        is_digital=row["is_digital"],
        is_custom_made=row["is_custom_made"],
        is_fresh=row["is_fresh"],
    )
    return PolicyView(
        returns=(found or ReturnPolicy.STANDARD).value,
        warranty_months=row["warranty_months"],
        is_digital=row["is_digital"],
        is_custom_made=row["is_custom_made"],
        is_fresh=row["is_fresh"],
    )
