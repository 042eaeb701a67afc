"""The product page."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from catalog.domain.media import ImageView
from catalog.queries.product_pages import get_product_page, list_variant_choices
from catalog.queries.structured_facts import describe_product, dump_json
from shop.kernel.errors import NotFound
from shop.kernel.money import Money, format_money
from shop.web.currency import get_currency
from shop.web.page_cache import public_page


@public_page
def product(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a product; ``?variant=SKU`` chooses the variant without a script."""
    try:
        page = get_product_page(slug, currency=get_currency(request), sku=request.GET.get("variant", ""))
    except NotFound as error:
        raise Http404(str(error.message)) from error
    language = get_language() or "en"

    def show(price: Money) -> str:
        return format_money(price, language)

    image: ImageView | None = page.slides[0].image if page.slides else None
    context = {
        "product": page,
        "chosen": page.chosen,
        "image": image,
        "variants_json": dump_json(list_variant_choices(page, format_price=show)),
        "json_ld": describe_product(page),
    }
    return render(request, "catalog/product.html", context)
