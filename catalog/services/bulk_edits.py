"""Changing many products at once: shown before, done in one transaction, taken back afterwards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection as Ids
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from catalog.domain.bulk import MOST_PRODUCTS, BulkWish, Change, plan_changes
from catalog.domain.errors import BulkEditInvalid, QualityTooLow
from catalog.domain.events import ProductsChanged
from catalog.locks import lock_bulk_edit, lock_products
from catalog.models import BulkEdit, CollectionProduct, Product
from catalog.services.collections import add_to_collection, remove_from_collection
from catalog.services.listings import refresh_listings
from catalog.services.publishing import publish_products, unpublish_products
from catalog.services.quality import build_refusal, list_refused, refresh_quality
from shop.kernel.audit import record_audit
from shop.kernel.clock import now
from shop.kernel.events import publish
from shop.kernel.transactions import transactional

_FIELDS = ("category_id", "brand_id", "product_type_id", "is_featured", "status")
PUBLISHED = Product.Status.PUBLISHED.value


@dataclass(frozen=True, kw_only=True, slots=True)
class BulkPlan:
    """What a bulk edit would change, and what the quality mark would keep back."""

    changes: tuple[Change, ...]
    refused: tuple[QualityTooLow, ...] = ()

    @property
    def product_count(self) -> int:
        """Return how many products change."""
        return len({change.product_id for change in self.changes})


@transactional
def plan_bulk_edit(product_ids: Ids[int], wish: BulkWish) -> BulkPlan:
    """Return what would change; writes nothing but scores. Raises BulkEditInvalid for nothing or too much."""
    if wish.is_empty:
        raise BulkEditInvalid(_("Choose what to change."))
    if len(product_ids) > MOST_PRODUCTS:
        raise BulkEditInvalid(_("Choose %(count)d products at most.") % {"count": MOST_PRODUCTS})
    products = Product.objects.filter(pk__in=product_ids).order_by("pk").in_bulk()
    refused = list_refused(products) if wish.is_published else {}
    members: dict[int, set[int]] = defaultdict(set)
    for product_id, collection_id in CollectionProduct.objects.filter(product_id__in=products).values_list(
        "product_id", "collection_id"
    ):
        members[product_id].add(collection_id)
    changes = [
        change
        for pk, product in products.items()
        for change in plan_changes(
            wish,
            product_id=pk,
            now_is={name: getattr(product, name) for name in _FIELDS},
            collections=frozenset(members[pk]),
            is_refused=pk in refused,
        )
    ]
    hidden = [pk for pk in refused if products[pk].status != PUBLISHED]
    return BulkPlan(
        changes=tuple(changes), refused=tuple(build_refusal(products[pk], refused[pk]) for pk in hidden)
    )


@transactional
def apply_bulk_edit(product_ids: Ids[int], wish: BulkWish, *, actor: str) -> BulkEdit:
    """Do what `plan_bulk_edit` shows, and keep what was before. All or nothing, but what the mark refuses stays a draft.

    Locks the products by primary key. Raises BulkEditInvalid, RuleInvalid for a collection by rule. Publishes
    ProductsChanged. Repeatable: a second time there is nothing to change.
    """
    plan = plan_bulk_edit(lock_products(product_ids), wish)
    _write(plan.changes, actor=actor)
    edit = BulkEdit.objects.create(
        actor=actor,
        created_at=now(),
        wanted={name: value for name, value in asdict(wish).items() if value is not None},
        changes=[change.to_row() for change in plan.changes],
        product_count=plan.product_count,
    )
    record_audit(
        actor, action="catalog.bulk_edit", target=f"bulk_edit:{edit.pk}", products=plan.product_count
    )
    return edit


@transactional
def undo_bulk_edit(edit_id: int, *, actor: str) -> int:
    """Take a bulk edit back where nothing else has changed since; returns how many changes were taken back.

    Locks the edit, then the products. A second time it changes nothing.
    """
    edit = lock_bulk_edit(edit_id)
    if edit is None or edit.undone_at is not None:
        return 0
    done = [Change(product_id=row[0], field=row[1], before=row[2], after=row[3]) for row in edit.changes]
    ids = lock_products({change.product_id for change in done})
    products = Product.objects.in_bulk(ids)
    back = [
        Change(product_id=one.product_id, field=one.field, before=one.after, after=one.before)
        for one in done
        if one.product_id in products and _is_untouched(products[one.product_id], one)
    ]
    _write(back, actor=actor)
    BulkEdit.objects.filter(pk=edit_id).update(undone_at=now())
    record_audit(actor, action="catalog.undo_bulk_edit", target=f"bulk_edit:{edit_id}", changes=len(back))
    return len(back)


def _is_untouched(product: Product, change: Change) -> bool:
    # Services of collections pass over what is in or out already.
    return change.field.startswith("collection:") or getattr(product, change.field) == change.after


def _write(changes: Sequence[Change], *, actor: str) -> None:
    by_field: dict[str, dict[Any, list[int]]] = defaultdict(lambda: defaultdict(list))
    for change in changes:
        by_field[change.field][change.after].append(change.product_id)
    statuses = by_field.pop("status", {})
    for field, groups in by_field.items():
        for value, ids in groups.items():
            _set_field(field, value, ids, actor=actor)
    touched = _list_ids(changes)
    refresh_listings(touched)
    refresh_quality(touched)
    for status, ids in statuses.items():
        if status == PUBLISHED:
            publish_products(ids, actor=actor)
        else:
            unpublish_products(ids, actor=actor)
    if touched:
        publish(ProductsChanged(product_ids=touched))


def _list_ids(changes: Iterable[Change]) -> list[int]:
    return sorted({change.product_id for change in changes})


def _set_field(field: str, value: Any, ids: list[int], *, actor: str) -> None:
    if not field.startswith("collection:"):
        Product.objects.filter(pk__in=ids).update(**{field: value, "updated_at": now()})
        return
    collection_id = int(field.partition(":")[2])
    move = add_to_collection if value else remove_from_collection
    move(collection_id, ids, actor=actor)
