"""Rules that suggest prices to the demo's merchandiser, and the competitors' prices that one of them follows."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils.timezone import localdate

from catalog.domain.pricing.repricing import Strategy, Trigger
from catalog.models import CompetitorPrice, PricingRule, Variant
from catalog.services.imports.whole_files import import_products
from catalog.services.pricing.rules import run_pricing_rules, save_pricing_rule
from shop.kernel.clock import now

ACTOR: Final = "demo"
FOLLOW: Final = "follow-lamps"
MARKDOWN: Final = "markdown-planters"
FRESH_DAYS: Final = 60
"""Nobody brings the demo newer prices of competitors."""
HEADER: Final = ("sku", "competitor", "currency", "price", "seen_at")
RIVALS: Final = (
    ("HV-AP302-CLAY", "Lumen & Sohn", "104.50"),
    ("HV-AP302-CLAY", "Casa Chiara", "112.00"),
    ("HV-AP302-FORE", "Lumen & Sohn", "107.00"),
    ("HV-AP302-CHAL", "Casa Chiara", "108.00"),
    ("HV-WCP292", "Lumen & Sohn", "79.00"),
    ("HV-CBP248", "Casa Chiara", "129.00"),
    ("HV-DDL555-FORE", "Lumen & Sohn", "93.50"),
    ("HV-DDL555-OCHR", "Casa Chiara", "91.00"),
    ("HV-GTL469-SAGE", "Lumen & Sohn", "99.00"),
    ("HV-PTL608", "Casa Chiara", "139.90"),
)


def ensure_pricing() -> tuple[int, int]:
    """Rules, competitors' prices, and what the rules suggest today: new rules, suggestions. May be repeated.

    What is there stays, and the rules run by themselves from the first night on.
    """
    rules, prices = _ensure_rules(), _import_rivals()
    suggested = run_pricing_rules().suggested_quantity if rules or prices else 0
    return rules, suggested


def _ensure_rules() -> int:
    known = set(PricingRule.objects.values_list("key", flat=True))
    missing = [rule for rule in (_follow_rule(), _markdown_rule()) if rule.key not in known]
    for rule in missing:
        save_pricing_rule(rule, actor=ACTOR)
    return len(missing)


def _follow_rule() -> PricingRule:
    return PricingRule(
        key=FOLLOW,
        name="Lamps follow the lowest competitor",
        currency=settings.DEFAULT_CURRENCY,
        is_active=True,
        priority=50,
        include=["category:lighting/lamps", "category:lighting/pendants"],
        strategy=Strategy.COMPETITOR,
        undercut_percent=Decimal(1),
        fresh_days=FRESH_DAYS,
        least_margin_percent=Decimal(25),
        ceiling_percent=Decimal(110),
        daily_percent=Decimal(6),
        approval_percent=Decimal(3),
    )


def _markdown_rule() -> PricingRule:
    return PricingRule(
        key=MARKDOWN,
        name="Planters that stand too long",
        currency=settings.DEFAULT_CURRENCY,
        is_active=True,
        include=["category:garden/planters"],
        strategy=Strategy.MARKDOWN,
        trigger=Trigger.AGE,
        steps=[[30, "10"], [60, "20"], [90, "30"]],
        least_margin_percent=Decimal(20),
        daily_percent=Decimal(15),
        approval_percent=Decimal(5),
    )


def _import_rivals() -> int:
    """What yesterday's look at the competitors found, as the file that a merchandiser uploads; the rows."""
    skus = {sku for sku, _competitor, _price in RIVALS}
    known = set(Variant.objects.filter(sku__in=skus).values_list("sku", flat=True))
    rows = [row for row in RIVALS if row[0] in known]
    if not rows or CompetitorPrice.objects.exists():
        return 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "competitors.csv"
        _write_file(path, rows)
        import_products(path, report=lambda _row: None)
    return len(rows)


def _write_file(path: Path, rows: Sequence[tuple[str, str, str]]) -> None:
    seen = (localdate(now()) - timedelta(days=1)).isoformat()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(
            (sku, competitor, settings.DEFAULT_CURRENCY, price, seen) for sku, competitor, price in rows
        )
