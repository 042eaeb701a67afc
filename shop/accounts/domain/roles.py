"""The operators' roles in words."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

ROLE_NAMES: Final[Mapping[str, Promise]] = {
    "merchandiser": pgettext_lazy("role", "Merchandiser"),
    "warehouse": pgettext_lazy("role", "Warehouse"),
    "buyer": pgettext_lazy("role", "Buyer"),
    "finance": pgettext_lazy("role", "Finance"),
    "service": pgettext_lazy("role", "Customer service"),
    "analyst": pgettext_lazy("role", "Analyst"),
    "owner": pgettext_lazy("role", "Owner"),
}


def describe_role(name: str) -> str:
    """Return a role's name in the reader's language; its code when the settings know more roles than this page."""
    return str(ROLE_NAMES.get(name) or name)
