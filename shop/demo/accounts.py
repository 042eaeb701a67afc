"""The demo shop's people: one operator for each role, and a shopper."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Account:
    """A sign-in that `make run` prints."""

    role: str
    email: str
    password: str
    label: str


def _account(role: str, words: str, label: str) -> Account:
    return Account(role=role, email=f"{role}@example.com", password=f"{words}-42", label=label)


ACCOUNTS: Final = (
    _account("owner", "maple-lantern", "Operator: owner, sees and may do everything"),
    _account("merchandiser", "copper-orchard", "Operator: merchandiser, products and prices"),
    _account("buyer", "walnut-compass", "Operator: buyer, suppliers and purchase orders"),
    _account("warehouse", "timber-harbour", "Operator: warehouse, picks and ships"),
    _account("finance", "velvet-ledger", "Operator: finance, payments and differences"),
    _account("service", "gentle-river", "Operator: customer service, tickets and orders"),
    _account("analyst", "silver-meadow", "Operator: analyst, figures"),
    _account("shopper", "linen-garden", "Shopper: a customer with orders"),
)
OPERATORS: Final = tuple(account for account in ACCOUNTS if account.role != "shopper")
SHOPPER: Final = ACCOUNTS[-1]
