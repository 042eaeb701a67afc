"""Build a million products and measure category and search pages: ``python -m tests.bench.catalogue [--products N] [--keep]``.

``--keep`` builds nothing: it measures the products that stand in the database, in a few minutes.

Server time is the whole request in one process without a network: middleware, view, statements, template. Beside the
clock the processor's own time is told (ours and the database's), which a busy machine does not lengthen.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.shopfront"
os.environ["PUBLIC_PAGE_SECONDS"] = "0"

import django

django.setup()

from django.core.management import call_command  # noqa: E402  models load after setup
from django.db import connection  # noqa: E402  models load after setup
from django.test import Client  # noqa: E402  models load after setup
from django.test.utils import CaptureQueriesContext  # noqa: E402  models load after setup
from django.utils.http import urlencode  # noqa: E402  models load after setup

from catalog.models import Listing, SearchWord  # noqa: E402  models load after setup
from tests.bench import million, words  # noqa: E402  models load after setup

PRODUCTS = 1_000_000
AIM_MILLISECONDS = 60.0
REQUESTS = 150


@dataclass
class Figures:
    """What the requests of one kind took, in milliseconds."""

    clock: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    statements: set[int] = field(default_factory=set)


def list_category_addresses(chance: random.Random) -> list[str]:
    """Shelves of all three levels, narrowed, sorted and turned as shoppers do."""
    addresses = []
    for number in range(REQUESTS):
        leaf = chance.randrange(200)
        path = "/".join([f"top{leaf // 25}", f"sub{leaf // 5}", f"leaf{leaf}"][: 1 + number % 3])
        kind = number % 10
        query: dict[str, object] = {}
        if kind in {3, 4}:
            query["option"] = f"color:{chance.choice(words.COLOURS).split('|')[0]}"
        if kind == 5:
            query["brand"] = f"brand-{chance.randrange(400)}"
        if kind in {6, 7}:
            query["sort"] = chance.choice(["price", "-price", "newest", "name"])
        if kind == 8:
            query |= {"stock": 1, "min": 20, "max": 80}
        if kind == 9:
            query["page"] = chance.randrange(2, 20)
        addresses.append(f"/c/{path}/" + (f"?{urlencode(query)}" if query else ""))
    return addresses


def list_search_addresses(chance: random.Random) -> list[str]:
    """One to three words in both languages, beginnings, mistypings, article numbers, and what stands nowhere."""
    models = list(SearchWord.objects.filter(document_quantity__lt=400).values_list("word", flat=True)[:3000])
    addresses = []
    for number in range(REQUESTS):
        adjective, material, noun = (
            chance.choice(one).split("|") for one in (words.ADJECTIVES, words.MATERIALS, words.NOUNS)
        )
        term = [
            noun[0],
            f"{material[0]} {noun[0]}",
            f"{adjective[0]} {material[0]} {noun[0]}",
            noun[1],
            f"{material[1]}{noun[1]}",
            noun[0][:4],
            noun[0][:2] + noun[0][3:] + "x",
            chance.choice(models),
            f"{noun[0]} {chance.choice(models)}",
            f"bn{chance.randrange(1_000_000):08}" if number % 20 else "zzqqxx",
        ][number % 10]
        addresses.append(f"/search/?{urlencode({'q': term})}")
    return addresses


def list_common_addresses(chance: random.Random) -> list[str]:
    """Words that stand in all, an eighth, a twentieth of the products: more finds than anybody can rank."""
    colours, materials, adjectives = (
        [pair.split("|") for pair in one] for one in (words.COLOURS, words.MATERIALS, words.ADJECTIVES)
    )
    terms = []
    for number in range(REQUESTS):
        colour, material, adjective = (chance.choice(one) for one in (colours, materials, adjectives))
        terms.append(
            ["house", colour[0], colour[1], material[0], f"{colour[0]} {material[0]}", adjective[0], "top"][
                number % 7
            ]
        )
    return [f"/search/?{urlencode({'q': term})}" for term in terms]


def list_hopeless_addresses(chance: random.Random) -> list[str]:
    """What stands nowhere, is mistyped beyond a slip, or is one known word among unknown ones."""
    letters = "bcdfghjklmnpqrstvwxz"
    terms = []
    for number in range(REQUESTS):
        nonsense = "".join(chance.choices(letters, k=5 + number % 5))
        noun = chance.choice(words.NOUNS).split("|")
        mistyped = f"{noun[0][:1]}{chance.choice(letters)}{noun[0][1:]}{chance.choice(letters)}"
        terms.append(
            [nonsense, mistyped, f"{noun[0]} {nonsense}", f"{mistyped} {nonsense}", f"龘靐{noun[1]}"][
                number % 5
            ]
        )
    return [f"/search/?{urlencode({'q': term})}" for term in terms]


def list_product_addresses(chance: random.Random, products: int) -> list[str]:
    """Pages of products, each with its nearest, and the parts that pages fetch."""
    numbers = [chance.randrange(1, products + 1) for _ in range(REQUESTS)]
    return [
        f"/recommendations/together/?product={number}" if place % 3 == 0 else f"/p/item-{number}/"
        for place, number in enumerate(numbers)
    ]


def list_suggestion_addresses(chance: random.Random) -> list[str]:
    nouns = [chance.choice(words.NOUNS).split("|") for _ in range(REQUESTS)]
    return [
        f"/search/suggestions/?{urlencode({'q': noun[0][: 2 + place % 4]})}"
        for place, noun in enumerate(nouns)
    ]


def measure(addresses: list[str]) -> Figures:
    """Ask once to warm up, then once to measure."""
    client = Client(headers={"host": "127.0.0.1"})
    figures = Figures()
    for address in addresses:
        assert client.get(address).status_code == 200, address
    for address in addresses:
        before = _read_processor()
        started = time.perf_counter()
        client.get(address)
        figures.clock.append((time.perf_counter() - started) * 1000)
        figures.processor.append(_read_processor() - before)
    for address in addresses[:30]:
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        figures.statements.add(len(queries))
    return figures


def _read_processor() -> float:
    """Milliseconds of processor that this process and its database session have used."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    schedule = Path(f"/proc/{pid}/schedstat")
    spent = int(schedule.read_text().split()[0]) / 1e6 if schedule.exists() else 0.0
    return time.process_time() * 1000 + spent


