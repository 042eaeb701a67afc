"""What the articles, and the other things, that promotions name are called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Final

from django.utils.translation import gettext as _

from catalog.domain.promotions.delivery_methods import list_delivery_names
from catalog.domain.promotions.payment_methods import name_payment_method
from catalog.models import Brand, Product, Variant
from catalog.models import Collection as ProductCollection
from catalog.queries.categories import get_category_tree

STEP = " \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} "
OWN_SITE = "web"

Names = Mapping[str, str]


def list_target_names(keys: Iterable[str]) -> dict[str, str]:
    """Return what these keys are called, in the active language; a query per kind that needs one.

    A key of something that the shop does not have is left out: it stays a key, so that somebody notices.
    """
    asked: dict[str, set[str]] = defaultdict(set)
    for key in keys:
        kind, colon, rest = key.partition(":")
        if colon:
            asked[kind].add(rest)
    return {
        f"{kind}:{rest}": name
        for kind, rests in asked.items()
        if kind in _NAMERS
        for rest, name in _NAMERS[kind](rests).items()
    }


def _name_categories(paths: Collection[str]) -> Names:
    tree = get_category_tree()
    return {
        path: STEP.join(node.name for node in tree.list_ancestors(path))
        for path in paths
        if path in tree.by_path
    }


def _name_brands(slugs: Collection[str]) -> Names:
    return dict(Brand.objects.filter(slug__in=slugs).values_list("slug", "name"))


def _name_collections(slugs: Collection[str]) -> Names:
    found = ProductCollection.objects.filter(slug__in=slugs)
    return {each.slug: _("collection “%(name)s”") % {"name": each.name} for each in found}


def _name_products(slugs: Collection[str]) -> Names:
    return {each.slug: each.name for each in Product.objects.filter(slug__in=slugs)}


def _name_variants(skus: Collection[str]) -> Names:
    variants = Variant.objects.filter(sku__in=skus).select_related("product")
    return {each.sku: f"{each.product.name} ({each.sku})" for each in variants}


def _name_tags(tags: Collection[str]) -> Names:
    return {tag: _("tag “%(tag)s”") % {"tag": tag} for tag in tags}


def _name_channels(codes: Collection[str]) -> Names:
    return {OWN_SITE: _("the shop's own pages")} if OWN_SITE in codes else {}


def _name_payments(codes: Collection[str]) -> Names:
    return {code: name_payment_method(code) for code in codes}


_NAMERS: Final[dict[str, Callable[[Collection[str]], Names]]] = {
    "category": _name_categories,
    "brand": _name_brands,
    "collection": _name_collections,
    "product": _name_products,
    "sku": _name_variants,
    "tag": _name_tags,
    "channel": _name_channels,
    "payment": _name_payments,
    "delivery": list_delivery_names,
}
