"""`python -m shop.embedded <command>`: what the Makefile's targets call."""

from __future__ import annotations

import argparse
import errno
import os
import sys
from pathlib import Path

from shop.embedded import checks, supervisor, tools
from shop.embedded.console import say_error
from shop.embedded.errors import EmbeddedError, StopRequested
from shop.embedded.instance import ROOT

COMMANDS = ("run", "test", "test-faults", "lint", "bench", "shell", "psql", "screenshots", "clean")


def main() -> int:
    """Parse, run, and turn what went wrong into one sentence."""
    parser = argparse.ArgumentParser(prog="python -m shop.embedded", description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    options, arguments = parser.parse_known_args()
    os.chdir(ROOT)
    try:
        return _run(options.command, arguments)
    except StopRequested:
        return checks.INTERRUPTED
    except EmbeddedError as error:
        say_error(str(error))
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EACCES, errno.EROFS}:
            raise
        say_error(f"{os.strerror(error.errno)}: {error.filename or ROOT}.")
    return 1


def _run(command: str, arguments: list[str]) -> int:
    home = Path(os.environ.get("SHOP_HOME") or ROOT / ".local").resolve()
    match command:
        case "run":
            return supervisor.run_shop(home, os.environ)
        case "test":
            return checks.run_tests(arguments)
        case "test-faults":
            return checks.run_tests(["-m", "fault", *arguments], has_checks=False)
        case "lint":
            return checks.run_lint()
        case "bench":
            return tools.run_benchmark(home / "bench", arguments)
        case "shell":
            return tools.open_shell(home)
        case "psql":
            return tools.open_psql(home)
        case "screenshots":
            return tools.take_screenshots(home, arguments)
        case _:
            return tools.clean(home, is_forced=os.environ.get("FORCE") == "1")


if __name__ == "__main__":
    sys.exit(main())
