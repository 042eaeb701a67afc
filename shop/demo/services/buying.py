"""Suppliers, what they delivered, and a past of demand: so that the buyer's morning has something to say."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from django.conf import settings
from django.db.models import Sum

from catalog.models import Price, Variant
from inventory.domain.buying.outlooks import forecast_plainly
from inventory.models import (
    DemandRecord,
    PurchaseOrder,
    PurchaseOrderLine,
    StockLevel,
    Supplier,
    SupplierItem,
    SupplierPrice,
    Warehouse,
)
from inventory.queries.buying.demand import find_day
from inventory.services.buying import demand, forecasts
from inventory.services.buying.classes import classify_items
from inventory.services.buying.purchase_orders import OrderedLine, approve_order, send_order, write_order
from inventory.services.buying.receiving import DeliveredLine, receive_order
from inventory.services.buying.replenishment import suggest_purchases
from inventory.services.buying.suppliers import measure_suppliers
from shop.demo.services.lots import describe_delivery
from shop.demo.services.plans import DAYS
from shop.kernel.clock import now, override_now
from shop.kernel.relay import drain_outbox
from shop.kernel.transactions import transactional

BUYER: Final = "buyer@example.com"
WAREHOUSE: Final = "warehouse@example.com"
PAST_DAYS: Final = 150
"""Demand taken over from the shop's former system: the days before its own ledger begins."""
COST_SHARE: Final = Decimal("0.42")
WELL_STOCKED: Final = 30
WEEKDAYS: Final = (0.8, 0.8, 0.9, 1.0, 1.1, 1.4, 1.2)


@dataclass(frozen=True, kw_only=True)
class Profile:
    """A supplier of the demo and how its deliveries go: days under way, by how many too early or late, share that breaks."""

    code: str
    name: str
    country: str
    currency: str
    lead_days: int
    most_early: int
    most_late: int = 0
    damaged_share: float = 0.0
    is_vendor_managed: bool = False


PROFILES: Final = (
    Profile(code="KILN", name="Kiln & Clay Delft", country="NL", currency="EUR", lead_days=9, most_early=2, damaged_share=0.02),
    Profile(code="LINNEN", name="Linnenhuis Gent", country="BE", currency="EUR", lead_days=12, most_early=3,
            is_vendor_managed=True),
    Profile(code="NORD", name="Nordskov Møbler", country="DK", currency="EUR", lead_days=21, most_early=3, most_late=9,
            damaged_share=0.05),
    Profile(code="JDZ", name="景德镇云窑陶瓷", country="CN", currency="EUR", lead_days=35, most_early=6, damaged_share=0.03),
)  # fmt: skip
DELIVERIES: Final = 4


def load_buying() -> tuple[int, int]:
    """Suppliers with deliveries, demand, forecasts and today's suggestions; new suppliers and suggestions. Repeatable."""
    before = Supplier.objects.count()
    suppliers = [_ensure_supplier(profile) for profile in PROFILES]
    if Supplier.objects.count() > before:
        _offer_articles(suppliers)
        for profile, supplier in zip(PROFILES, suppliers, strict=True):
            _live_through(profile, supplier=supplier)
        demand.roll_up_demand()
        _take_over_demand()
    made = _look_ahead()
    while drain_outbox().delivered:
        pass
    return Supplier.objects.count() - before, made


@transactional
def _ensure_supplier(profile: Profile) -> Supplier:
    supplier, _ = Supplier.objects.get_or_create(
        code=profile.code,
        defaults={
            "name": profile.name,
            "email": f"orders@{profile.code.lower()}.example.com",
            "country": profile.country,
            "currency": profile.currency,
            "lead_days": profile.lead_days,
            "is_vendor_managed": profile.is_vendor_managed,
        },
    )
    return supplier


@transactional
def _offer_articles(suppliers: Sequence[Supplier]) -> None:
    """Each article by one supplier, each third by a second one that is a little dearer."""
    prices = dict(
        Price.objects.filter(currency=settings.DEFAULT_CURRENCY).values_list("variant_id", "amount")
    )
    variants = list(Variant.objects.filter(is_active=True).order_by("product__category_id", "sku"))
    for place, variant in enumerate(variants):
        cost = (prices.get(variant.pk, Decimal(20)) * COST_SHARE).quantize(Decimal("0.01"))
        main = place * len(suppliers) // max(len(variants), 1)
        _offer(suppliers[main], variant=variant, cost=cost, rank=1)
        if place % 3 == 0:
            backup = suppliers[(main + 1) % len(suppliers)]
            _offer(backup, variant=variant, cost=cost * Decimal("1.12"), rank=2)


