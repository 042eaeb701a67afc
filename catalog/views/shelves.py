"""Shelves beside the categories: brands and collections."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from catalog.domain.filters import ListingScope
from catalog.forms import read_filters
from catalog.queries.collections import (
    find_brand,
    find_collection,
    list_brands,
    list_collections,
    list_member_ids,
)
from catalog.queries.product_pages import Crumb, list_crumbs
from catalog.queries.structured_facts import describe_crumbs
from catalog.views.listings import build_results, render_list
from shop.web.currency import get_currency
from shop.web.page_cache import public_page


@public_page
def collections(request: HttpRequest) -> HttpResponse:
    """Show all collections."""
    crumbs = _list_steps(Crumb(name=_("Collections"), url=reverse("catalog:collections")))
    context = {
        "collections": list_collections(get_currency(request)),
        "crumbs": crumbs,
        "json_ld": describe_crumbs(crumbs),
    }
    return render(request, "catalog/collections.html", context)


@public_page
def collection(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a collection's products, in its own order unless the shopper sorts them."""
    found = find_collection(slug)
    if found is None:
        raise Http404(slug)
    scope = ListingScope(currency=get_currency(request), product_ids=list_member_ids(found.id))
    crumbs = _list_steps(
        Crumb(name=_("Collections"), url=reverse("catalog:collections")),
        Crumb(name=found.name, url=found.url),
    )
    context = {
        "shelf": found,
        "crumbs": crumbs,
        "json_ld": describe_crumbs(crumbs),
        **build_results(request, scope, read_filters(request.GET, default_sort=found.sort)),
        "default_sort": found.sort,
    }
    return render_list(request, "catalog/shelf.html", context)


@public_page
def brands(request: HttpRequest) -> HttpResponse:
    """Show all brands."""
    crumbs = _list_steps(Crumb(name=_("Brands"), url=reverse("catalog:brands")))
    context = {"brands": list_brands(), "crumbs": crumbs, "json_ld": describe_crumbs(crumbs)}
    return render(request, "catalog/brands.html", context)


@public_page
def brand(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a brand's products."""
    found = find_brand(slug)
    if found is None:
        raise Http404(slug)
    scope = ListingScope(currency=get_currency(request), brand_slug=found.slug)
    crumbs = _list_steps(
        Crumb(name=_("Brands"), url=reverse("catalog:brands")), Crumb(name=found.name, url=found.url)
    )
    results: dict[str, Any] = build_results(request, scope, read_filters(request.GET))
    context = {
        "shelf": found,
        "crumbs": crumbs,
        "json_ld": describe_crumbs(crumbs),
        **results,
        # Everything here is of one brand: nothing to choose.
        "facets": replace(results["facets"], brands=()),
    }
    return render_list(request, "catalog/shelf.html", context)


def _list_steps(*steps: Crumb) -> tuple[Crumb, ...]:
    return (*list_crumbs(""), *steps)
