"""A pytest plugin of `make test`: its summary also names the checks that failed before the tests ran."""

import os

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List the failed checks above pytest's last line."""
    failed = os.environ.get("SHOP_FAILED_CHECKS", "").splitlines()
    if failed:
        terminalreporter.section("checks that failed before the tests", red=True, bold=True)
        for title in failed:
            terminalreporter.line(f"FAILED {title}", red=True)
