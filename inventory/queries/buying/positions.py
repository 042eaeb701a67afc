"""What lies there, what is on its way, and from whom more could come."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Sum

from inventory.domain.buying.order_sizes import PriceBreak
from inventory.domain.buying.safety_stock import LeadTime
from inventory.domain.buying.states import OPEN_STATUSES
from inventory.domain.buying.suggestions import StockPosition
from inventory.domain.states import TransferStatus
from inventory.models import (
    BuyingPolicy,
    ItemPlan,
    PurchaseOrderLine,
    StockLevel,
    SupplierItem,
    TransferLine,
)
from inventory.models.buying.purchase_orders import OPEN_QUANTITY
from inventory.queries.buying.demand import Shelf


@dataclass(frozen=True, kw_only=True)
class Level:
    """A shelf with all that a decision about it needs of the stock."""

    shelf: Shelf
    position: StockPosition
    fixed_point: int
    fixed_quantity: int
    unit_cost: float


def list_incoming(shelves: Collection[Shelf]) -> Counter[Shelf]:
    """Units on open purchase orders, drafts included and whoever wrote them, and on transfers under way. Two queries."""
    variant_ids = {variant_id for variant_id, _ in shelves}
    ordered = (
        PurchaseOrderLine.objects.filter(variant_id__in=variant_ids, order__status__in=OPEN_STATUSES)
        .order_by()
        .values_list("variant_id", "order__warehouse_id")
        .annotate(total=Sum(OPEN_QUANTITY))
    )
    incoming = Counter({(variant_id, warehouse_id): total for variant_id, warehouse_id, total in ordered})
    for line in TransferLine.objects.filter(
        variant_id__in=variant_ids,
        transfer__status__in=(TransferStatus.SENT, TransferStatus.PART_RECEIVED),
    ).select_related("transfer"):
        incoming[line.variant_id, line.transfer.destination_id] += line.transit_quantity
    wanted = set(shelves)
    return Counter({shelf: total for shelf, total in incoming.items() if shelf in wanted})


def list_positions(shelves: Collection[Shelf]) -> dict[Shelf, Level]:
    """The inventory position of each shelf that there is. Three queries."""
    incoming = list_incoming(shelves)
    wanted = set(shelves)
    levels = StockLevel.objects.filter(variant_id__in={variant_id for variant_id, _ in shelves})
    return {
        shelf: Level(
            shelf=shelf,
            position=StockPosition(
                on_hand=level.on_hand,
                reserved=level.reserved,
                blocked=level.blocked,
                incoming=incoming[shelf],
            ),
            fixed_point=level.reorder_point,
            fixed_quantity=level.reorder_quantity,
            unit_cost=float(level.average_cost),
        )
        for level in levels
        if (shelf := (level.variant_id, level.warehouse_id)) in wanted
    }


def list_plans(shelves: Collection[Shelf]) -> dict[Shelf, ItemPlan]:
    """The plans of these shelves that have one."""
    wanted = set(shelves)
    rows = ItemPlan.objects.filter(variant_id__in={variant_id for variant_id, _ in shelves})
    return {shelf: row for row in rows if (shelf := (row.variant_id, row.warehouse_id)) in wanted}


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A supplier's conditions for one article; `breaks` in the supplier's currency."""

    item: SupplierItem
    breaks: Sequence[PriceBreak]
    lead_time: LeadTime
    is_measured: bool


def list_offers(variant_ids: Collection[int]) -> dict[int, list[Offer]]:
    """Active offers of active suppliers by variant: the one to ask first comes first, high risk goes last. Two queries."""
    items = (
        SupplierItem.objects.filter(variant_id__in=variant_ids, is_active=True, supplier__is_active=True)
        .select_related("supplier")
        .prefetch_related("prices")
    )
    offers: dict[int, list[Offer]] = defaultdict(list)
    for item in sorted(items, key=lambda row: (row.supplier.risk == "high", row.rank, row.pk)):
        offers[item.variant_id].append(_build_offer(item))
    return dict(offers)


def _build_offer(item: SupplierItem) -> Offer:
    supplier = item.supplier
    measured = supplier.measured_lead_days
    lead_time = (
        LeadTime(days=float(measured), deviation_days=float(supplier.measured_lead_deviation or 0))
        if measured is not None and item.lead_days is None
        else LeadTime(days=float(item.lead_days or supplier.lead_days))
    )
    return Offer(
        item=item,
        breaks=[
            PriceBreak(from_quantity=price.from_quantity, unit_price=float(price.amount))
            for price in item.prices.all()
        ],
        lead_time=lead_time,
        is_measured=measured is not None and item.lead_days is None,
    )


def get_policy() -> BuyingPolicy:
    """The operator's choices; the defaults until somebody has chosen."""
    return BuyingPolicy.objects.filter(pk=1).first() or BuyingPolicy(pk=1)
