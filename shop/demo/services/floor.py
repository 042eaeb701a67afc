"""Where the goods of the demo's first warehouse lie, and what they cost when they came."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Final

from django.conf import settings
from django.utils.timezone import localdate

from catalog.models import Price, Variant
from inventory.domain.bin_patterns import BinLayout
from inventory.domain.requests import StockLine
from inventory.models import Bin, StockItem, StockMovement, Warehouse, Zone, ZoneKind
from inventory.queries.picking import list_planned
from inventory.services.bins import ensure_zone, make_bins
from inventory.services.moves import MoveSource, ensure_special_bin, move_stock
from inventory.services.stock import receive_stock
from inventory.services.values import note_stock_value
from shop.demo.services.goods import read_rows
from shop.demo.services.lots import split_by_lot
from shop.kernel.clock import now
from shop.kernel.transactions import transactional

ACTOR: Final = "warehouse@example.com"
OPENING_SHARE: Final = Decimal("0.40")
"""Of an article's price: what its first stock cost, a little less than suppliers ask today."""
OPENING: Final = "demo_opening"
PUT_AWAY: Final = "demo_put_away"
FRESH: Final = timedelta(days=2)
"""What came within it still stands on the dock: today's work."""


@dataclass(frozen=True, kw_only=True)
class Aisle:
    """Twelve places of three heights; the first ones stand nearest to the packing table."""

    letter: str
    zone: tuple[str, str, ZoneKind]
    x_cm: int

    @property
    def pattern(self) -> str:
        """Its bins, as an operator would name them."""
        return f"{self.letter}-01-1..{self.letter}-12-3"


PICKING: Final = ("PICK", "Pick front", ZoneKind.PICKING)
STORAGE: Final = ("STORE", "Shelves", ZoneKind.STORAGE)
AISLES: Final = tuple(
    Aisle(letter=letter, zone=PICKING if letter in "AB" else STORAGE, x_cm=200 + 300 * number)
    for number, letter in enumerate("ABCDE")
)
DOCK: Final = ("DOCK", "Goods in", ZoneKind.RECEIVING)
FIRST_PLACE_CM: Final = 150
PLACE_CM: Final = 120


@transactional
def lay_out_floor() -> int:
    """Zones, aisles and bins of the first warehouse, unless somebody has furnished it; the number of bins. Repeatable."""
    warehouse = _get_warehouse()
    if Zone.objects.filter(warehouse=warehouse, kind__in=(ZoneKind.PICKING, ZoneKind.STORAGE)).exists():
        return 0
    dock = _ensure_zone(warehouse, DOCK)
    made = make_bins(dock, pattern="DOCK-1..DOCK-2", layout=BinLayout(x_cm=100), actor=ACTOR)
    for kind in (ZoneKind.PACKING, ZoneKind.DAMAGED):
        ensure_special_bin(warehouse.pk, kind=kind)
    for number, aisle in enumerate(AISLES, start=1):
        layout = BinLayout(aisle=number, x_cm=aisle.x_cm, y_cm=FIRST_PLACE_CM, spacing_cm=PLACE_CM)
        zone = _ensure_zone(warehouse, aisle.zone)
        made += make_bins(zone, pattern=aisle.pattern, layout=layout, actor=ACTOR)
    return made


def _get_warehouse() -> Warehouse:
    return Warehouse.objects.active().order_by("priority", "pk")[0]


def _ensure_zone(warehouse: Warehouse, wanted: tuple[str, str, ZoneKind]) -> Zone:
    code, name, kind = wanted
    return ensure_zone(warehouse.pk, code=code, name=name, kind=kind)


