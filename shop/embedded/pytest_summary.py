"""A pytest plugin of `make test`: its summary also tells what the checks that ran beside the tests have found."""

import json
import os
import time
from pathlib import Path

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show the late checks and list the failed ones above pytest's last line."""
    is_worker = hasattr(terminalreporter.config, "workerinput")
    if is_worker or "SHOP_CHECKS_REPORT" not in os.environ:
        return
    report = _wait_for(Path(os.environ["SHOP_CHECKS_REPORT"]))
    for title, text in report["late"].items():
        terminalreporter.section(title)
        terminalreporter.line(text)
    if report["failed"]:
        terminalreporter.section("checks that failed", red=True, bold=True)
        for title in report["failed"]:
            terminalreporter.line(f"FAILED {title}", red=True)


def _wait_for(file: Path) -> dict[str, dict[str, str]]:
    """Take the report; with few tests the checks may take longer. Each has its limit, so the file will come."""
    while not file.exists():
        time.sleep(0.1)
    report: dict[str, dict[str, str]] = json.loads(file.read_text())
    file.unlink()
    return report
