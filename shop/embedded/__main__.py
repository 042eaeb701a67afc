"""`python -m shop.embedded <command>`: what the Makefile's targets call; `check-port` before anything is installed."""

from __future__ import annotations

import argparse
import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path

from shop.embedded import checks, supervisor, tools
from shop.embedded.console import say_error
from shop.embedded.errors import EmbeddedError, StopRequested
from shop.embedded.instance import ROOT

Command = Callable[[Path, list[str]], int]

COMMANDS: dict[str, Command] = {
    "check-port": lambda _home, _arguments: supervisor.check_port(os.environ),
    "run": lambda home, _arguments: supervisor.run_shop(home, os.environ),
    "test": lambda _home, arguments: checks.run_tests(arguments),
    "test-faults": lambda _home, arguments: checks.run_tests(
        ["-m", "fault", "-n", "0", *arguments], has_checks=False
    ),
    "lint": lambda _home, _arguments: checks.run_lint(),
    "bench": lambda home, arguments: tools.run_benchmark(home / "bench", arguments),
    "bench-stock": lambda home, arguments: tools.run_stock_benchmark(home / "bench-stock", arguments),
    "bench-catalogue": lambda home, arguments: tools.run_catalogue_benchmark(
        home / "bench-catalogue", arguments
    ),
    "check-data": lambda home, arguments: tools.check_data(home / "check-data", arguments),
    "shell": lambda home, _arguments: tools.open_shell(home),
    "manage": tools.run_management,
    "psql": lambda home, _arguments: tools.open_psql(home),
    "backup": lambda home, arguments: tools.back_up(home, _read_file("backup", arguments)),
    "restore": lambda home, arguments: tools.restore(home, _read_file("restore", arguments)),
    "screenshots": lambda home, _arguments: tools.take_screenshots(home),
    "clean": lambda home, _arguments: tools.clean(home, is_forced=os.environ.get("FORCE") == "1"),
}


def _read_file(command: str, arguments: list[str]) -> str:
    if len(arguments) != 1 or not arguments[0]:
        raise EmbeddedError(f"Name the file, for example `make {command} FILE=shop.dump`.")
    return str(Path(arguments[0]).resolve())


def main() -> int:
    """Parse, run, and turn what went wrong into one sentence."""
    parser = argparse.ArgumentParser(prog="python -m shop.embedded", description=__doc__)
    parser.add_argument("command", choices=list(COMMANDS))
    options, arguments = parser.parse_known_args()
    os.chdir(ROOT)
    home = Path(os.environ.get("SHOP_HOME") or ROOT / ".local").resolve()
    try:
        return COMMANDS[options.command](home, arguments)
    except StopRequested:
        return checks.INTERRUPTED
    except EmbeddedError as error:
        say_error(str(error))
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EACCES, errno.EROFS}:
            raise
        if error.errno == errno.ENOSPC:
            say_error(
                f"The disk that holds {error.filename or home} is full: free some space and start again."
            )
        else:
            say_error(f"{os.strerror(error.errno)}: {error.filename or home}.")
    return 1


if __name__ == "__main__":
    sys.exit(main())
