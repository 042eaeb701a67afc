"""Entering a code where strangers may guess: wrong ones are counted per cart and address."""

from collections.abc import Iterator
from contextlib import contextmanager

from orders.models import Cart
from orders.services.carts import add_coupon
from shop.kernel.transactions import forbid_transaction
from shop.web.limits import count_try, give_back_try


def try_coupon(cart_id: int, *, code: str, address: str) -> Cart:
    """Keep a code with the cart, as `add_coupon` does; raises TooMany after too many wrong ones, also for a right one."""
    with counted_try(cart_id, address=address):
        return add_coupon(cart_id, code=code)


@contextmanager
def counted_try(cart_id: int, *, address: str) -> Iterator[None]:
    """Count a try around the transaction that keeps the code; raises TooMany. A right one is not counted in the end.

    Counted before anybody knows whether it is right: of a hundred tries at once, no more than the limit are answered.
    """
    forbid_transaction()
    callers = [f"cart:{cart_id}", *([f"ip:{address}"] if address else [])]
    count_try("coupon", callers=callers)
    yield
    give_back_try("coupon", callers=callers)
