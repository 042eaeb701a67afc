"""A hundred rivals for ten uses; and the twin without the conditional update, which gives more away."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connections

from catalog.domain.promotions.errors import PromotionGone
from catalog.models import Coupon, Redemption
from catalog.services.promotions import redemptions
from catalog.services.promotions.redemptions import redeem_promotions, release_redemptions
from shop.kernel.invariants import check_invariants
from tests.catalog.services.promotions.test_redemptions import trace_of
from tests.factories.promotions import make_coupon

pytestmark = pytest.mark.django_db(transaction=True)
RIVALS = 100
WORKERS = 16
LIMIT = 10


@pytest.fixture
def coupon() -> Coupon:
    return make_coupon("TEN", usage_limit=LIMIT, per_customer_limit=1)


def race(act: Callable[[int], object], rivals: int, workers: int) -> list[object]:
    def run(index: int) -> object:
        try:
            return act(index)
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(run, range(rivals)))


def use(coupon: Coupon) -> Callable[[int], object]:
    trace = trace_of(coupon.promotion, code=coupon.code)

    def act(index: int) -> object:
        return redeem_promotions(f"order:{index}", trace=trace, customer_keys=(f"email:{index}",))

    return act


def test_a_hundred_at_once_for_ten_uses_are_ten(coupon: Coupon) -> None:
    answers = race(use(coupon), RIVALS, WORKERS)
    refused = [answer for answer in answers if isinstance(answer, Exception)]
    assert {type(answer) for answer in refused} == {PromotionGone}
    assert len(refused) == RIVALS - LIMIT
    coupon.refresh_from_db()
    assert (coupon.used_quantity, Redemption.objects.count()) == (LIMIT, LIMIT)
    assert [found.code for found in check_invariants() if found.code == "I17"] == []


def test_uses_given_back_meanwhile_are_counted_right(coupon: Coupon) -> None:
    trace = trace_of(coupon.promotion, code=coupon.code)

    def act(index: int) -> object:
        reference = f"order:{index}"
        redeem_promotions(reference, trace=trace, customer_keys=(f"email:{index}",))
        return release_redemptions(reference) if index % 2 else 0

    race(act, 40, WORKERS)
    held = Redemption.objects.exclude(state="released").count()
    coupon.refresh_from_db()
    assert coupon.used_quantity == held <= LIMIT
    assert [found.code for found in check_invariants() if found.code == "I17"] == []


@pytest.fixture
def no_condition() -> Iterator[None]:
    """Read, then write: as if the conditional update had been forgotten; all have read before one writes."""
    meeting = Barrier(4)

    def take(rows: Any, column: str, quantity: int, limit: str, use: Any) -> None:
        row = rows.get()
        meeting.wait(timeout=10)
        if getattr(row, column) + quantity > getattr(row, limit):
            raise PromotionGone(titles={})
        rows.update(**{column: getattr(row, column) + quantity})

    with patch.object(redemptions, "_take", take):
        yield


@pytest.mark.usefixtures("no_condition")
def test_twin_without_the_condition_gives_more_than_there_is() -> None:
    coupon = make_coupon("ONE", usage_limit=1)
    answers = race(use(coupon), 4, 4)
    assert [type(answer) for answer in answers] == [list] * 4
    assert Redemption.objects.count() == 4
    assert [found.code for found in check_invariants() if found.code == "I17"] == ["I17"]
