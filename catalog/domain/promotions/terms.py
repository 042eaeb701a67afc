"""What a promotion is made of: conditions that must hold and one action; plain data, the same in the database and here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

HUNDRED = Decimal(100)


class PromotionClass(StrEnum):
    """What a promotion takes its discount from; also the order in which they are worked out."""

    PRODUCT = "product"
    ORDER = "order"
    SHIPPING = "shipping"


CLASS_ORDER = (PromotionClass.PRODUCT, PromotionClass.ORDER, PromotionClass.SHIPPING)
GOODS = frozenset({PromotionClass.PRODUCT, PromotionClass.ORDER})


@dataclass(frozen=True, slots=True)
class Amounts:
    """An amount in each currency that the promotion works in."""

    by_currency: Mapping[str, Decimal]


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """Articles by their keys, such as ``category:kitchen`` or ``sku:MUG-1``; no keys: all articles."""

    include: frozenset[str] = frozenset()
    exclude: frozenset[str] = frozenset()

    def has(self, keys: frozenset[str]) -> bool:
        """Whether an article with these keys is meant."""
        return (not self.include or bool(self.include & keys)) and not self.exclude & keys


EVERYTHING = Target()
TARGET_KINDS = ("product", "sku", "category", "brand", "collection", "tag")


@dataclass(frozen=True, kw_only=True, slots=True)
class Minimum:
    """The goods (those of the target) come to at least so much."""

    kind: ClassVar[str] = "minimum"
    amounts: Amounts
    target: Target = EVERYTHING


@dataclass(frozen=True, kw_only=True, slots=True)
class MinimumQuantity:
    """At least so many articles (of the target) are in the cart."""

    kind: ClassVar[str] = "minimum_quantity"
    quantity: int
    target: Target = EVERYTHING


@dataclass(frozen=True, kw_only=True, slots=True)
class Tiers:
    """For customers of these tiers."""

    kind: ClassVar[str] = "tiers"
    names: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Segments:
    """For customers in any of these segments."""

    kind: ClassVar[str] = "segments"
    names: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Channels:
    """For orders that come in through these channels."""

    kind: ClassVar[str] = "channels"
    names: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class FirstOrder:
    """For a customer's first order."""

    kind: ClassVar[str] = "first_order"


@dataclass(frozen=True, kw_only=True, slots=True)
class Hours:
    """On these days of the week (Monday is 0), between these times of the shop's zone; past midnight when they cross it."""

    kind: ClassVar[str] = "hours"
    weekdays: frozenset[int] = frozenset(range(7))
    begins: time = time(0)
    ends: time = time(0)


@dataclass(frozen=True, kw_only=True, slots=True)
class PaymentMethods:
    """When it is paid in one of these ways."""

    kind: ClassVar[str] = "payment_methods"
    names: frozenset[str]


Condition = Minimum | MinimumQuantity | Tiers | Segments | Channels | FirstOrder | Hours | PaymentMethods


@dataclass(frozen=True, kw_only=True, slots=True)
class PercentOff:
    """A part of the price; as an order promotion it is one amount, split over the articles."""

    kind: ClassVar[str] = "percent_off"
    classes: ClassVar[frozenset[PromotionClass]] = GOODS
    percent: Decimal
    target: Target = EVERYTHING
    most: Amounts | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class AmountOff:
    """An amount off each article (product class) or once off all of them (order class)."""

    kind: ClassVar[str] = "amount_off"
    classes: ClassVar[frozenset[PromotionClass]] = GOODS
    amounts: Amounts
    target: Target = EVERYTHING


@dataclass(frozen=True, kw_only=True, slots=True)
class FixedPrice:
    """Each article costs so much, when that is less."""

    kind: ClassVar[str] = "fixed_price"
    classes: ClassVar[frozenset[PromotionClass]] = frozenset({PromotionClass.PRODUCT})
    amounts: Amounts
    target: Target = EVERYTHING


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """From a value of the goods on: an amount or a percentage off; exactly one of the two."""

    reached: Amounts
    amounts: Amounts | None = None
    percent: Decimal | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SpendSteps:
    """Spend more, save more: the highest step that is reached counts."""

    kind: ClassVar[str] = "spend_steps"
    classes: ClassVar[frozenset[PromotionClass]] = frozenset({PromotionClass.ORDER})
    steps: tuple[Step, ...]
    target: Target = EVERYTHING


@dataclass(frozen=True, kw_only=True, slots=True)
class BuyGet:
    """Buy so many of one kind, get so many of another reduced; the cheapest of those first."""

    kind: ClassVar[str] = "buy_get"
    classes: ClassVar[frozenset[PromotionClass]] = frozenset({PromotionClass.PRODUCT})
    buy_quantity: int
    get_quantity: int
    percent: Decimal = HUNDRED
    buy: Target = EVERYTHING
    get: Target | None = None
    most_times: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CheapestFree:
    """Of every so many articles, dearest first, the cheapest ones are reduced."""

    kind: ClassVar[str] = "cheapest_free"
    classes: ClassVar[frozenset[PromotionClass]] = frozenset({PromotionClass.PRODUCT})
    of_quantity: int
    free_quantity: int = 1
    percent: Decimal = HUNDRED
    target: Target = EVERYTHING


@dataclass(frozen=True, kw_only=True, slots=True)
class Gift:
    """So many of these articles cost nothing; they do not count towards the promotion's own minimum."""

    kind: ClassVar[str] = "gift"
    classes: ClassVar[frozenset[PromotionClass]] = frozenset({PromotionClass.PRODUCT})
    target: Target
    quantity: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """So many articles of a kind."""

    target: Target
    quantity: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Bundle:
    """All parts together at one price, as often as the cart holds them."""

    kind: ClassVar[str] = "bundle"
    classes: ClassVar[frozenset[PromotionClass]] = frozenset({PromotionClass.PRODUCT})
    parts: tuple[Part, ...]
    amounts: Amounts
    most_times: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class FreeShipping:
    """Delivery costs less or nothing; only these methods when some are named."""

    kind: ClassVar[str] = "free_shipping"
    classes: ClassVar[frozenset[PromotionClass]] = frozenset({PromotionClass.SHIPPING})
    percent: Decimal = HUNDRED
    most: Amounts | None = None
    methods: frozenset[str] = field(default=frozenset())


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupStep:
    """From so many people on: a percentage off."""

    people: int
    percent: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupPrice:
    """People who buy together within some hours pay less; the more they are, the less."""

    kind: ClassVar[str] = "group_price"
    classes: ClassVar[frozenset[PromotionClass]] = frozenset({PromotionClass.PRODUCT})
    steps: tuple[GroupStep, ...]
    group_hours: int
    target: Target
    # None: the smallest step's size. A group that ends with fewer people is released.
    minimum_people: int | None = None


Action = (
    PercentOff
    | AmountOff
    | FixedPrice
    | SpendSteps
    | BuyGet
    | CheapestFree
    | Gift
    | Bundle
    | FreeShipping
    | GroupPrice
)
CONDITIONS: tuple[type[Condition], ...] = (
    Minimum,
    MinimumQuantity,
    Tiers,
    Segments,
    Channels,
    FirstOrder,
    Hours,
    PaymentMethods,
)
ACTIONS: tuple[type[Action], ...] = (
    PercentOff,
    AmountOff,
    FixedPrice,
    SpendSteps,
    BuyGet,
    CheapestFree,
    Gift,
    Bundle,
    FreeShipping,
    GroupPrice,
)
