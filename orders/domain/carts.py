"""A cart as a page or a program sees it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NewType

from catalog.domain.media import ImageView
from catalog.domain.promotions.payment_methods import PaymentMethod
from catalog.domain.promotions.traces import Trace
from catalog.domain.promotions.words import TraceLine, describe_applied, describe_trace
from orders.domain.problems import CartProblem, ProblemCode, describe_problem
from orders.domain.quantities import MAX_LINE_QUANTITY
from orders.domain.shipping import ShippingOption
from orders.domain.totals import LineTotals, TaxRule
from shop.accounts.domain.postal import PostalAddress
from shop.kernel.money import Money

GuestToken = NewType("GuestToken", str)
"""What a guest names a cart by; it opens no user's cart."""
CartKey = int | GuestToken


def is_token(text: str) -> bool:
    """Whether it looks like a token; anything else, such as a NUL in a cookie, never reaches the database."""
    return text.isascii() and text.replace("-", "").replace("_", "").isalnum()


MOST_WANTED_LINES = 100
"""How many lines a cart can be opened with at once."""


@dataclass(frozen=True, kw_only=True)
class WantedLine:
    """An article by its SKU, in any case, and how many of it."""

    sku: str
    quantity: int


@dataclass(frozen=True, kw_only=True)
class CartWish:
    """All that a program may know of a cart before there is one; what it does not know is empty."""

    currency: str
    language: str
    lines: Sequence[WantedLine] = ()
    email: str = ""
    address: PostalAddress | None = None
    shipping_method_code: str = ""


@dataclass(frozen=True, kw_only=True)
class CartLineView:
    """One line with its price trace: what was seen, what it costs now, and what is wrong with it."""

    line_id: int
    variant_id: int
    sku: str
    product_slug: str
    name: str
    variant_name: str
    options: tuple[tuple[str, str], ...]
    image: ImageView | None
    weight_grams: int
    quantity: int
    available_quantity: int
    seen_price: Money | None
    unit_price: Money | None
    compare_at: Money | None
    totals: LineTotals | None
    problems: tuple[CartProblem, ...]
    # Why it costs what it costs: each discount's share of this line, the price list, the next step for more of it.
    discounts: tuple[TraceLine, ...] = ()
    trace: Trace | None = None
    price_list: str = ""
    next_step: tuple[int, Money] | None = None
    lowest_before: Money | None = None
    is_digital: bool = False
    is_custom_made: bool = False
    is_fresh: bool = False

    @property
    def net(self) -> Money | None:
        """What the line comes to after its discounts."""
        return self.totals.subtotal - self.totals.discount if self.totals else None

    @property
    def is_counted(self) -> bool:
        """Whether the line can be bought at all and is part of the totals."""
        return self.totals is not None

    @property
    def max_quantity(self) -> int:
        """The most that can be chosen."""
        return max(1, min(MAX_LINE_QUANTITY, self.available_quantity))


