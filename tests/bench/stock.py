"""Stock under load: reservations against the bare UPDATE of the same server, and a soak that mixes all that moves stock.

Sixteen worker processes on fifty hot articles. `python -m tests.bench.stock` needs a database of its own.
"""

import argparse
import contextlib
import multiprocessing
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import django

WORKERS: Final = 16
ARTICLES: Final = 50
CART_LINES: Final = 3
_SECONDS: Final = 10
# Nobody sweeps here, and the next run on the same database must not find them lapsed.
LASTS: Final = timedelta(days=365)


@dataclass(kw_only=True)
class Outcome:
    """What all workers did, what went wrong, and how long single calls took (milliseconds)."""

    seconds: float
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Operations that were carried out, per second."""
        return sum(self.done.values()) / self.seconds

    def percentile(self, share: float) -> float:
        """A call's time that this share of the calls stayed below."""
        return sorted(self.times)[int(len(self.times) * share)] if self.times else 0.0


Operation = Callable[[random.Random, str], str]


@dataclass(frozen=True, kw_only=True)
class Scene:
    """The rows that the workers fight over."""

    variant_ids: list[int]
    warehouse_ids: list[int]
    bin_ids: list[int]


def build_scene(*, quantity: int = 1_000_000) -> Scene:
    """Fifty articles in two warehouses, half of them in a bin."""
    from shop.kernel.ids import new_token
    from tests.factories.inventory import make_bare_variant, make_bin, make_warehouse, put_stock

    tag = new_token()[:8]
    warehouses = [make_warehouse(f"{tag}-{priority}", priority=priority) for priority in (1, 2)]
    bins = [make_bin(warehouse) for warehouse in warehouses]
    variants = [make_bare_variant(f"{tag}-{number}") for number in range(ARTICLES)]
    for variant in variants:
        for warehouse, bin_ in zip(warehouses, bins, strict=True):
            put_stock(variant, warehouse=warehouse, quantity=quantity, bin_=bin_)
    return Scene(
        variant_ids=[variant.pk for variant in variants],
        warehouse_ids=[warehouse.pk for warehouse in warehouses],
        bin_ids=[bin_.pk for bin_ in bins],
    )


def run_workers(make_operation: Callable[[int], Operation], *, seconds: float) -> Outcome:
    """Sixteen processes at once for so long; each makes its own operation (called with its number)."""
    from django.db import connections

    from shop.kernel.ids import new_token

    # What has its hold or was booked before is not done again: a used database would measure only the looking.
    tag = new_token()[:8]
    connections.close_all()
    context = multiprocessing.get_context("fork")
    queue: Any = context.SimpleQueue()
    barrier = context.Barrier(WORKERS)
    workers = [
        context.Process(
            target=_work, args=(f"{tag}-{number}", number, make_operation, seconds, barrier, queue)
        )
        for number in range(WORKERS)
    ]
    for worker in workers:
        worker.start()
    total = Outcome(seconds=seconds)
    for _ in workers:
        part: Outcome = queue.get()
        total.done += part.done
        total.refused += part.refused
        total.errors += part.errors
        total.times += part.times
    for worker in workers:
        worker.join()
    return total


def _work(
    name: str,
    number: int,
    make_operation: Callable[[int], Operation],
    seconds: float,
    barrier: Any,
    queue: Any,
) -> None:
    from django.db import DatabaseError

    from shop.kernel.errors import DomainError

    outcome = Outcome(seconds=seconds)
    try:
        operation, dice = make_operation(number), random.Random(number)
        # Sessions of a shop live long: connecting, and planning what stays planned, is not what is measured.
        with contextlib.suppress(DomainError):
            operation(dice, f"{name}-0")
        barrier.wait(60)
        end, turn = time.monotonic() + seconds, 0
        while (start := time.monotonic()) < end:
            turn += 1
            try:
                outcome.done[operation(dice, f"{name}-{turn}")] += 1
            except DomainError as error:
                outcome.refused[error.code] += 1
            except DatabaseError as error:
                outcome.errors[str(error).splitlines()[0][:120]] += 1
            outcome.times.append((time.monotonic() - start) * 1000)
    except Exception as error:
        outcome.errors[repr(error)[:200]] += 1
        raise
    finally:
        queue.put(outcome)
        sys.stdout.flush()
        os._exit(0)


