"""Products for tests: real rows, with listings as the services would write them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from itertools import count

from catalog.domain.words import make_key
from catalog.models import Brand, Category, OptionValue, Price, Product, ProductImage, ProductOption, Variant
from catalog.services.listings import refresh_listings
from shop.kernel.clock import now

_numbers = count(1)
_waiting: list[int] | None = None


@contextmanager
def list_at_the_end() -> Iterator[None]:
    """Write the listings of all that is made inside once, at its end: a shelf of fifty takes a tenth of the time."""
    global _waiting  # noqa: PLW0603  one test at a time in a process
    _waiting = []
    try:
        yield
        found = _waiting
    finally:
        _waiting = None
    refresh_listings(found)


def _list(product: Product) -> None:
    if _waiting is None:
        refresh_listings([product.pk])
    else:
        _waiting.append(product.pk)


def make_category(path: str = "", *, name: str = "", chinese: str = "") -> Category:
    """Return the category at a path such as "kitchen/cups", with the ones above it."""
    path = path or f"shelf-{next(_numbers)}"
    parent: Category | None = None
    steps = path.split("/")
    for depth, slug in enumerate(steps, start=1):
        here = "/".join(steps[:depth])
        words = (
            {"name_en": name or slug.title(), "name_zh_hans": chinese}
            if depth == len(steps)
            else {"name_en": slug.title()}
        )
        parent, _ = Category.objects.get_or_create(
            path=here, defaults={"slug": slug, "parent": parent, "depth": depth, **words}
        )
    assert parent is not None
    return parent


def make_brand(name: str = "") -> Brand:
    """Return a brand."""
    name = name or f"Brand {next(_numbers)}"
    brand, _ = Brand.objects.get_or_create(slug=make_key(name), defaults={"name": name})
    return brand


def make_product(
    name: str = "",
    *,
    chinese: str = "",
    slug: str = "",
    category: Category | None = None,
    brand: Brand | None = None,
    status: str = Product.Status.PUBLISHED,
    description: str = "",
    is_featured: bool = False,
) -> Product:
    """Return a product without variants."""
    number = next(_numbers)
    name = name or f"Product {number}"
    at = now()
    return Product.objects.create(
        slug=slug or f"{make_key(name)}-{number}",
        name_en=name,
        name_zh_hans=chinese,
        description_en=description,
        category=category,
        brand=brand,
        status=status,
        is_featured=is_featured,
        published_at=at,
        created_at=at,
        updated_at=at,
    )


def make_variant(
    *,
    product: Product | None = None,
    sku: str = "",
    price: str | Decimal | None = "19.90",
    compare_at: str | Decimal | None = None,
    currency: str = "EUR",
    prices: Mapping[str, str | Decimal] | None = None,
    available: int = 10,
    weight_grams: int = 500,
    options: Mapping[str, str] | None = None,
    is_active: bool = True,
    requires_shipping: bool = True,
    is_listed: bool = True,
) -> Variant:
    """Return a variant with its prices and listing; `available` is what the page shows, not stock in a warehouse."""
    product = product or make_product()
    number = next(_numbers)
    variant = Variant.objects.create(
        product=product,
        sku=sku or f"SKU-{number}",
        weight_grams=weight_grams,
        available_quantity=available,
        is_active=is_active,
        requires_shipping=requires_shipping,
        position=number,
    )
    for code, amount in (prices or ({currency: price} if price is not None else {})).items():
        Price.objects.create(
            variant=variant,
            currency=code,
            amount=Decimal(amount),
            compare_at_amount=Decimal(compare_at) if compare_at is not None else None,
        )
    for position, (name, value) in enumerate((options or {}).items()):
        variant.option_values.add(_make_value(product, name, value, position))
    if is_listed:
        _list(product)
    return variant


def make_image(
    product: Product, *, variant: Variant | None = None, alt: str = "", position: int = 0
) -> ProductImage:
    """Return a picture whose files are only named, not stored."""
    number = next(_numbers)
    image = ProductImage.objects.create(
        product=product,
        variant=variant,
        alt_en=alt,
        position=position,
        renditions={"webp": [[320, f"products/{number}-320.webp"], [640, f"products/{number}-640.webp"]]},
        color="#c0ffee",
    )
    # The file is not there to be measured, so its columns are set past the field.
    ProductImage.objects.filter(pk=image.pk).update(original=f"products/{number}.jpg", width=800, height=1000)
    image.refresh_from_db(fields=["renditions"])
    _list(product)
    return image


def _make_value(product: Product, name: str, value: str, position: int) -> OptionValue:
    """Return the option value; "Color|颜色" carries both languages."""
    english, _, chinese = name.partition("|")
    option, _ = ProductOption.objects.get_or_create(
        product=product,
        key=make_key(english),
        defaults={"name_en": english, "name_zh_hans": chinese, "position": position},
    )
    english, _, chinese = value.partition("|")
    row, _ = OptionValue.objects.get_or_create(
        option=option, key=make_key(english), defaults={"value_en": english, "value_zh_hans": chinese}
    )
    return row
