"""What the demo's shoppers will do: who orders when, and how it goes; the same choices on every run."""

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Final

from shop.demo.services.customers import CUSTOMERS, Customer

DAYS: Final = 30
SHOPPER_EVERY: Final = 16
CANCELLED_EVERY: Final = 29
DECLINED_EVERY: Final = 17
LAPSED_EVERY: Final = 23


class Course(Enum):
    """How an order goes."""

    SMOOTH = auto()
    DECLINED_FIRST = auto()
    CANCELLED = auto()
    UNPAID = auto()
    CLOSED_DOOR = auto()
    LOST = auto()
    LATE = auto()


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One order to be: when, by whom, how it goes. `is_shopper` orders belong to the demo shopper's account.

    `sku` is an article that is among what is ordered, if the shop has it.
    """

    number: int
    placed_at: datetime
    customer: Customer
    course: Course
    seed: int
    is_shopper: bool = False
    sku: str = ""

    @property
    def key(self) -> str:
        """Names the order's payment, so that a second load knows it."""
        return f"demo-order-{self.number}"

    @property
    def shipped_at(self) -> datetime:
        """About a day later; to the hour for those that must be at a certain point of their way by now."""
        is_timed = self.course in {Course.CLOSED_DOOR, Course.LOST}
        return self.placed_at + timedelta(hours=24 if is_timed else 22 + self.seed % 5)


PERISHABLE: Final = "HV-FHW997-300M"
"""Its older lot expires soon, so that the walk to pick it shows which lot is taken first."""
# Hours ago, and what is among it: the moments that today's work needs, whatever else the month brought.
_TODAY: Final = (
    (Course.CLOSED_DOOR, 73.0, ""),
    (Course.LOST, 86.0, ""),
    (Course.LATE, 60.0, ""),
    (Course.SMOOTH, 20.0, ""),
    (Course.SMOOTH, 9.0, ""),
    (Course.SMOOTH, 3.0, PERISHABLE),
    (Course.UNPAID, 0.2, ""),
    (Course.UNPAID, 0.1, ""),
)


def build_plans(instant: datetime, *, quantity: int) -> list[Plan]:
    """`quantity` orders over the last days, a few more each week, and at the end the ones that today is about."""
    chance = random.Random(2026)
    placed = [_draw_instant(chance, instant) for _ in range(max(0, quantity - len(_TODAY)))]
    plans = [_plan(number, at, _course(number)) for number, at in enumerate(sorted(placed), start=1)]
    for offset, (course, hours, sku) in enumerate(_TODAY, start=len(plans) + 1):
        plans.append(replace(_plan(offset, instant - timedelta(hours=hours), course), sku=sku))
    return plans[-quantity:]


def _draw_instant(chance: random.Random, instant: datetime) -> datetime:
    days = DAYS * (1 - chance.random() ** 0.8) + 0.1
    hour = min(22.5, max(6.5, chance.gauss(15.5, 4.0)))
    day = (instant - timedelta(days=days)).replace(hour=0, minute=0, second=0, microsecond=0)
    return min(day + timedelta(hours=hour, seconds=chance.randrange(3600)), instant - timedelta(hours=4))


def _course(number: int) -> Course:
    for every, course in (
        (CANCELLED_EVERY, Course.CANCELLED),
        (LAPSED_EVERY, Course.UNPAID),
        (DECLINED_EVERY, Course.DECLINED_FIRST),
    ):
        if number % every == 0:
            return course
    return Course.SMOOTH


def _plan(number: int, placed_at: datetime, course: Course) -> Plan:
    return Plan(
        number=number,
        placed_at=placed_at,
        customer=CUSTOMERS[number * 5 % len(CUSTOMERS)],
        course=course,
        seed=number * 7919,
        is_shopper=number % SHOPPER_EVERY == 0,
    )
