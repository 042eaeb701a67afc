"""Which promotions a cart gets now: the rules from the catalogue, the facts from the cart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.db.models import Q
from django.utils.timezone import localtime

from catalog.domain.offers import Offer
from catalog.domain.promotions.evaluation import Evaluation, evaluate
from catalog.domain.promotions.facts import CartFacts, LineFacts, Rule, ShopperFacts
from catalog.domain.promotions.keys import build_customer_keys
from catalog.domain.promotions.payment_methods import list_payment_methods
from catalog.domain.promotions.reading import read_action
from catalog.domain.promotions.terms import PaymentMethods
from catalog.domain.promotions.traces import Reason, Trace
from catalog.queries.promotions.collections import asks_collections, list_collection_keys
from catalog.queries.promotions.customers import Standing, asks_first_order
from catalog.queries.promotions.rules import RuleBook, load_rules
from orders import locks
from orders.domain.shipping import ShippingOption
from orders.domain.states import OrderStatus
from orders.models import Cart, CartLine, Order
from shop.kernel.clock import now
from shop.kernel.money import Money

FIRST = -1
"""Before every promotion that a merchandiser numbers."""


@dataclass(frozen=True, kw_only=True)
class CartDiscounts:
    """What promotions take off a cart, by variant and off delivery; why; and which codes open nothing.

    `payment_method` is the way to pay that a discount was given for; `is_payment_asked` says that one is, or could be.
    """

    evaluation: Evaluation
    refused: Mapping[str, str]
    currency: str
    payment_method: str = ""
    is_payment_asked: bool = False

    def find(self, variant_id: int) -> Money:
        """Return what is taken off a variant's line."""
        return Money.from_minor(self.evaluation.lines.get(variant_id, 0), self.currency)

    @property
    def goods(self) -> Money:
        """What is taken off all lines."""
        return Money.from_minor(sum(self.evaluation.lines.values()), self.currency)

    @property
    def shipping(self) -> Money:
        """What is taken off delivery."""
        return Money.from_minor(self.evaluation.shipping_minor, self.currency)


def get_customer_keys(cart: Cart) -> tuple[str, ...]:
    """Return the names under which this shopper's uses are counted."""
    return build_customer_keys(user_id=cart.user_id, email=cart.email)


@dataclass(frozen=True, kw_only=True)
class DiscountPlan:
    """What a cart's discounts are worked out from; delivery is priced in between, because discounts may count for it."""

    facts: CartFacts
    book: RuleBook
    instant: datetime

    def work_out(self, option: ShippingOption | None = None) -> CartDiscounts:
        """Return what comes off with a way of delivery, or before one is chosen; no query."""
        facts = replace(
            self.facts,
            shipping_minor=option.price.to_minor() if option else None,
            shipping_method=option.code if option else "",
        )
        evaluation = evaluate(
            facts,
            self.book.rules,
            now=localtime(self.instant),
            floor_percent=settings.PROMOTION_FLOOR_PERCENT,
        )
        is_bound = _is_given_for_payment(self.book.rules, evaluation.trace)
        return CartDiscounts(
            evaluation=evaluation,
            refused=self.book.refused,
            currency=facts.currency,
            payment_method=facts.shopper.payment_method if is_bound else "",
            is_payment_asked=is_bound or _is_promised_for_payment(evaluation.trace),
        )


def plan_discounts(
    cart: Cart,
    lines: Sequence[CartLine],
    *,
    offers: Mapping[int, Offer],
    standing: Standing,
    is_exact: bool,
) -> DiscountPlan:
    """Gather what a cart's promotions ask; no query when nothing special is asked for, one when exact."""
    instant = now()
    book = load_rules(
        currency=cart.currency,
        now=instant,
        coupon_codes=cart.coupon_codes,
        customer_keys=get_customer_keys(cart),
        is_fresh=is_exact,
        group_promotion_id=cart.group_promotion_id,
    )
    if cart.group_promotion_id is not None:
        book = _fit_group(cart, book)
    facts = CartFacts(
        currency=cart.currency,
        lines=_build_lines(lines, offers, book.rules),
        shopper=ShopperFacts(
            tier=standing.tier,
            segments=standing.segments,
            is_first_order=_find_first(cart, is_exact=is_exact) if asks_first_order(book.rules) else None,
            channel=cart.channel,
            payment_method=_find_offered_method(cart),
        ),
    )
    return DiscountPlan(facts=facts, book=book, instant=instant)


def _fit_group(cart: Cart, book: RuleBook) -> RuleBook:
    """The group's price comes first, whatever else runs; who joins a group gets the terms that it was opened with."""
    terms = read_action(cart.group.terms) if cart.group is not None else None
    rules = tuple(
        replace(rule, priority=FIRST, action=terms or rule.action)
        if rule.id == cart.group_promotion_id
        else rule
        for rule in book.rules
    )
    return replace(book, rules=rules)


def _find_offered_method(cart: Cart) -> str:
    """What the shopper has chosen, while it is still offered."""
    if not cart.payment_method:
        return ""
    return cart.payment_method if cart.payment_method in {one.code for one in list_payment_methods()} else ""


def _is_given_for_payment(rules: Sequence[Rule], trace: Trace) -> bool:
    asking = {rule.id for rule in rules if any(isinstance(term, PaymentMethods) for term in rule.conditions)}
    return bool(asking) and any(entry.promotion_id in asking for entry in trace.applied)


def _is_promised_for_payment(trace: Trace) -> bool:
    """Whether some promotion misses nothing but the way to pay."""
    return any({cause.reason for cause in entry.causes} == {Reason.PAYMENT_METHOD} for entry in trace.entries)


def _build_lines(
    lines: Sequence[CartLine], offers: Mapping[int, Offer], rules: Sequence[Rule]
) -> tuple[LineFacts, ...]:
    owners = {offers[line.variant_id].product_id for line in lines}
    shelves = list_collection_keys(owners) if owners and asks_collections(rules) else {}
    return tuple(
        LineFacts(
            key=line.variant_id,
            unit_minor=price.to_minor(),
            quantity=line.quantity,
            keys=offer.keys | shelves.get(offer.product_id, frozenset()),
        )
        for line in lines
        if (price := (offer := offers[line.variant_id]).unit_price) is not None
    )


def _find_first(cart: Cart, *, is_exact: bool) -> bool | None:
    """Whether it would be the shopper's first order; None while nobody knows who it is.

    Exact, it is decided under a lock on the customer until commit: of two carts at once one is the first.
    """
    who = Q(user_id=cart.user_id) if cart.user_id else Q()
    if cart.email:
        who |= Q(email__iexact=cart.email)
    if not who:
        return None
    if is_exact:
        locks.lock_customer(get_customer_keys(cart))
    return not Order.objects.filter(who).exclude(status=OrderStatus.CANCELLED).exists()
