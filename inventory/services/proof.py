"""The nightly proof: a level that does not say what its ledger says becomes a case for people, never a correction."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from inventory import locks
from inventory.domain.events import StockCaseOpened
from inventory.models import StockCase
from inventory.queries.proof import list_cost_differences, list_level_differences
from shop.kernel.audit import record_audit
from shop.kernel.clock import now
from shop.kernel.errors import Invalid
from shop.kernel.events import publish
from shop.kernel.transactions import transactional


def prove_stock() -> int:
    """Compares levels, bins, holds and costs with the ledger; the number of new cases. May be repeated.

    Publishes StockCaseOpened, one open case per shelf.
    """
    found: dict[tuple[int, int], dict[str, Any]] = {}
    for level in list_level_differences():
        found[level.variant_id, level.warehouse_id] = {
            "on_hand": [level.on_hand, level.true_on_hand],
            "reserved": [level.reserved, level.true_reserved],
            "reserved_in_ledger": [level.reserved, level.ledger_reserved],
            "not_for_sale": [level.blocked, level.true_blocked],
            "in_bins": [level.in_bins, level.true_on_hand],
        }
    for shelf in [(row.variant_id, row.warehouse_id) for row in list_cost_differences()]:
        found.setdefault(shelf, {}).update(_check_cost(shelf))
    return sum(_open_case(shelf, facts=facts) for shelf, facts in found.items() if facts)


@transactional
def _check_cost(shelf: tuple[int, int]) -> dict[str, Any]:
    """Once more under the lock of the level: sales go on while the proof reads."""
    locks.lock_levels([shelf])
    return {
        key: value
        for row in list_cost_differences(shelf=shelf)
        for key, value in (
            ("average_cost", [str(row.average_cost), str(row.true_average_cost)]),
            ("fifo_value", [str(row.fifo_value), str(row.true_fifo_value)]),
        )
    }


@transactional
def _open_case(shelf: tuple[int, int], *, facts: dict[str, Any]) -> bool:
    wrong = {name: values for name, values in facts.items() if values[0] != values[1]}
    case = StockCase(variant_id=shelf[0], warehouse_id=shelf[1], facts=wrong, opened_at=now())
    known: QuerySet[StockCase] = StockCase.objects.filter(
        variant_id=shelf[0], warehouse_id=shelf[1], resolved_at=None
    )
    if known.exists():
        return False
    StockCase.objects.bulk_create([case], ignore_conflicts=True)
    opened = known.select_related("variant", "warehouse").get()
    publish(
        StockCaseOpened(
            case_id=opened.pk,
            sku=opened.variant.sku,
            warehouse_code=opened.warehouse.code,
            summary="; ".join(f"{name}: {level} / {true}" for name, (level, true) in sorted(wrong.items())),
        )
    )
    return True


@transactional
def resolve_case(case_id: int, *, note: str, actor: str) -> StockCase:
    """A person found out why and says so. Raises Invalid without words. May be repeated."""
    if not note.strip():
        raise Invalid(_("Say what the reason was."), field="note")
    case = locks.lock_case(case_id)
    if case.resolved_at is None:
        case.resolved_at, case.resolved_by, case.note = now(), actor, note.strip()[:400]
        case.save(update_fields=["resolved_at", "resolved_by", "note"])
        record_audit(actor, action="inventory.resolve_case", target=f"stock_case:{case.pk}", note=case.note)
    return case
