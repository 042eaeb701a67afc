"""The accounts' tables."""

from shop.accounts.models.address import Address
from shop.accounts.models.user import User

__all__ = ["Address", "User"]
