"""Entering a code where strangers may guess: wrong ones are counted per cart and address."""

from orders.models import Cart
from orders.services.carts import add_coupon
from shop.web.limits import count_try, give_back_try


def try_coupon(cart_id: int, *, code: str, address: str) -> Cart:
    """Keep a code with the cart, as `add_coupon` does; raises TooMany after too many wrong ones, also for a right one.

    Counted before anybody knows whether it is right: of a hundred tries at once, no more than the limit are answered.
    """
    callers = [f"cart:{cart_id}", *([f"ip:{address}"] if address else [])]
    count_try("coupon", callers=callers)
    cart = add_coupon(cart_id, code=code)
    give_back_try("coupon", callers=callers)
    return cart
