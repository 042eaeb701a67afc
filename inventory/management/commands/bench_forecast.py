"""manage.py bench_forecast: forecasts and replenishment tried on a past that is known."""

from argparse import ArgumentParser
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from time import perf_counter

from django.core.management.base import BaseCommand, CommandError

from inventory.gateways.demand_files import ItemHistory, read_histories
from inventory.gateways.forecasting import forecast_item
from inventory.services.buying.evaluation import (
    Trial,
    compare_forecasts,
    compare_policies,
    try_item,
)

CHUNK = 25
LEAST_SALES = 10


class Command(BaseCommand):
    """The command."""

    help = (
        "Forecast the last days of a file of order lines from the days before, and simulate ordering by it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", type=Path, help="CSV of order lines, gzip too")
        parser.add_argument("--hold-back", type=int, default=56, help="days that are held back (56)")
        parser.add_argument("--workers", type=int, default=2, help="processes (2)")
        parser.add_argument(
            "--most", type=int, default=0, help="only so many articles, those that bring most first"
        )
        parser.add_argument(
            "--speed",
            type=int,
            default=0,
            help="only measure: forecast so many articles, repeating the file's",
        )

    def handle(
        self, *, file: Path, hold_back: int, workers: int, most: int, speed: int, **_options: object
    ) -> None:
        """Run what was asked for."""
        histories = [
            row for row in read_histories(file) if sum(value > 0 for value in row.quantities) >= LEAST_SALES
        ]
        if not histories:
            raise CommandError("No article of this file has sold on ten days.")
        if speed:
            self._measure(histories, quantity=speed, workers=workers)
            return
        chosen = histories[: most or None]
        started = perf_counter()
        with ProcessPoolExecutor(workers) as pool:
            tried = list(pool.map(partial(_try_one, hold_back_days=hold_back), chosen, chunksize=CHUNK))
        trials = [trial for trial in tried if trial is not None]
        self.stdout.write(
            f"{len(trials)} articles of {file.parent.name}, {hold_back} days held back,"
            f" {perf_counter() - started:.0f} s"
        )
        self._show_forecasts(trials)
        self._show_policies(trials)

    def _measure(self, histories: Sequence[ItemHistory], *, quantity: int, workers: int) -> None:
        rows = [row.quantities for row in islice(cycle(histories), quantity)]
        started = perf_counter()
        with ProcessPoolExecutor(workers) as pool:
            made = sum(1 for _ in pool.map(forecast_item, rows, chunksize=CHUNK))
        seconds = perf_counter() - started
        used = getrusage(RUSAGE_CHILDREN)
        self.stdout.write(
            f"{made} forecasts in {seconds:.0f} s on {workers} processes"
            f" ({used.ru_utime + used.ru_stime:.0f} s of processor time)"
        )

    def _show_forecasts(self, trials: Sequence[Trial]) -> None:
        self.stdout.write("\n| forecast | weighted MASE | MASE | bias |\n| --- | ---: | ---: | ---: |")
        for row in compare_forecasts(trials):
            self.stdout.write(
                f"| {row.name} | {row.weighted_mase or 0:.3f} | {row.mase:.3f} | {row.bias:+.1%} |"
            )
        inside = sum(trial.inside_share for trial in trials) / len(trials)
        self.stdout.write(f"\ninside the 80 % band: {inside:.1%} of the days")

    def _show_policies(self, trials: Sequence[Trial]) -> None:
        self.stdout.write(
            "\n| rule | units served | value served | mean stock value | orders |\n| --- | ---: | ---: | ---: | ---: |"
        )
        for row in compare_policies(trials):
            self.stdout.write(
                f"| {row.name} | {row.fill_rate:.1%} | {row.value_fill_rate:.1%} | {row.stock_value:,.0f}"
                f" | {row.orders_quantity} |"
            )


def _try_one(row: ItemHistory, *, hold_back_days: int) -> Trial | None:
    return try_item(
        row.quantities, unit_price=row.unit_price, hold_back_days=hold_back_days, forecast=forecast_item
    )