@transactional
def receive_opening_stock(rows: list[dict[str, str]]) -> int:
    """What the file of products says lies in each warehouse, at its cost and in its bin; the number of shelves.

    Before the file's own declaration is heard, which knows no cost and leaves shelves with a history alone. Repeatable.
    """
    skus = dict(Variant.objects.filter(sku__in=[row["sku"] for row in rows]).values_list("sku", "pk"))
    codes = dict(Warehouse.objects.values_list("code", "pk"))
    bins, costs = _list_homes(), _list_costs()
    known = set(StockMovement.objects.order_by().values_list("variant_id", "warehouse_id").distinct())
    lines = [
        part
        for row in rows
        if (variant_id := skus.get(row["sku"]))
        for code, quantity in _read_stock(row["stock"]).items()
        if code in codes and quantity and (variant_id, codes[code]) not in known
        for part in split_by_lot(
            StockLine(
                variant_id=variant_id,
                warehouse_id=codes[code],
                quantity=quantity,
                bin_id=bins.get((variant_id, codes[code])),
                unit_cost=costs.get(variant_id),
            ),
            sku=row["sku"],
        )
    ]
    if not lines:
        return 0
    return receive_stock(lines, source_type=OPENING, source_id="1", reason="Opening stock", actor=ACTOR)


def _read_stock(text: str) -> dict[str, int]:
    """RTM:53|SHA:50."""
    parts = (part.partition(":") for part in text.split("|") if part)
    return {code: int(quantity) for code, _colon, quantity in parts}


def _list_costs() -> dict[int, Decimal]:
    prices = Price.objects.filter(currency=settings.DEFAULT_CURRENCY)
    return {
        variant_id: (amount * OPENING_SHARE).quantize(Decimal("0.01"))
        for variant_id, amount in prices.values_list("variant_id", "amount")
    }


def _list_homes() -> Mapping[tuple[int, int], int]:
    """Each article's bin in the first warehouse: dealt along the aisles as the file lists them, shelf by shelf."""
    warehouse = _get_warehouse()
    letters = tuple(f"{aisle.letter}-" for aisle in AISLES)
    bins = Bin.objects.filter(warehouse=warehouse, zone__code__in=(PICKING[0], STORAGE[0]), is_active=True)
    codes = {code: pk for code, pk in bins.values_list("code", "pk") if code.startswith(letters)}
    skus = dict(Variant.objects.values_list("sku", "pk"))
    homes = zip((row["sku"] for row in read_rows()), sorted(codes), strict=False)
    return {(skus[sku], warehouse.pk): codes[code] for sku, code in homes if sku in skus}


@transactional
def put_away() -> int:
    """Loose goods go to their articles' bins but for what has just come or a walk is sent for; the pieces moved.

    Only once: what comes later is the operators' own. Repeatable.
    """
    if StockMovement.objects.filter(source_type=PUT_AWAY).exists():
        return 0
    warehouse, moved = _get_warehouse(), 0
    homes = _list_homes()
    planned = {variant_id for variant_id, bin_id, _lot in list_planned(warehouse.pk) if bin_id is None}
    fresh = StockMovement.objects.filter(warehouse=warehouse, delta__gt=0, created_at__gte=now() - FRESH)
    left_alone = planned | set(fresh.values_list("variant_id", flat=True))
    loose = StockItem.objects.filled().filter(warehouse=warehouse, bin=None)
    bins = Bin.objects.in_bulk(homes.values())
    for item in loose.exclude(variant_id__in=left_alone).order_by("variant_id", "lot_id"):
        home = homes.get((item.variant_id, warehouse.pk))
        if home is None:
            continue
        line = StockLine(
            variant_id=item.variant_id,
            warehouse_id=warehouse.pk,
            quantity=item.quantity,
            lot_id=item.lot_id,
        )
        source = MoveSource(source_type=PUT_AWAY, source_id=f"{item.variant_id}-{item.lot_id}", actor=ACTOR)
        move_stock(line, to_bin=bins[home], source=source)
        moved += item.quantity
    return moved


def note_value() -> int:
    """What the stock is worth today, which the nightly job says from tomorrow on. Repeatable."""
    return note_stock_value(localdate(now()))
