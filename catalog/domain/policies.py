"""What may come back: the return policy that a product has, said outright or following from what it is."""

from __future__ import annotations

from enum import StrEnum


class ReturnPolicy(StrEnum):
    """What a shopper may send back; the deadlines themselves belong to orders."""

    STANDARD = "standard"
    QUALITY_ONLY = "quality_only"


def find_return_policy(
    *, own: str, of_type: str, is_digital: bool, is_custom_made: bool, is_fresh: bool
) -> ReturnPolicy | None:
    """Return the policy that counts, or None when nobody has said one.

    Digital, custom-made and fresh goods come back only when something is wrong with them, whatever else is said.
    """
    if is_digital or is_custom_made or is_fresh:
        return ReturnPolicy.QUALITY_ONLY
    said = own or of_type
    return ReturnPolicy(said) if said else None
