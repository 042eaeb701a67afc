"""The front page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from catalog.domain.filters import ListingScope, Sort
from catalog.queries.cards import find_listings, list_cards, list_shelf_pictures, order_listings
from catalog.queries.categories import get_category_tree
from shop.web.currency import get_currency
from shop.web.page_cache import public_page

SHOWN = 8


@public_page
def home(request: HttpRequest) -> HttpResponse:
    """Show where to begin: shelves, featured and new products."""
    listings = find_listings(ListingScope(currency=get_currency(request)))
    featured = list_cards(order_listings(listings.filter(is_featured=True), Sort.FEATURED)[: SHOWN + 1])
    newest = list_cards(order_listings(listings, Sort.NEWEST)[: SHOWN * 2])
    shown = {card.product_id for card in featured}
    context = {
        "hero": featured[0] if featured else None,
        "featured": featured[1:] if len(featured) > SHOWN else featured,
        "newest": [card for card in newest if card.product_id not in shown][:SHOWN],
        "categories": get_category_tree().roots,
        "pictures": list_shelf_pictures(get_currency(request)),
        "here": "home",
    }
    return render(request, "catalog/home.html", context)
