"""What is written into the log holds no secret, wherever it came from."""

from __future__ import annotations

import json
import logging
import sys
import time
from typing import Any

import pytest
import structlog

from shop.web.logs import JSON_PROCESSORS, PLAIN_PROCESSORS, SHARED_PROCESSORS

SECRETS = {
    "card": "4111 1111 1111 1111",
    "stripe": "sk_live_abc123",
    "webhook": "whsec_c2Vj+cmV0/abc=",
    "api": "shop_" + "aB-_" * 10,
    "address": "ann.lee@example.com",
}


def write(processors: list[Any], *args: object) -> str:
    """One line of a library's logger, as the handler writes it."""
    formatter = structlog.stdlib.ProcessorFormatter(
        processors=processors, foreign_pre_chain=SHARED_PROCESSORS, pass_foreign_args=True
    )
    return formatter.format(logging.LogRecord("shop", logging.ERROR, "", 1, "%s", args, sys.exc_info()))


@pytest.mark.parametrize("processors", [JSON_PROCESSORS, PLAIN_PROCESSORS], ids=["json", "plain"])
@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
def test_an_exceptions_text_and_arguments_hold_no_secret(processors: list[Any], secret: str) -> None:
    try:
        raise ValueError(f"refused {secret} here")
    except ValueError:
        line = write(processors, f"told {secret} once")
    assert secret not in line
    assert "ValueError: refused [struck out] here" in line
    assert "told [struck out] once" in line


@pytest.mark.parametrize("text", ["a", "a.", "a@", "shop_", "1 ", "a-b@c"])
def test_the_length_of_a_strangers_address_costs_its_length_only(text: str) -> None:
    """Its square once: 12,000 characters that no page has cost seconds of a processor."""
    begun = time.process_time()
    write(JSON_PROCESSORS, f"Not Found: /p/{(text * 20_000)[:20_000]}/")
    assert time.process_time() - begun < 1


@pytest.mark.parametrize("text", ["4111 1111 1111 1111-ann@example.com", f"{'a' * 100}@example.com"])
def test_nothing_of_a_secret_beside_another_is_left(text: str) -> None:
    assert write(JSON_PROCESSORS, text).count("1111") + write(JSON_PROCESSORS, text).count("@") == 0


def test_fields_are_struck_by_name_however_deep() -> None:
    facts = {
        "event": "kept",
        "api_token": "abc",
        "facts": {"password": "abc", "rows": [{"Cookie": "abc", "sku": "CUP"}]},
        "status_code": 200,
        "lag": "shop_outbox_lag_seconds",
    }
    strike = SHARED_PROCESSORS[-1]
    assert json.loads(json.dumps(strike(None, "info", facts))) == {
        "event": "kept",
        "api_token": "[struck out]",
        "facts": {"password": "[struck out]", "rows": [{"Cookie": "[struck out]", "sku": "CUP"}]},
        "status_code": 200,
        "lag": "shop_outbox_lag_seconds",
    }