def make_bare_update(scene: Scene) -> Callable[[int], Operation]:
    """One conditional UPDATE of a hot row, committed by itself: the most that this server can do."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_level")
        cursor.execute(
            "CREATE TABLE bench_level (id int PRIMARY KEY, on_hand int NOT NULL, reserved int NOT NULL,"
            " CHECK (reserved >= 0 AND reserved <= on_hand))"
        )
        cursor.execute(
            "INSERT INTO bench_level SELECT n, 1000000000, 0 FROM generate_series(1, %s) n", [ARTICLES]
        )

    def make(_number: int) -> Operation:
        def update(dice: random.Random, _turn: str) -> str:
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE bench_level SET reserved = reserved + 1 WHERE id = %s AND on_hand - reserved >= 1",
                    [dice.randrange(ARTICLES) + 1],
                )
            return "update"

        return update

    return make


def make_reserve(scene: Scene, *, lines: int = 1) -> Callable[[int], Operation]:
    """A cart of so many hot articles, one piece of each, held by the service that the checkout calls."""
    from inventory.domain.requests import StockRequest
    from inventory.services.reservations import reserve_stock
    from shop.kernel.clock import now

    requests = [StockRequest(variant_id=variant_id, quantity=1) for variant_id in scene.variant_ids]
    expires_at = now() + LASTS

    def make(_number: int) -> Operation:
        def reserve(dice: random.Random, turn: str) -> str:
            cart = [dice.choice(requests)] if lines == 1 else dice.sample(requests, lines)
            reserve_stock(f"bench:{turn}", lines=cart, expires_at=expires_at, channel="web")
            return "reserve"

        return reserve

    return make


def describe_rate(name: str, outcome: Outcome, *, bare: Outcome, lines: int = 1) -> str:
    """Rate, share of the bare UPDATE and times of one kind of hold."""
    return (
        f"{name}: {outcome.rate:.0f}/s = {outcome.rate / bare.rate:.2f} of it"
        f" ({outcome.rate * lines:.0f} lines/s = {outcome.rate * lines / bare.rate:.2f}),"
        f" p50 {outcome.percentile(0.5):.0f} ms, p95 {outcome.percentile(0.95):.0f} ms"
    )


def main() -> int:
    """Both rates in one run, then the soak; 1 when anything went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=_SECONDS, help="of each rate")
    parser.add_argument("--soak", type=int, default=60, help="seconds of the soak; 0 leaves it out")
    given = parser.parse_args()
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from tests.bench.stock_soak import check_soak, run_soak

    scene = build_scene()
    bare = run_workers(make_bare_update(scene), seconds=given.seconds)
    reserve = run_workers(make_reserve(scene), seconds=given.seconds)
    cart = run_workers(make_reserve(scene, lines=CART_LINES), seconds=given.seconds)
    print(f"bare UPDATE, {WORKERS} workers, {ARTICLES} hot rows: {bare.rate:.0f}/s")
    print(describe_rate("reserve_stock (aim 0.30)", reserve, bare=bare))
    print(describe_rate(f"a cart of {CART_LINES} lines", cart, bare=bare, lines=CART_LINES))
    failed = any(outcome.errors or outcome.refused for outcome in (bare, reserve, cart))
    if given.soak:
        outcome = run_soak(scene, seconds=given.soak)
        problems = check_soak(outcome)
        print(
            f"soak of {given.soak} s: {outcome.rate:.0f}/s {dict(outcome.done)}, refused {dict(outcome.refused)}"
        )
        print(*problems or ["no lost update, no deadlock, nothing below zero"], sep="\n")
        failed = failed or bool(problems)
    return int(failed)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings.test")
    sys.exit(main())
