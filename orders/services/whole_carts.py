"""A whole cart at once: its articles, who buys, where it goes and how."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from inventory.queries.channels import list_available_for
from orders.domain.carts import CartView, CartWish, WantedLine
from orders.domain.errors import ShippingMethodNotOffered, UnknownSku
from orders.domain.events import CartLineAdded
from orders.models import Cart, CartLine
from orders.queries.carts import get_filled_cart_view
from orders.queries.prices import ArticleList, list_articles
from orders.services.carts import check_quantity_left, get_sellable_price
from orders.services.checkout import fill_contact
from shop.kernel.clock import now
from shop.kernel.errors import Conflict, DomainError
from shop.kernel.events import publish_many
from shop.kernel.postgres.statements import RowInsert
from shop.kernel.transactions import transactional

_NEW_CART, _NEW_LINES = RowInsert(Cart), RowInsert(CartLine)


@transactional
def open_whole_cart(wish: CartWish) -> tuple[Cart, CartView]:
    """Open a guest's cart with all that is known of it; the cart, and what it comes to. All or nothing.

    Publishes CartLineAdded for each article. Each call opens another cart. Raises what the single steps raise:
    AddressRefused, ShippingMethodNotOffered, and for the lines UnknownSku, NotSellable, InvalidQuantity or NotEnoughLeft,
    with the others beside the first, each naming its line (`lines.2.sku`).
    """
    instant = now()
    cart = Cart(
        currency=wish.currency,
        language=wish.language,
        shipping_method_code=wish.shipping_method_code,
        created_at=instant,
        updated_at=instant,
    )
    if wish.address is not None:
        fill_contact(cart, email=wish.email, address=wish.address)
    articles = list_articles(cart, wish.lines)
    _refuse_lines(cart, wish.lines, articles)
    _NEW_CART.run(cart)
    lines = _NEW_LINES.run_many(_build_lines(cart, articles))
    if lines:
        publish_many([_tell_added(cart, line) for line in lines])
    view = get_filled_cart_view(cart, lines, offers=articles.offers)
    if wish.shipping_method_code and view.shipping_option is None:
        raise ShippingMethodNotOffered(wish.shipping_method_code, field="shipping_method")
    return cart, view


def _refuse_lines(cart: Cart, wanted: Sequence[WantedLine], articles: ArticleList) -> None:
    """Tell everything that is wrong with the lines at once, what can never be right before what is not there just now."""
    refusals = list(_find_refusals(cart, wanted, articles))
    if refusals:
        first, *others = sorted(refusals, key=lambda error: isinstance(error, Conflict))
        first.others = others
        raise first


def _find_refusals(cart: Cart, wanted: Sequence[WantedLine], articles: ArticleList) -> Iterator[DomainError]:
    left = list_available_for(cart.channel, variant_ids=articles.offers.keys()) if articles.offers else {}
    for place, line in enumerate(wanted):
        try:
            _check_line(line, articles, variant_id=articles.variants.get(place), left=left)
        except DomainError as error:
            error.field = f"lines.{place}.{error.field}"
            yield error


def _check_line(
    line: WantedLine, articles: ArticleList, *, variant_id: int | None, left: Mapping[int, int]
) -> None:
    if variant_id is None:
        raise UnknownSku(line.sku)
    offer = articles.offers[variant_id]
    get_sellable_price(offer)
    check_quantity_left(offer.sku, wanted=articles.quantities[variant_id], left=left[variant_id])


def _build_lines(cart: Cart, articles: ArticleList) -> list[CartLine]:
    """One line per article, in the order in which they were first named; more of the same adds up."""
    return [
        CartLine(
            cart=cart,
            variant_id=variant_id,
            quantity=quantity,
            seen_amount=get_sellable_price(articles.offers[variant_id]).amount,
            created_at=cart.created_at,
        )
        for variant_id, quantity in articles.quantities.items()
    ]


def _tell_added(cart: Cart, line: CartLine) -> CartLineAdded:
    return CartLineAdded(
        cart_token=cart.token,
        user_id=0,
        variant_id=line.variant_id,
        quantity=line.quantity,
        unit_amount=line.seen_amount or Decimal(0),
        currency=cart.currency,
    )
