"""Schemathesis against the running API: examples, edges, random and chained calls must all fit the description (S34)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from shop.partners.domain.scopes import SCOPES
from shop.partners.services.keys import create_key
from tests.factories.inventory import make_warehouse
from tests.factories.orders import make_article, make_shipping

pytestmark = pytest.mark.django_db(transaction=True)
CONFIG = Path(__file__).with_name("schemathesis.toml")
EVERY_CALL = "Tested: 59"


@pytest.fixture
def _shelf() -> None:
    warehouse = make_warehouse("AMS")
    for sku in ("MUG-SAGE", "MUG-CLAY"):
        make_article(sku, stock=5000, warehouse=warehouse)
    make_shipping("standard")
    make_shipping("express", amount="12.90")


def run_schemathesis(live_server: LiveServer, key: str, *, examples: int, more: tuple[str, ...] = ()) -> str:
    """Every phase and every check but those that CONFIG leaves out with a reason; answers the report."""
    command = [
        str(Path(sys.executable).with_name("st")), "--config-file", str(CONFIG), "run",
        f"{live_server.url}/api/v1/schema/", "--url", live_server.url, "--max-examples", str(examples),
        "--generation-deterministic", "--no-color", "--workers", "2", *more,
    ]  # fmt: skip
    env = {**os.environ, "API_KEY": key}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env, timeout=900)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    return done.stdout


@pytest.mark.usefixtures("_shelf")
def test_every_answer_fits_the_description(live_server: LiveServer) -> None:
    key = create_key("all", scopes=list(SCOPES))[1]
    report = run_schemathesis(live_server, key, examples=4, more=("--phases", "examples,fuzzing,stateful"))
    assert EVERY_CALL in report


@pytest.mark.fault
@pytest.mark.timeout(1200)
@pytest.mark.usefixtures("_shelf")
def test_every_answer_fits_the_description_at_length(live_server: LiveServer) -> None:
    key = create_key("all", scopes=list(SCOPES))[1]
    assert EVERY_CALL in run_schemathesis(live_server, key, examples=200)


@pytest.mark.fault
@pytest.mark.timeout(1200)
@pytest.mark.usefixtures("_shelf")
def test_strangers_get_refusals_that_fit_the_description(live_server: LiveServer) -> None:
    assert EVERY_CALL in run_schemathesis(live_server, "shop_wrong", examples=50)