def _tell_percentile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100)[percent - 1]


def write_table(figures: dict[str, Figures]) -> str:
    lines = [
        "| page | p50 ms | p95 ms | processor p50 ms | processor p95 ms | statements | aim p95 |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, one in figures.items():
        parts = [
            _tell_percentile(values, percent) for values in (one.clock, one.processor) for percent in (50, 95)
        ]
        shown = " | ".join(f"{part:.1f}" for part in parts)
        statements = "–".join(str(count) for count in sorted({min(one.statements), max(one.statements)}))
        lines.append(f"| {name} | {shown} | {statements} | {AIM_MILLISECONDS:.0f} |")
    return "\n".join(lines)


def prepare(products: int, *, keeps: bool) -> int:
    """Bring the tables up to date and see that the products stand; returns how many there are."""
    call_command("migrate", verbosity=0)
    standing = Listing.objects.count()
    if keeps:
        if not standing:
            sys.exit("There are no products to keep: run it once without --keep.")
        print(f"{standing} products stand already")
        return standing
    seconds = million.build(products)
    print(
        f"{products} products built in {seconds:.0f} s" if seconds else f"{standing} products stand already"
    )
    return max(products, standing)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--products", type=int, default=PRODUCTS)
    parser.add_argument("--keep", action="store_true", help="build nothing, measure what stands")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    products = prepare(options.products, keeps=options.keep)
    chance = random.Random(7)
    cases = {
        "category": list_category_addresses(chance),
        "search": list_search_addresses(chance),
        "search, common words": list_common_addresses(chance),
        "search, nothing found": list_hopeless_addresses(chance),
        "suggestions": list_suggestion_addresses(chance),
        "product, together": list_product_addresses(chance, products),
    }
    table = write_table({name: measure(addresses) for name, addresses in cases.items()})
    print(table)
    if options.out:
        options.out.write_text(table + "\n")


if __name__ == "__main__":
    main()
