"""Measure pages, API and checkouts as ratios to a bare Django view on the same server in the same run.

``python -m tests.bench [--products N] [--seconds S] [--rounds R] [--out FILE]``; ``make bench`` brings the servers.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.shopfront"

import django

django.setup()

from django.core.management import call_command  # noqa: E402  models load after setup

from catalog.models import Category  # noqa: E402  models load after setup
from shop.demo.services.setup import ensure_shipping  # noqa: E402  models load after setup
from tests.bench import load  # noqa: E402  models load after setup
from tests.bench.servers import serve  # noqa: E402  models load after setup

CONNECTIONS = 8
AIMS = {
    "category, cached": 0.5,
    "product, cached": 0.5,
    "category, uncached": 0.08,
    "product, uncached": 0.08,
    "API list, uncached": 0.2,
    "API product, uncached": 0.2,
    "guest checkout in five calls (orders)": 0.02,
    "guest checkout in two calls (orders)": 0.02,
}


def run_wrk(url: str, *, seconds: int, script: str = "", **env: str) -> float:
    """Requests per second; a run with errors counts for nothing."""
    scripts = ["-s", str(Path(__file__).with_name(script))] if script else []
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", *scripts, url]
    out = subprocess.run(
        command, capture_output=True, text=True, check=True, env={**os.environ, **env}
    ).stdout
    if "Non-2xx" in out or "Socket errors" in out:
        raise SystemExit(f"errors while measuring {url}:\n{out}")
    found = re.search(r"Requests/sec:\s+([\d.]+)", out)
    return float(found.group(1)) if found else 0.0


def run_checkouts(base: str, *, calls: int, seconds: int, products: int) -> float:
    """Orders per second: as many guests at a time as elsewhere, one connection each; the cart in four calls or in one."""
    env = {
        **os.environ,
        "BENCH_SKU_PREFIX": "B",
        "BENCH_SPREAD": str(products),
        "BENCH_CALLS": str(calls),
    }
    script = str(Path(__file__).with_name("checkout.lua"))
    command = ["wrk", f"-t{CONNECTIONS}", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", script, base]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    found = re.search(r"orders=(\d+) failures=(\d+) seconds=([\d.]+)", done.stdout)
    if not found or int(found.group(2)):
        raise SystemExit(f"checkouts failed:\n{done.stdout}{done.stderr}")
    return int(found.group(1)) / float(found.group(3))


def list_cases(
    cached: str, plain: str, *, leaf: str, products: int, seconds: int
) -> dict[str, Callable[[], float]]:
    """What is measured, on the server that keeps pages and on the one that keeps none: each a rate per second."""
    paths = {
        "category": f"/c/{leaf}/",
        "product": "/p/bench-77/",
        "API list": "/api/v1/products/",
        "API product": "/api/v1/products/bench-77/",
    }
    leaves = load.TOPS * load.SUBS * load.LEAVES
    return {
        "category, cached": lambda: run_wrk(cached + paths["category"], seconds=seconds),
        "product, cached": lambda: run_wrk(cached + paths["product"], seconds=seconds),
        "home, cached": lambda: run_wrk(cached + "/", seconds=seconds),
        "search, cached": lambda: run_wrk(cached + "/search/?q=number", seconds=seconds),
        "category, uncached": lambda: run_wrk(plain + paths["category"], seconds=seconds),
        "product, uncached": lambda: run_wrk(plain + paths["product"], seconds=seconds),
        "category, uncached, all in turn": lambda: run_wrk(
            plain, seconds=seconds, script="rotate.lua", BENCH_KIND="category", BENCH_SPREAD=str(leaves)
        ),
        "product, uncached, all in turn": lambda: run_wrk(
            plain, seconds=seconds, script="rotate.lua", BENCH_KIND="product", BENCH_SPREAD=str(products)
        ),
        "search, uncached": lambda: run_wrk(plain + "/search/?q=sage", seconds=seconds),
        "API list, uncached": lambda: run_wrk(plain + paths["API list"], seconds=seconds),
        "API product, uncached": lambda: run_wrk(plain + paths["API product"], seconds=seconds),
        "guest checkout in five calls (orders)": lambda: run_checkouts(
            plain, calls=5, seconds=seconds * 2, products=products
        ),
        "guest checkout in two calls (orders)": lambda: run_checkouts(
            plain, calls=2, seconds=seconds * 2, products=products
        ),
    }


def measure(products: int, *, seconds: int, rounds: int) -> dict[str, tuple[float, float]]:
    """Per case: requests per second and the ratio to the yardstick, medians over the rounds."""
    leaf = Category.objects.filter(depth=3).order_by("pk")[0].path
    figures: dict[str, list[tuple[float, float]]] = {}
    with ExitStack() as stack:
        bare = stack.enter_context(serve("tests.bench.bare:application", ready="/"))
        cached = stack.enter_context(
            serve("shop.wsgi:application", ready="/health/ready", PUBLIC_PAGE_SECONDS="3")
        )
        plain = stack.enter_context(
            serve("shop.wsgi:application", ready="/health/ready", PUBLIC_PAGE_SECONDS="0")
        )
        cases = list_cases(cached, plain, leaf=leaf, products=products, seconds=seconds)
        for number in range(rounds):
            for name, case in cases.items():
                yardstick = run_wrk(bare + "/", seconds=max(2, seconds // 2))
                rate = case()
                figures.setdefault(name, []).append((rate, rate / yardstick))
                print(
                    f"round {number + 1}: {name}: {rate:.1f}/s, {rate / yardstick:.3f} of {yardstick:.0f}/s",
                    flush=True,
                )
    return {
        name: (statistics.median(rate for rate, _ in rows), statistics.median(ratio for _, ratio in rows))
        for name, rows in figures.items()
    }


def write_table(figures: dict[str, tuple[float, float]], *, products: int) -> str:
    lines = [
        f"{products} products with {load.VARIANTS} variants in {load.TOPS * load.SUBS * load.LEAVES} leaf categories.",
        "",
        "| case | per second | of a bare view | aim |",
        "| --- | ---: | ---: | ---: |",
    ]
    for name, (rate, ratio) in figures.items():
        lines.append(f"| {name} | {rate:.1f} | {ratio:.3f} | {AIMS.get(name, '')} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--products", type=int, default=load.PRODUCTS)
    parser.add_argument("--seconds", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    ensure_shipping()
    with tempfile.TemporaryDirectory() as folder:
        load.load(Path(folder), products=options.products)
    table = write_table(
        measure(options.products, seconds=options.seconds, rounds=options.rounds), products=options.products
    )
    print(table)
    if options.out:
        options.out.write_text(table + "\n")


if __name__ == "__main__":
    main()
