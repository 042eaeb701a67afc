"""Build a million products and measure category and search pages: ``python -m tests.bench.catalogue [--products N]``."""

from __future__ import annotations

import argparse
import os

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.shopfront"
os.environ["PUBLIC_PAGE_SECONDS"] = "0"

import django

django.setup()

from django.core.management import call_command  # noqa: E402  models load after setup

from tests.bench import million  # noqa: E402  models load after setup

PRODUCTS = 1_000_000


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--products", type=int, default=PRODUCTS)
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    print(f"{options.products} products built in {million.build(options.products):.0f} s")


if __name__ == "__main__":
    main()
