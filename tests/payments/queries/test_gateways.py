"""What the foot of every page says about paying."""

import re
from collections.abc import Sequence
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

pytestmark = pytest.mark.django_db


def read_marks(client: Client, language: str = "en") -> Sequence[str]:
    cache.clear()
    page = client.get("/zh-hans/help/" if language == "zh-hans" else "/help/").content.decode()
    shown = re.search(r'<ul class="pay-marks".*?</ul>', page, re.DOTALL)
    return re.findall(r"<li>(.*?)</li>", shown[0]) if shown else []


def switch_stripe_on(settings: Any, methods: list[str]) -> None:
    settings.STRIPE_SECRET_KEY, settings.STRIPE_PUBLISHABLE_KEY = "sk_test_1", "pk_test_1"
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_1"]
    settings.STRIPE_PAYMENT_METHODS = methods


def test_the_footer_names_no_way_to_pay_that_is_switched_off(client: Client, settings: Any) -> None:
    assert read_marks(client) == ["Test card (sandbox)"]
    settings.SANDBOX_ENABLED = False
    assert read_marks(client) == []


def test_the_footer_names_what_stripe_is_told_to_take(client: Client, settings: Any) -> None:
    settings.SANDBOX_ENABLED = False
    switch_stripe_on(settings, ["card", "wechat_pay", "us_bank_account"])
    assert read_marks(client) == ["Visa", "Mastercard", "WeChat Pay", "Us Bank Account"]
    assert read_marks(client, "zh-hans")[2] == "微信支付"
