"""The catalogue for partners and checks: public, read only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.answers import answer_card, answer_category, answer_product
from catalog.api.serializers import CategorySerializer, ProductCardSerializer, ProductSerializer
from catalog.domain.filters import ListingScope, Sort
from catalog.domain.tags import LONGEST_TAG, tidy_tag
from catalog.forms import LONGEST_TERM
from catalog.queries.cards import ProductCard, find_listings, list_cards, order_listings
from catalog.queries.categories import CategoryNode, get_category_tree
from catalog.queries.product_pages import get_product_page
from catalog.queries.quick_cards import list_quick_cards
from catalog.queries.search import search_products
from shop.partners.api.drawn import draw_answer
from shop.partners.api.pagination import PageResults, WholeResults
from shop.partners.api.parameters import CURRENCY, read_currency
from shop.partners.api.permissions import PUBLIC
from shop.partners.api.views import ApiView

ORDERINGS = {
    "featured": Sort.FEATURED,
    "newest": Sort.NEWEST,
    "price": Sort.PRICE,
    "-price": Sort.PRICE_DOWN,
    "name": Sort.NAME,
    "relevance": Sort.RELEVANCE,
}
LONGEST_PATH = 260


class ProductListView(ApiView):
    """Products by category, search and order."""

    scope = PUBLIC
    pagination_class = PageResults

    @extend_schema(
        operation_id="products_list",
        parameters=[
            OpenApiParameter(
                "search", {"type": "string", "maxLength": LONGEST_TERM}, description="Words to find."
            ),
            OpenApiParameter(
                "category",
                {"type": "string", "maxLength": LONGEST_PATH},
                description="Slug or path of a category; all below it is included.",
            ),
            OpenApiParameter(
                "tag", {"type": "string", "maxLength": LONGEST_TAG}, description="Products with this tag."
            ),
            OpenApiParameter("ordering", str, enum=list(ORDERINGS)),
            CURRENCY,
        ],
        responses=ProductCardSerializer(many=True),
    )
    def get(self, request: Request) -> HttpResponse:
        """List products that have a price in the currency."""
        currency = read_currency(request)
        term = _read_text(request, "search", LONGEST_TERM)
        sort = _read_ordering(request, default=Sort.RELEVANCE if term else Sort.FEATURED)
        ids = search_products(term, currency=currency).product_ids if term else None
        path = _read_category(request)
        tag = tidy_tag(_read_text(request, "tag", LONGEST_TAG))
        scope = ListingScope(currency=currency, category_path=path, tag=tag, product_ids=ids)
        pages = PageResults()
        cards = tuple(pages.paginate_queryset(_Cards(scope, sort), request, self))
        return draw_answer(
            request,
            (cards, pages.has_next),
            build=lambda: pages.build_envelope([answer_card(card) for card in cards]),
        )


class _Cards(Sequence[ProductCard]):
    """A list that is read as cards when it is sliced."""

    def __init__(self, scope: ListingScope, sort: Sort) -> None:
        self.scope = scope
        self.sort = sort

    def __getitem__(self, part: Any) -> Any:
        if self.scope.product_ids is None and not self.scope.tag:
            return list_quick_cards(self.scope, self.sort, start=part.start, stop=part.stop)
        listings = order_listings(
            find_listings(self.scope), self.sort, ranked_ids=self.scope.product_ids or ()
        )
        return list_cards(listings[part])

    def __len__(self) -> int:
        return find_listings(self.scope).count()


class ProductView(ApiView):
    """One product."""

    scope = PUBLIC

    @extend_schema(operation_id="products_read", parameters=[CURRENCY], responses=ProductSerializer)
    def get(self, request: Request, slug: str) -> HttpResponse:
        """Show a product with its variants."""
        page = get_product_page(slug, currency=read_currency(request), is_brief=True)
        language = get_language() or settings.LANGUAGE_CODE
        return draw_answer(request, page, build=lambda: answer_product(page, language))


class CategoryListView(ApiView):
    """The category tree."""

    scope = PUBLIC
    pagination_class = WholeResults

    @extend_schema(operation_id="categories_list", responses=CategorySerializer(many=True))
    def get(self, _request: Request) -> Response:
        """Show the whole tree, three levels at most, in one answer."""
        roots = [answer_category(node) for node in get_category_tree().roots]
        return WholeResults().get_paginated_response(roots)


def _read_text(request: Request, name: str, longest: int) -> str:
    text = request.query_params.get(name, "")
    if "\0" in text or len(text) > longest:
        raise ValidationError({name: _("Give at most %(longest)s characters.") % {"longest": longest}})
    return text.strip()


def _read_ordering(request: Request, *, default: Sort) -> Sort:
    text = request.query_params.get("ordering")
    if text is None:
        return default
    if text not in ORDERINGS:
        raise ValidationError({"ordering": _("Choose one of %(orders)s.") % {"orders": ", ".join(ORDERINGS)}})
    return ORDERINGS[text]


def _read_category(request: Request) -> str:
    """Return the path of the asked category; raises ValidationError when there is none such."""
    text = _read_text(request, "category", LONGEST_PATH).strip("/")
    if not text:
        return ""
    node = _find_category(text)
    if node is None:
        raise ValidationError({"category": _("There is no such category.")})
    return node.path


def _find_category(text: str) -> CategoryNode | None:
    """Return the category with this path, else the first with this slug, the highest first."""
    tree = get_category_tree()
    if text in tree.by_path:
        return tree.by_path[text]
    return next((node for node in tree.by_path.values() if node.slug == text), None)
