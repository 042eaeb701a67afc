"""Zones of a warehouse, and their bins, many at once."""

from inventory.domain.bin_patterns import BinLayout
from inventory.models import Bin, Zone, ZoneKind
from inventory.queries.bins import draft_bins
from shop.kernel.audit import record_audit
from shop.kernel.transactions import transactional


@transactional
def ensure_zone(warehouse_id: int, *, code: str, name: str, kind: ZoneKind) -> Zone:
    """The warehouse's zone of this code, made when it is missing; one that is there stays as it is. May be repeated."""
    facts = {"name": name, "kind": kind}
    zone, _is_new = Zone.objects.get_or_create(warehouse_id=warehouse_id, code=code, defaults=facts)
    return zone


@transactional
def make_bins(zone: Zone, *, pattern: str, layout: BinLayout, actor: str) -> int:
    """Makes the pattern's bins that the warehouse does not have yet, with a line in the audit log; the number made.

    They are walked after all others. May be repeated, also at once: a code is made once. Raises PatternRefused.
    """
    new = [draft.bin for draft in draft_bins(zone, pattern=pattern, layout=layout) if not draft.is_known]
    before = Bin.objects.filter(zone=zone).count()
    Bin.objects.bulk_create(new, ignore_conflicts=True)
    made = Bin.objects.filter(zone=zone).count() - before
    if made:
        record_audit(
            actor,
            action="inventory.make_bins",
            target=f"zone:{zone.warehouse.code}/{zone.code}",
            pattern=pattern,
            count=made,
        )
    return made
