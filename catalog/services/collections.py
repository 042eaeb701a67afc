"""Collections: their words, and who is in them."""

from __future__ import annotations

from collections.abc import Collection as Ids
from collections.abc import Sequence

import structlog
from django.utils.translation import gettext as _

from catalog.domain.collections import MOST_PRODUCTS
from catalog.domain.errors import RuleInvalid
from catalog.locks import lock_collection
from catalog.models import Collection, CollectionProduct, Product
from catalog.queries.addresses import build_collection_path
from catalog.queries.collection_rules import list_chosen_ids
from catalog.services.redirects import forget_redirect, remember_moves
from shop.kernel.audit import record_audit
from shop.kernel.clock import now
from shop.kernel.transactions import transactional

log = structlog.get_logger(__name__)


@transactional
def save_collection(collection: Collection, *, actor: str) -> Collection:
    """Write a collection's words; an old address leads to the new one. Call finish_collection when its parts are written.

    Records an audit row. Repeatable.
    """
    old_slug = Collection.objects.filter(pk=collection.pk).values_list("slug", flat=True).first()
    collection.updated_at = now()
    collection.save()
    path = build_collection_path(collection.slug)
    if old_slug and old_slug != collection.slug:
        remember_moves({build_collection_path(old_slug): path})
    elif not old_slug:
        forget_redirect(path)
    record_audit(actor, action="catalog.save_collection", target=f"collection:{collection.slug}")
    return collection


@transactional
def refresh_collection(collection_id: int) -> int:
    """Let a rule choose its products anew; returns how many came or went. Raises RuleInvalid.

    Locks the collection. A collection by hand stays as it is. Repeatable; writes only what differs.
    """
    collection = lock_collection(collection_id)
    if collection is None or collection.kind != Collection.Kind.RULE:
        return 0
    changed = _write_members(collection, list_chosen_ids(collection))
    Collection.objects.filter(pk=collection_id).update(refreshed_at=now())
    return changed


def refresh_collections() -> int:
    """Refresh every rule, each in a transaction of its own; returns how many memberships changed. Repeatable."""
    rules = Collection.objects.filter(kind=Collection.Kind.RULE).order_by("pk").values_list("pk", flat=True)
    changed = 0
    for collection_id in list(rules):
        try:
            changed += refresh_collection(collection_id)
        except RuleInvalid as error:
            log.warning("collection.rule_invalid", collection=collection_id, reason=str(error.message))
    return changed


@transactional
def add_to_collection(collection_id: int, product_ids: Ids[int], *, actor: str) -> list[int]:
    """Put products at the end of a collection by hand; returns those that were not there. Locks it. Repeatable.

    Raises RuleInvalid for a collection by rule, and when it would become too long.
    """
    collection = _lock_manual(collection_id)
    known = list(collection.members.order_by("position", "pk").values_list("product_id", flat=True))
    fresh = [pk for pk in dict.fromkeys(product_ids) if pk not in set(known)]
    fresh = [
        pk for pk in fresh if pk in set(Product.objects.filter(pk__in=fresh).values_list("pk", flat=True))
    ]
    if len(known) + len(fresh) > MOST_PRODUCTS:
        raise RuleInvalid(
            _("A collection holds %(count)d products at most.") % {"count": MOST_PRODUCTS}, field="collection"
        )
    _write_members(collection, [*known, *fresh])
    if fresh:
        _audit(collection, actor, added=len(fresh))
    return fresh


@transactional
def remove_from_collection(collection_id: int, product_ids: Ids[int], *, actor: str) -> list[int]:
    """Take products out of a collection by hand; returns those that were there. Locks it. Repeatable."""
    collection = _lock_manual(collection_id)
    members = collection.members.filter(product_id__in=product_ids)
    gone = list(members.order_by("position", "pk").values_list("product_id", flat=True))
    members.delete()
    if gone:
        _audit(collection, actor, removed=len(gone))
    return gone


def _lock_manual(collection_id: int) -> Collection:
    collection = lock_collection(collection_id)
    if collection is None:
        raise RuleInvalid(_("This collection does not exist any more."), field="collection")
    if collection.kind != Collection.Kind.MANUAL:
        raise RuleInvalid(
            _("“%(name)s” is put together by rule. Change the rule instead.") % {"name": str(collection)},
            field="collection",
        )
    return collection


def _audit(collection: Collection, actor: str, **counts: int) -> None:
    record_audit(actor, action="catalog.change_collection", target=f"collection:{collection.slug}", **counts)


def _write_members(collection: Collection, product_ids: Sequence[int]) -> int:
    """Write the members in this order; returns how many came or went."""
    known = dict(collection.members.values_list("product_id", "position"))
    wanted = {product_id: position for position, product_id in enumerate(product_ids)}
    gone = known.keys() - wanted.keys()
    moved = [pk for pk, position in wanted.items() if known.get(pk) != position]
    if gone:
        collection.members.filter(product_id__in=gone).delete()
    CollectionProduct.objects.bulk_create(
        [CollectionProduct(collection=collection, product_id=pk, position=wanted[pk]) for pk in moved],
        update_conflicts=True,
        unique_fields=["collection", "product"],
        update_fields=["position"],
    )
    return len(gone) + len(wanted.keys() - known.keys())
