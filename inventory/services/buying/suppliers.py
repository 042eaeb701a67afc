"""Suppliers: kept by the buyer, measured nightly from their own deliveries."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from inventory.domain.buying.events import SupplierRiskRaised
from inventory.domain.buying.scorecards import LEAST_DELIVERIES, Scorecard
from inventory.domain.buying.states import RiskFlag
from inventory.models import Supplier, SupplierItem
from inventory.queries.buying.suppliers import list_scorecards
from shop.kernel.audit import record_audit
from shop.kernel.clock import now
from shop.kernel.errors import NotFound
from shop.kernel.events import publish
from shop.kernel.ids import new_token
from shop.kernel.transactions import transactional

_ORDER = (RiskFlag.NONE, RiskFlag.WATCH, RiskFlag.HIGH)


@transactional
def measure_suppliers() -> int:
    """Writes lead time, score and risk of every active supplier; the number measured.

    A risk that was set by hand stays. Publishes SupplierRiskRaised where it got worse. May be repeated.
    """
    suppliers = list(Supplier.objects.active())
    cards = list_scorecards(suppliers)
    for supplier in suppliers:
        _measure(supplier, card=cards[supplier.pk])
    return len(suppliers)


def _measure(supplier: Supplier, *, card: Scorecard) -> None:
    is_known = card.deliveries_quantity >= LEAST_DELIVERIES and card.lead_time is not None
    if is_known and card.lead_time is not None:
        supplier.measured_lead_days = _round(card.lead_time.days, places=2)
        supplier.measured_lead_deviation = _round(card.lead_time.deviation_days, places=2)
    supplier.score = None if card.score is None else _round(card.score, places=3)
    before = RiskFlag(supplier.risk)
    if not supplier.is_risk_by_hand:
        supplier.risk = RiskFlag(card.risk)
    supplier.measured_at = now()
    supplier.save(
        update_fields=["measured_lead_days", "measured_lead_deviation", "score", "risk", "measured_at"]
    )
    if _ORDER.index(RiskFlag(supplier.risk)) > _ORDER.index(before):
        publish(SupplierRiskRaised(supplier_id=supplier.pk, risk=supplier.risk))


def _round(value: float, *, places: int) -> Decimal:
    return Decimal(str(round(value, places)))


@transactional
def save_supplier(supplier: Supplier, *, fields: Sequence[str], actor: str) -> None:
    """Writes what somebody changed of a supplier, or a new one, with its line in the audit log."""
    supplier.save()
    record_audit(
        actor, action="inventory.save_supplier", target=f"supplier:{supplier.code}", fields=list(fields)
    )


@transactional
def save_supplier_item(item: SupplierItem, *, fields: Sequence[str], actor: str) -> None:
    """Writes what somebody changed of an offered article, or a new one, with its line in the audit log."""
    item.save()
    record_audit(
        actor,
        action="inventory.save_supplier_item",
        target=f"supplier:{item.supplier.code}:{item.variant.sku}",
        fields=list(fields),
    )


@transactional
def renew_portal_address(supplier_id: int, *, actor: str) -> str:
    """Gives the supplier's page a new address; the old one shows nothing from now on. Raises NotFound.

    With its line in the audit log.
    """
    token = new_token()
    if not Supplier.objects.filter(pk=supplier_id).update(portal_token=token):
        raise NotFound(_("There is no such supplier."))
    record_audit(actor, action="inventory.renew_portal", target=f"supplier:{supplier_id}")
    return token
