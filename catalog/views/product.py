"""The product page."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from catalog.domain.media import ImageView
from catalog.queries.navigation import list_nav_categories
from catalog.queries.previews import read_preview_token
from catalog.queries.product_pages import ProductPage, get_product_page, list_variant_choices
from catalog.queries.promotions.flash_sales import find_flash_sale
from catalog.queries.structured_facts import describe_product, dump_json
from shop.kernel.errors import NotFound
from shop.kernel.money import Money, format_money
from shop.web.currency import get_currency
from shop.web.drawn import draw_page
from shop.web.page_cache import public_page


@public_page
def product(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a product; ``?variant=SKU`` chooses the variant without a script."""
    page = _find_page(request, slug)
    facts = {
        "product": page,
        "nav_categories": list_nav_categories(),
        "sale": find_flash_sale([variant.id for variant in page.variants]),
    }
    return draw_page(request, "catalog/product.html", facts, build_rest=lambda: _build_context(page))


def preview(request: HttpRequest, token: str) -> HttpResponse:
    """Show a product that may still be a draft to who holds its signed link."""
    slug = read_preview_token(token)
    if slug is None:
        raise Http404(token)
    page = _find_page(request, slug, is_preview=True)
    response = render(request, "catalog/product.html", {**_build_context(page), "is_preview": True})
    response["X-Robots-Tag"] = "noindex"
    return response


def _find_page(request: HttpRequest, slug: str, *, is_preview: bool = False) -> ProductPage:
    try:
        return get_product_page(
            slug,
            currency=get_currency(request),
            sku=request.GET.get("variant", ""),
            is_preview=is_preview,
        )
    except NotFound as error:
        raise Http404(str(error.message)) from error


def _build_context(page: ProductPage) -> dict[str, Any]:
    language = get_language() or "en"

    def show(price: Money) -> str:
        return format_money(price, language)

    image: ImageView | None = page.slides[0].image if page.slides else None
    return {
        "product": page,
        "chosen": page.chosen,
        "image": image,
        "variants_json": dump_json(list_variant_choices(page, format_price=show)),
        "json_ld": describe_product(page),
    }
