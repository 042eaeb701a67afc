"""Deciding about suggestions: into draft orders grouped by supplier, or not."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from inventory import locks
from inventory.domain.buying.errors import NoSupplier, SuggestionGone
from inventory.domain.buying.order_sizes import round_to_packs
from inventory.domain.buying.states import PurchaseOrigin, PurchaseStatus, SuggestionState
from inventory.models import PurchaseOrder, PurchaseSuggestion, Supplier
from inventory.queries.buying.positions import Offer, list_offers
from inventory.services.buying.purchase_orders import OrderedLine, put_lines, write_order
from shop.kernel.audit import record_audit
from shop.kernel.clock import now
from shop.kernel.errors import Invalid
from shop.kernel.transactions import transactional


@transactional
def accept_suggestions(
    suggestion_ids: Sequence[int], *, actor: str, quantities: Mapping[int, int] | None = None
) -> list[PurchaseOrder]:
    """Puts suggestions into draft orders, one per supplier and warehouse: the draft of suggestions that is open, or a new one.

    `quantities` adjusts some of them by key; each is rounded up to whole packs. Locks the buying of the shelves, then the
    suggestions, then the drafts. Those accepted before are left as they are, so it may be repeated. Raises NoSupplier,
    SuggestionGone for one that was decided otherwise, Invalid for a quantity below one; then nothing is done. A line in
    the audit log per draft.
    """
    rows = _lock(suggestion_ids)
    open_rows = [row for row in rows if row.state == SuggestionState.OPEN]
    for row in rows:
        if row.state not in {SuggestionState.OPEN, SuggestionState.ACCEPTED}:
            raise SuggestionGone(row.variant.sku)
    groups: dict[tuple[int, int], list[tuple[PurchaseSuggestion, int]]] = defaultdict(list)
    offers = list_offers({row.variant_id for row in open_rows})
    for row in open_rows:
        offer = _choose_offer(row, offers=offers.get(row.variant_id, []))
        quantity = _find_quantity(row, offer=offer, asked=(quantities or {}).get(row.pk))
        groups[offer.item.supplier_id, row.warehouse_id].append((row, quantity))
    drafts = [
        _put_into_draft(supplier_id, warehouse_id=warehouse_id, chosen=chosen, actor=actor)
        for (supplier_id, warehouse_id), chosen in sorted(groups.items())
    ]
    for draft in drafts:
        record_audit(actor, action="inventory.accept_suggestions", target=f"purchase_order:{draft.number}")
    return drafts


def _lock(suggestion_ids: Sequence[int]) -> list[PurchaseSuggestion]:
    shelves = PurchaseSuggestion.objects.filter(pk__in=suggestion_ids).values_list(
        "variant_id", "warehouse_id"
    )
    locks.lock_buying(list(shelves))
    return locks.lock_suggestions(suggestion_ids)


def _choose_offer(row: PurchaseSuggestion, *, offers: Sequence[Offer]) -> Offer:
    """The supplier that was suggested, if it still offers the article; else the next one."""
    if not offers:
        raise NoSupplier(row.variant.sku)
    return next((offer for offer in offers if offer.item.pk == row.supplier_item_id), offers[0])


def _find_quantity(row: PurchaseSuggestion, *, offer: Offer, asked: int | None) -> int:
    wanted = row.quantity if asked is None else asked
    if wanted < 1:
        message = _("%(sku)s: order at least one, or dismiss the suggestion.")
        raise Invalid(message % {"sku": row.variant.sku}, field="quantity")
    return round_to_packs(
        wanted,
        minimum_quantity=offer.item.minimum_quantity,
        multiple_quantity=offer.item.multiple_quantity,
    )


def _put_into_draft(
    supplier_id: int, *, warehouse_id: int, chosen: Sequence[tuple[PurchaseSuggestion, int]], actor: str
) -> PurchaseOrder:
    draft = _find_draft(supplier_id, warehouse_id=warehouse_id)
    if draft is None:
        draft = write_order(
            supplier_id,
            warehouse_id=warehouse_id,
            lines=[OrderedLine(variant_id=row.variant_id, quantity=quantity) for row, quantity in chosen],
            actor=actor,
            origin=PurchaseOrigin.SUGGESTION,
        )
    else:
        _add_to_draft(draft, chosen=chosen, actor=actor)
    lines = {line.variant_id: line for line in draft.lines.all()}
    instant = now()
    for row, quantity in chosen:
        row.state, row.line, row.accepted_quantity = SuggestionState.ACCEPTED, lines[row.variant_id], quantity
        row.decided_by, row.decided_at = actor, instant
        row.save()
    return draft


def _find_draft(supplier_id: int, *, warehouse_id: int) -> PurchaseOrder | None:
    """The open draft of suggestions. The supplier's row is locked, so that two buyers do not open two."""
    Supplier.objects.locked(supplier_id)
    draft = PurchaseOrder.objects.filter(
        supplier_id=supplier_id,
        warehouse_id=warehouse_id,
        status=PurchaseStatus.DRAFT,
        origin=PurchaseOrigin.SUGGESTION,
    ).first()
    locked = locks.lock_purchase_order(draft.pk) if draft else None
    return locked if locked is not None and locked.status == PurchaseStatus.DRAFT else None


def _add_to_draft(
    draft: PurchaseOrder, *, chosen: Sequence[tuple[PurchaseSuggestion, int]], actor: str
) -> None:
    there = dict(draft.lines.values_list("variant_id", "quantity"))
    wanted = {row.variant_id: quantity + there.get(row.variant_id, 0) for row, quantity in chosen}
    put_lines(draft, wanted=wanted, prices={}, actor=actor)


@transactional
def dismiss_suggestions(suggestion_ids: Sequence[int], *, actor: str, reason: str) -> int:
    """Not today: the number dismissed, with a line in the audit log; tomorrow is another day.

    Locks the suggestions. May be repeated.
    """
    rows = [row for row in _lock(suggestion_ids) if row.state == SuggestionState.OPEN]
    instant = now()
    for row in rows:
        row.state, row.reason = SuggestionState.DISMISSED, reason
        row.decided_by, row.decided_at = actor, instant
        row.save()
    if rows:
        record_audit(actor, action="inventory.dismiss_suggestions", target="suggestions", count=len(rows))
    return len(rows)