@dataclass(frozen=True, kw_only=True)
class CouponView:
    """A code that was entered: whether it takes something off, and if not, why."""

    code: str
    is_applied: bool
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class CartView:
    """A whole cart; `shipping` and `tax` are None while the destination is unknown.

    `shipping` is what is paid for delivery; `shipping_discount` was taken off it before.
    """

    cart_id: int
    token: str
    currency: str
    lines: tuple[CartLineView, ...]
    subtotal: Money
    discount: Money
    shipping: Money | None
    shipping_tax: Money
    tax: Money | None
    tax_rule: TaxRule
    total: Money
    prices_include_tax: bool
    weight_grams: int
    shipping_options: tuple[ShippingOption, ...] = ()
    shipping_option: ShippingOption | None = None
    problems: tuple[CartProblem, ...] = ()
    missing_steps: tuple[str, ...] = field(default=())
    shipping_discount: Money | None = None
    trace: Trace = field(default_factory=lambda: Trace(currency=""))
    coupons: tuple[CouponView, ...] = ()
    # The way to pay that a discount was given for; the order holds the shopper to it.
    payment_method: str = ""
    # What there is to choose from, where a promotion asks for it; else it is chosen at the till.
    payment_choices: tuple[PaymentMethod, ...] = ()

    @property
    def goods(self) -> Money:
        """The articles after their discounts."""
        return self.subtotal - self.discount

    @property
    def list_shipping(self) -> Money | None:
        """Delivery before its discount."""
        if self.shipping is None or self.shipping_discount is None:
            return self.shipping
        return self.shipping + self.shipping_discount

    @property
    def promotions(self) -> tuple[TraceLine, ...]:
        """Every promotion that concerns the shopper, in words: what it took off, or what is missing for it."""
        return describe_trace(self.trace)

    @property
    def applied(self) -> tuple[TraceLine, ...]:
        """The promotions that took something off."""
        return describe_applied(self.trace)

    @property
    def offers(self) -> tuple[TraceLine, ...]:
        """The promotions that could still be had, each with what is missing."""
        return tuple(line for line in self.promotions if not line.is_applied and not line.coupon_code)

    @property
    def quantity(self) -> int:
        """How many articles in all."""
        return sum(line.quantity for line in self.lines)

    @property
    def all_problems(self) -> tuple[CartProblem, ...]:
        """The lines' problems, then the cart's own."""
        return (
            *(problem for line in self.lines for problem in line.problems),
            *self.problems,
        )

    @property
    def blocking_problems(self) -> tuple[CartProblem, ...]:
        """What must be mended before an order can be placed."""
        return tuple(problem for problem in self.all_problems if problem.is_blocking)

    @property
    def changed_prices(self) -> tuple[CartProblem, ...]:
        """Lines whose price is not the one that was last seen."""
        return tuple(problem for problem in self.all_problems if problem.code is ProblemCode.PRICE_CHANGED)

    @property
    def refused_coupons(self) -> tuple[CartProblem, ...]:
        """Codes that open nothing any more."""
        return tuple(problem for problem in self.problems if problem.code is ProblemCode.COUPON_REFUSED)

    @property
    def can_check_out(self) -> bool:
        """Whether there is something to buy and nothing in the way."""
        return bool(self.lines) and not self.blocking_problems


@dataclass(frozen=True, kw_only=True)
class LineFacts:
    """What is true of a line's article now, as far as buying it goes."""

    line_id: int
    sku: str
    name: str
    quantity: int
    available_quantity: int
    is_on_sale: bool
    seen_price: Money | None
    unit_price: Money | None


def find_line_problems(facts: LineFacts) -> tuple[CartProblem, ...]:
    """Compare what was asked and seen with what is true."""
    if not facts.is_on_sale:
        codes: Sequence[ProblemCode] = (ProblemCode.UNAVAILABLE,)
    elif facts.unit_price is None:
        codes = (ProblemCode.NOT_IN_CURRENCY,)
    else:
        codes = [code for code in (_judge_stock(facts), _judge_price(facts)) if code is not None]
    return tuple(_build_problem(code, facts) for code in codes)


def _judge_stock(facts: LineFacts) -> ProblemCode | None:
    if facts.available_quantity <= 0:
        return ProblemCode.SOLD_OUT
    return ProblemCode.FEWER_LEFT if facts.available_quantity < facts.quantity else None


def _judge_price(facts: LineFacts) -> ProblemCode | None:
    is_changed = facts.seen_price is not None and facts.seen_price != facts.unit_price
    return ProblemCode.PRICE_CHANGED if is_changed else None


def _build_problem(code: ProblemCode, facts: LineFacts) -> CartProblem:
    is_price = code is ProblemCode.PRICE_CHANGED
    return CartProblem(
        code=code,
        message=describe_problem(code, available_quantity=facts.available_quantity),
        line_id=facts.line_id,
        sku=facts.sku,
        name=facts.name,
        available_quantity=None if is_price else max(0, facts.available_quantity),
        old=facts.seen_price if is_price else None,
        new=facts.unit_price if is_price else None,
    )
