"""Lots: seen for the first time, expired, recalled, given free again."""

from collections.abc import Sequence
from datetime import date

from django.db import connection
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from inventory import locks
from inventory.domain.errors import LotMismatch
from inventory.domain.events import LotRecalled
from inventory.models import Lot, LotStatus
from inventory.queries.lots import list_lot_recipients
from inventory.services.changes import publish_stock_changes
from shop.kernel.audit import record_audit
from shop.kernel.clock import now
from shop.kernel.events import publish
from shop.kernel.transactions import transactional

_EXPIRY_BATCH = 200

_BLOCK = """
UPDATE inventory_stocklevel l SET blocked = coalesce((
    SELECT sum(i.quantity) FROM inventory_stockitem i
    WHERE i.variant_id = l.variant_id AND i.warehouse_id = l.warehouse_id AND i.quantity > 0
      AND inventory_is_blocked(i.bin_id, i.lot_id)), 0)
WHERE l.variant_id = %s
"""


@transactional
def ensure_lot(variant_id: int, *, code: str, expires_on: date | None = None) -> Lot:
    """The variant's lot of this code, made when it is new. May be repeated.

    Raises LotMismatch when it is known with another date; a date that was not known is taken over.
    """
    code = code.strip().upper()
    if not code:
        raise LotMismatch(code, reason=_("A lot needs a code."))
    lot, _is_new = Lot.objects.get_or_create(
        variant_id=variant_id, code=code, defaults={"expires_on": expires_on}
    )
    if expires_on and lot.expires_on is None:
        Lot.objects.filter(pk=lot.pk, expires_on=None).update(expires_on=expires_on)
        lot.expires_on = expires_on
    if expires_on and lot.expires_on != expires_on:
        raise LotMismatch(
            code,
            reason=_("Lot %(lot)s is known to expire on %(date)s.") % {"lot": code, "date": lot.expires_on},
        )
    return lot


def expire_lots() -> int:
    """Takes what expired out of sale, each lot in its own transaction; the number of lots.

    Publishes StockChanged. May run at any time and twice at once.
    """
    due = Lot.objects.sellable().filter(expires_on__lte=localdate(now())).order_by("expires_on", "pk")
    return sum(_expire_lot(lot_id) for lot_id in list(due.values_list("pk", flat=True)[:_EXPIRY_BATCH]))


@transactional
def _expire_lot(lot_id: int) -> bool:
    lot = locks.lock_lots([lot_id])[0]
    if lot.status != LotStatus.ACTIVE:
        return False
    _set_status(lot, LotStatus.EXPIRED)
    return True


@transactional
def recall_lot(lot_id: int, *, reason: str, actor: str) -> Sequence[str]:
    """Stops the sale of a lot at once; the references that it was shipped to. May be repeated.

    Locks the lot, then the variant's levels. Publishes StockChanged and LotRecalled.
    """
    lot = locks.lock_lots([lot_id])[0]
    references = tuple(sorted({row.reference for row in list_lot_recipients(lot.pk)}))
    if lot.status == LotStatus.RECALLED:
        return references
    lot.note = reason[:200]
    _set_status(lot, LotStatus.RECALLED)
    record_audit(
        actor, action="inventory.recall_lot", target=f"lot:{lot.pk}", reason=reason, orders=len(references)
    )
    publish(
        LotRecalled(
            lot_id=lot.pk,
            lot_code=lot.code,
            sku=lot.variant.sku,
            reason=reason,
            references=references,
            turn=lot.status_changed_at.isoformat() if lot.status_changed_at else "",
        )
    )
    return references


@transactional
def free_lot(lot_id: int, *, reason: str, actor: str) -> Lot:
    """Ends a recall: the lot is for sale again, unless it has expired meanwhile. May be repeated.

    Locks the lot, then the variant's levels. Publishes StockChanged.
    """
    lot = locks.lock_lots([lot_id])[0]
    has_expired = lot.expires_on is not None and lot.expires_on <= localdate(now())
    _set_status(lot, LotStatus.EXPIRED if has_expired else LotStatus.ACTIVE)
    record_audit(actor, action="inventory.free_lot", target=f"lot:{lot.pk}", reason=reason)
    return lot


def _set_status(lot: Lot, status: LotStatus) -> None:
    locks.lock_levels_of([lot.variant_id])
    lot.status = status
    lot.status_changed_at = now()
    lot.save(update_fields=["status", "status_changed_at", "note"])
    with connection.cursor() as cursor:
        cursor.execute(_BLOCK, [lot.variant_id])
    publish_stock_changes({lot.variant_id})
