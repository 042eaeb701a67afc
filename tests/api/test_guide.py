"""The guide's own sample verifier is run against real messages, and its calls exist."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import Resolver404, resolve
from standardwebhooks import Webhook

from shop.kernel.clock import now

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text()
SECRET, OTHER = "whsec_" + "A" * 43 + "=", "whsec_" + "B" * 43 + "="
BODY = '{"type": "order.paid", "data": {"name": "陶杯"}}'


@pytest.fixture
def verify() -> Any:
    found = re.search(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    assert found is not None
    scope: dict[str, Any] = {}
    exec(found.group(1), scope)  # noqa: S102  the guide's own words
    return scope["verify"]


def sign(*secrets: str, seconds: int = 0) -> dict[str, str]:
    at = now() + timedelta(seconds=seconds)
    signatures = " ".join(Webhook(secret).sign("msg_1", at, BODY) for secret in secrets)
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signatures,
    }


def test_the_sample_takes_ours_and_nothing_else(verify: Any) -> None:
    body = BODY.encode()
    assert verify(SECRET, sign(SECRET), body)
    assert verify(SECRET, sign(OTHER, SECRET), body)
    assert not verify(SECRET, sign(OTHER), body)
    assert not verify(SECRET, sign(SECRET), body + b" ")
    assert not verify(SECRET, sign(SECRET, seconds=-301), body)
    assert not verify(SECRET, sign(SECRET, seconds=400), body)
    assert not verify(SECRET, sign(SECRET) | {"webhook-id": "msg_2"}, body)
    assert not verify(SECRET, sign(SECRET) | {"webhook-signature": ""}, body)
    assert not verify(SECRET, sign(SECRET) | {"webhook-signature": "v1,"}, body)
    assert not verify(SECRET, sign(SECRET) | {"webhook-signature": "v1,ü"}, body)
    assert not verify(SECRET, sign(SECRET) | {"webhook-timestamp": "1e9"}, body)


def test_every_address_of_the_guide_exists() -> None:
    addresses = re.findall(r'"\$(?:SHOP/api/v1|API)(/[^"?]*)', GUIDE)
    assert len(addresses) >= 12
    for address in addresses:
        path = re.sub(r"\$\w+|\{\}", "1x", address)
        try:
            resolve(f"/api/v1{path}")
        except Resolver404:
            pytest.fail(address)
