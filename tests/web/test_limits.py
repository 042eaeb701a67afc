"""Limits count for all processes together, and for each by itself while Valkey is away."""

import multiprocessing
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.test import RequestFactory
from pytest_django import Settings

from shop.kernel.errors import TooMany
from shop.kernel.ids import new_token
from shop.kernel.valkey import Valkey, get_valkey
from shop.web.addresses import find_client_network
from shop.web.limits import CallCounter, SharedCounter, count_try, parse_rate

SHARED = Valkey(settings.REDIS_URL, seconds=5)


def make_counter(*, prefix: str = "", url: str = "", seconds: float = 5) -> SharedCounter:
    return SharedCounter(Valkey(url or settings.REDIS_URL, seconds=seconds), prefix=prefix or new_token())


def count_in_another_process(prefix: str) -> int:
    """In a child of this process, which must not speak over its parent's connection."""
    with multiprocessing.get_context("fork").Pool(1) as pool:
        return pool.apply(_count_four, [prefix])


def _count_four(prefix: str) -> int:
    counter = SharedCounter(SHARED, prefix=prefix)
    return sum(counter.take("ip:1", most=5, window=86400).is_kept for _ in range(4))


def test_two_processes_count_together() -> None:
    prefix = new_token()
    mine = SharedCounter(SHARED, prefix=prefix)
    assert [mine.take("ip:1", most=5, window=86400).remaining for _ in range(3)] == [4, 3, 2]
    assert count_in_another_process(prefix) == 2
    assert mine.take("ip:1", most=5, window=86400).is_kept is False
    assert mine.take("ip:2", most=5, window=86400).is_kept is True


def test_rivals_at_the_same_moment_get_what_there_is_and_no_more() -> None:
    counter = make_counter()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: counter.take("ip:1", most=10, window=86400).is_kept, range(80)))
    assert answers.count(True) == 10


def test_of_a_large_limit_a_process_takes_some_at_once_and_never_more_than_there_is() -> None:
    prefix = new_token()
    mine, other = make_counter(prefix=prefix), make_counter(prefix=prefix)
    assert [mine.take("ip:1", most=900, window=86400).remaining for _ in range(4)] == [899, 898, 897, 896]
    # The other sees both lots of three; the rest of the second is still mine.
    assert other.take("ip:1", most=900, window=86400).remaining == 893
    kept = sum(counter.take("ip:1", most=900, window=86400).is_kept for counter in [mine, other] * 500)
    assert kept == 895
    assert mine.take("ip:1", most=900, window=86400).remaining == 0


def test_a_limit_that_was_lowered_counts_at_once() -> None:
    counter = make_counter()
    counter.take("ip:1", most=900, window=86400)
    assert [counter.take("ip:1", most=5, window=86400).is_kept for _ in range(3)] == [True, True, False]


def test_a_lot_ends_with_its_window() -> None:
    prefix = new_token()
    counter = make_counter(prefix=prefix)
    assert counter.take("ip:1", most=900, window=1).is_kept
    time.sleep(1.1)
    assert counter.take("ip:1", most=900, window=1).is_kept
    count = get_valkey(settings.REDIS_URL).ask("HGET", f"{prefix}:limit:ip:1", "count")
    assert int(count) == 3  # a new lot, in the new window


@pytest.mark.parametrize("url", ["", "redis://127.0.0.1:1/0"])
def test_what_is_given_back_was_not_counted_and_no_more_than_was(url: str) -> None:
    """Together, and alone while Valkey is away."""
    counter = make_counter(url=url, seconds=5 if not url else 0.1)
    counter.give_back("ip:1", window=86400)
    assert [counter.take("ip:1", most=1, window=86400).is_kept for _ in range(2)] == [True, False]
    for _ in range(3):
        counter.give_back("ip:1", window=86400)
    assert [counter.take("ip:1", most=1, window=86400).is_kept for _ in range(2)] == [True, False]


@pytest.mark.parametrize(("age", "is_kept"), [(0, False), (1, None), (2, True)])
def test_the_window_before_counts_in_proportion_and_the_one_before_that_no_more(
    age: int, is_kept: bool | None
) -> None:
    """Ten calls ``age`` windows ago; of the window before, as much counts as this one has yet to pass."""
    prefix, window, most = new_token(), 86400, 10
    number, passed = divmod(int(get_valkey(settings.REDIS_URL).ask("TIME")[0]), window)
    key = f"{prefix}:limit:ip:1"
    get_valkey(settings.REDIS_URL).ask("HSET", key, "window", number - age, "count", 10, "before", 0)
    limit = make_counter(prefix=prefix).take("ip:1", most=most, window=window)
    used = 10 * (1 - passed / window)
    assert limit.is_kept is (used + 1 <= most if is_kept is None else is_kept)
    assert limit.reset_seconds == pytest.approx(window - passed, abs=2)


def test_what_is_counted_ends_by_itself() -> None:
    prefix = new_token()
    make_counter(prefix=prefix).take("ip:1", most=5, window=60)
    assert 0 < get_valkey(settings.REDIS_URL).ask("PTTL", f"{prefix}:limit:ip:1") <= 120_000


def test_without_valkey_each_process_counts_by_itself() -> None:
    counter = make_counter(url="redis://127.0.0.1:1/0", seconds=0.1)
    started_at = time.monotonic()
    assert [counter.take("ip:1", most=2, window=86400).is_kept for _ in range(3)] == [True, True, False]
    assert time.monotonic() - started_at < 0.3


def test_the_own_counter_slides_too() -> None:
    counter = CallCounter()
    assert [counter.take("a", most=2, window=60, at=600.0).is_kept for _ in range(3)] == [True, True, False]
    assert counter.take("a", most=2, window=60, at=660.0).is_kept is False
    assert counter.take("a", most=2, window=60, at=695.0).is_kept is True
    assert counter.take("a", most=2, window=60, at=780.0).remaining == 1


def test_too_many_says_how_long(settings: Settings) -> None:
    settings.GUEST_RATES = {"help": "1/h"}
    count_try("help", callers=["ip:1"])
    with pytest.raises(TooMany) as refused:
        count_try("help", callers=["ip:1"])
    assert 1 <= refused.value.wait_seconds <= 3600


@pytest.mark.parametrize(
    ("rate", "parsed"), [("600/min", (600, 60)), ("10/10m", (10, 600)), ("1/d", (1, 86400))]
)
def test_rates_are_calls_and_seconds(rate: str, parsed: tuple[int, int]) -> None:
    assert parse_rate(rate) == parsed


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("", ""),
    ],
)
def test_a_customer_of_a_provider_is_one_caller(rf: RequestFactory, address: str, network: str) -> None:
    assert find_client_network(rf.get("/", REMOTE_ADDR=address)) == network
