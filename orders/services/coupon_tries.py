"""Entering a code where strangers may guess: wrong ones are counted per cart and address."""

from catalog.domain.promotions.errors import CouponRefused
from orders.models import Cart
from orders.services.carts import add_coupon
from shop.web.limits import check_tries, count_try


def try_coupon(cart_id: int, *, code: str, address: str) -> Cart:
    """Keep a code with the cart, as `add_coupon` does; raises TooMany after too many wrong ones, also for a right one."""
    callers = [f"cart:{cart_id}", *([f"ip:{address}"] if address else [])]
    check_tries("coupon", callers=callers)
    try:
        return add_coupon(cart_id, code=code)
    except CouponRefused:
        count_try("coupon", callers=callers)
        raise
