"""Writing whole price lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from catalog.domain.errors import PriceInvalid
from catalog.domain.pricing.list_rows import Bound, ListFacts
from catalog.domain.promotions.errors import WindowInvalid
from catalog.locks import lock_price_lists
from catalog.models import PriceList, PriceListItem
from shop.kernel.audit import record_audit
from shop.kernel.transactions import require_transaction, transactional


@dataclass(frozen=True, kw_only=True, slots=True)
class ListPriceDraft:
    """A price of a list from a quantity on."""

    variant_id: int
    amount: Decimal
    min_quantity: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class PriceListDraft:
    """A price list without its prices."""

    key: str
    name: str
    currency: str
    tier: str = ""
    channel: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    priority: int = 100


@transactional
def save_price_list(draft: PriceListDraft, *, items: Sequence[ListPriceDraft], actor: str) -> PriceList:
    """Make or replace a price list with all its prices, by its key. May be repeated. Raises PriceInvalid, WindowInvalid."""
    if draft.starts_at and draft.ends_at and draft.ends_at <= draft.starts_at:
        raise WindowInvalid
    if any(item.amount < 0 or item.min_quantity < 1 for item in items):
        raise PriceInvalid(_("A price cannot be below zero."), field="items")
    values = {name: getattr(draft, name) for name in PriceListDraft.__dataclass_fields__ if name != "key"}
    found, _is_new = PriceList.objects.update_or_create(key=draft.key, defaults=values)
    found.items.all().delete()
    PriceListItem.objects.bulk_create(
        [
            PriceListItem(
                price_list=found,
                variant_id=item.variant_id,
                min_quantity=item.min_quantity,
                amount=item.amount,
            )
            for item in items
        ],
        batch_size=2_000,
    )
    record_audit(actor, action="price_list.saved", target=f"price_list:{draft.key}", quantity=len(items))
    return found


def write_price_lists(wanted: Mapping[str, ListFacts]) -> dict[str, PriceList]:
    """Make or change price lists by key, without their prices, in the caller's transaction; returns them. Repeatable.

    Locks those that are there by primary key.
    """
    require_transaction()
    found = {known.key: known for known in lock_price_lists(wanted)} if wanted else {}
    for key, facts in wanted.items():
        price_list = found.setdefault(key, PriceList(key=key))
        given = {name: getattr(facts, name) for name in ListFacts.__dataclass_fields__}
        for name, value in given.items():
            if value is not None:
                setattr(price_list, name, None if value is Bound.OPEN else value)
        price_list.save()
    return found