def _offer(supplier: Supplier, *, variant: Variant, cost: Decimal, rank: int) -> None:
    item = SupplierItem.objects.create(
        supplier=supplier,
        variant=variant,
        supplier_sku=f"{supplier.code}-{variant.pk:05d}",
        rank=rank,
        minimum_quantity=6,
        multiple_quantity=6,
    )
    SupplierPrice.objects.bulk_create(
        [
            SupplierPrice(item=item, from_quantity=quantity, amount=(cost * share).quantize(Decimal("0.01")))
            for quantity, share in ((1, Decimal(1)), (48, Decimal("0.95")), (144, Decimal("0.90")))
        ]
    )


def _live_through(profile: Profile, *, supplier: Supplier) -> None:
    """Deliveries of the last months, the newest of yesterday, and one order that is late now or under way."""
    chance = random.Random(profile.code)
    variant_ids = _list_well_stocked(supplier)
    if not variant_ids:
        return
    for number in range(DELIVERIES):
        days = max(3, profile.lead_days + chance.randint(-profile.most_early, profile.most_late))
        sent_at = now() - timedelta(days=number * 25 + 1 + days)
        order = _order(
            supplier, variant_ids=chance.sample(variant_ids, min(3, len(variant_ids))), sent_at=sent_at
        )
        _deliver(order, at=sent_at + timedelta(days=days), share=profile.damaged_share, chance=chance)
    late = now() - timedelta(days=profile.lead_days + 4)
    _order(
        supplier,
        variant_ids=variant_ids[:2],
        sent_at=late if profile.most_late else now() - timedelta(days=3),
    )


def _list_well_stocked(supplier: Supplier) -> list[int]:
    """What is nearly sold out stays so: the demo shows that too."""
    return list(
        StockLevel.objects.filter(
            variant__supplier_items__supplier=supplier,
            variant__supplier_items__rank=1,
            warehouse=_get_warehouse(),
            on_hand__gte=WELL_STOCKED,
        )
        .order_by("variant__sku")
        .values_list("variant_id", flat=True)
    )


def _get_warehouse() -> Warehouse:
    return Warehouse.objects.active().order_by("priority", "pk")[0]


def _order(supplier: Supplier, *, variant_ids: Sequence[int], sent_at: datetime) -> PurchaseOrder:
    with override_now(sent_at):
        order = write_order(
            supplier.pk,
            warehouse_id=_get_warehouse().pk,
            lines=[OrderedLine(variant_id=variant_id, quantity=12) for variant_id in variant_ids],
            actor=BUYER,
        )
        approve_order(order.pk, actor=BUYER)
        return send_order(order.pk, actor=BUYER)


def _deliver(order: PurchaseOrder, *, at: datetime, share: float, chance: random.Random) -> None:
    damaged = 1 if chance.random() < share * 12 else 0
    with override_now(at):
        receive_order(
            order.pk,
            number=f"demo-{order.number}",
            lines=[
                _deliver_line(line, damaged=damaged)
                for line in order.lines.select_related("variant").order_by("pk")
            ],
            actor=WAREHOUSE,
        )


def _deliver_line(line: PurchaseOrderLine, *, damaged: int) -> DeliveredLine:
    lot_code, expires_on = describe_delivery(line.variant.sku)
    return DeliveredLine(
        line_id=line.pk,
        good_quantity=line.quantity,
        damaged_quantity=damaged,
        lot_code=lot_code,
        expires_on=expires_on,
    )


@transactional
def _take_over_demand() -> int:
    """Rows of the days before our own ledger, as its own weeks go: the same articles sell best, more at the weekend."""
    chance = random.Random(17)
    today = find_day(now())
    sold = (
        DemandRecord.objects.order_by("variant__sku", "warehouse_id")
        .values_list("variant_id", "warehouse_id")
        .annotate(total=Sum("shipped_quantity"))
        .filter(total__gt=0)
    )
    rows = [
        DemandRecord(
            variant_id=variant_id,
            warehouse_id=warehouse_id,
            day=day,
            shipped_quantity=quantity,
            corrected_quantity=quantity,
        )
        for variant_id, warehouse_id, total in sold
        for back in range(demand.CORRECTED_DAYS + 1, PAST_DAYS)
        if (quantity := _draw(chance, rate=total / DAYS, day=(day := today - timedelta(days=back))))
    ]
    return len(DemandRecord.objects.bulk_create(rows, ignore_conflicts=True))


def _draw(chance: random.Random, *, rate: float, day: date) -> int:
    return sum(chance.random() < rate * WEEKDAYS[day.weekday()] / 3 for _ in range(3))


def _look_ahead() -> int:
    """The nightly jobs once, with the models that need no library: the first night brings the others."""
    demand.roll_up_demand()
    run = forecasts.open_run()
    if run.finished_at is None:
        forecasts.forecast_items(run, forecast=forecast_plainly, is_over=lambda: False)
    measure_suppliers()
    classify_items()
    return suggest_purchases()
