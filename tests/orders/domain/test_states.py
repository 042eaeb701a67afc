"""The whole table of each axis, state by state."""

import pytest

from orders.domain.states import FULFILMENT_TRANSITIONS, ORDER_TRANSITIONS, PAYMENT_TRANSITIONS
from shop.kernel.errors import NotAllowed
from shop.kernel.states import TransitionTable

ALLOWED = {
    "order": {
        ("pending", "confirmed"),
        ("pending", "cancelled"),
        ("confirmed", "completed"),
        ("confirmed", "cancelled"),
    },
    "payment": {
        ("unpaid", "processing"),
        ("unpaid", "paid"),
        ("processing", "unpaid"),
        ("processing", "paid"),
        ("paid", "partially_refunded"),
        ("paid", "refunded"),
        ("partially_refunded", "refunded"),
        ("partially_refunded", "paid"),
        ("refunded", "partially_refunded"),
        ("refunded", "paid"),
    },
    "fulfilment": {
        ("unfulfilled", "allocated"),
        ("unfulfilled", "partially_shipped"),
        ("unfulfilled", "shipped"),
        ("allocated", "unfulfilled"),
        ("allocated", "partially_shipped"),
        ("allocated", "shipped"),
        ("partially_shipped", "shipped"),
        ("shipped", "delivered"),
    },
}


@pytest.mark.parametrize("table", [ORDER_TRANSITIONS, PAYMENT_TRANSITIONS, FULFILMENT_TRANSITIONS])
def test_exactly_the_declared_edges_are_allowed(table: TransitionTable) -> None:
    moved = set()
    for old in table.edges:
        for new in table.edges:
            try:
                if table.check(old, new):
                    moved.add((old, new))
            except NotAllowed:
                continue
    assert moved == ALLOWED[table.axis]


def test_refusal_names_both_states_in_words() -> None:
    with pytest.raises(NotAllowed) as caught:
        ORDER_TRANSITIONS.check("cancelled", "confirmed")
    assert str(caught.value) == "“Cancelled” cannot become “Confirmed”."
