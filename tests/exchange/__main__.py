"""Take every product file of a folder into an empty shop and out again, and print what came of each.

``python -m tests.exchange FOLDER [--only NAME] [--out FILE]``; ``make check-data DATA=FOLDER`` brings the servers. Ends with 1
when a file does not come in unchanged the second time, or does not survive its export. It makes a database of its own beside
the one that ``DATABASE_URL`` names, and drops it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.exchange.settings"

import django

django.setup()

from django.conf import settings  # noqa: E402  models load after setup
from django.db import connection  # noqa: E402  models load after setup

from tests.exchange.hosts import serve_pictures  # noqa: E402  models load after setup
from tests.exchange.tables import describe, write_table  # noqa: E402  models load after setup
from tests.exchange.trips import Trip, travel  # noqa: E402  models load after setup

FOLDERS = ("catalog_*", "taxonomy_*")
LEFT_OUT = {"SOURCE.md", "product_translations.csv"}


def list_files(data: Path, *, only: str) -> list[Path]:
    """The files to try: those of the folders of catalogues, or of the folder itself when it has none."""
    folders = [each for pattern in FOLDERS for each in sorted(data.glob(pattern))] or [data]
    files = [each for folder in folders for each in sorted(folder.iterdir())]
    return [each for each in files if each.is_file() and each.name not in LEFT_OUT and only in str(each)]


def try_files(files: list[Path], *, show: bool = True) -> list[Trip]:
    """Take each file all the way."""
    trips = []
    with serve_pictures() as host:
        for path in files:
            with tempfile.TemporaryDirectory() as folder:
                name = f"{path.parent.name}/{path.name}"
                trips.append(travel(path, host=host, folder=Path(folder), name=name))
            if show:
                print(describe(trips[-1]), flush=True)
    return trips


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--only", default="", help="only files whose path holds this")
    parser.add_argument("--out", type=Path, help="write the table here too")
    options = parser.parse_args()
    if not options.data.is_dir():
        parser.error(f"There is no folder {options.data}.")
    files = list_files(options.data, only=options.only)
    # A database of its own beside the one that is named: each file begins with emptying the shop.
    old_name = str(connection.settings_dict["NAME"])
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        trips = try_files(files)
    finally:
        connection.creation.destroy_test_db(old_name, verbosity=0)
        shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)
    table = write_table(trips)
    print(f"\n{table}")
    if options.out:
        options.out.write_text(f"{table}\n", encoding="utf-8")
    return int(any(trip.problems for trip in trips))


if __name__ == "__main__":
    sys.exit(main())
