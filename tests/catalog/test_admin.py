from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from catalog.models import Category, Listing, ListingPolicy, Product, Variant
from catalog.queries.quality import get_quality_policy
from shop.kernel.models import AuditEntry
from tests.factories.catalog import make_brand, make_category, make_image, make_product, make_variant

pytestmark = pytest.mark.django_db
LISTS = {
    "product": 9,
    "attribute": 4,
    "producttype": 4,
    "collection": 4,
    "redirect": 4,
    "bulkedit": 4,
    "stocknotice": 4,
    "variant": 4,
    "productoption": 4,
    "category": 4,
    "brand": 4,
    "importrun": 4,
}


@pytest.fixture
def operator(client: Client) -> Client:
    user = get_user_model().objects.create_superuser(email="anna@example.com", password="Sturdy-Kettle-9")
    client.force_login(user)
    return client


def _stock(count: int) -> None:
    for _ in range(count):
        product = make_product(category=make_category(), brand=make_brand())
        make_variant(product=product, options={"Size": "S"})
        make_image(product)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("model", LISTS)
def test_lists_take_the_same_queries_at_any_length(
    operator: Client, model: str, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    _stock(count)
    url = reverse(f"admin:catalog_{model}_changelist")
    operator.get(url)
    with django_assert_num_queries(LISTS[model]):
        assert operator.get(url).status_code == 200


def test_publishing_goes_through_the_service(operator: Client) -> None:
    product = make_product("Mug", status="draft")
    make_variant(product=product)
    url = reverse("admin:catalog_product_changelist")
    operator.post(url, {"action": "publish", "_selected_action": [product.pk]})
    assert Listing.objects.get(product=product).currency == "EUR"
    entry = AuditEntry.objects.get(action="catalog.publish_product")
    assert (entry.actor, entry.target) == ("anna@example.com", f"product:{product.slug}")
    operator.post(url, {"action": "unpublish", "_selected_action": [product.pk]})
    assert not Listing.objects.exists()


def _empty_formset(prefix: str) -> dict[str, str]:
    return {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}


def test_a_new_product_with_a_variant_and_clean_words(operator: Client) -> None:
    response = operator.post(
        reverse("admin:catalog_product_add"),
        {
            "slug": "mug",
            "name_en": "Mug",
            "name_zh_hans": "马克杯",
            "description_en": "<p onclick='x'>Good<script>x</script></p>",
            "description_zh_hans": "",
            "status": "published",
            **_empty_formset("images"),
            **_empty_formset("options"),
            **_empty_formset("documents"),
            "variants-TOTAL_FORMS": "1",
            "variants-INITIAL_FORMS": "0",
            "variants-0-sku": "MUG-1",
            "variants-0-weight_grams": "300",
            "variants-0-requires_shipping": "on",
            "variants-0-is_active": "on",
            "variants-0-position": "0",
        },
    )
    assert response.status_code == 302, response.content.decode()[:2000]
    product = Product.objects.get(slug="mug")
    assert product.description_en == "<p>Good</p>"
    assert product.published_at is not None
    assert AuditEntry.objects.filter(action="catalog.create_product").count() == 1


def test_a_price_set_on_the_variants_page_reaches_the_listing(operator: Client) -> None:
    variant = make_variant(price=None, sku="MUG-1")
    assert not Listing.objects.exists()
    operator.post(
        reverse("admin:catalog_variant_change", args=[variant.pk]),
        {
            "sku": "MUG-1",
            "weight_grams": "300",
            "requires_shipping": "on",
            "is_active": "on",
            "prices-TOTAL_FORMS": "1",
            "prices-INITIAL_FORMS": "0",
            "prices-0-currency": "EUR",
            "prices-0-amount": "12.50",
        },
    )
    assert str(Listing.objects.get().amount) == "12.500"
    assert Variant.objects.get().weight_grams == 300


def test_a_category_that_moves_takes_its_products_along(operator: Client) -> None:
    cups = make_category("kitchen/cups")
    make_variant(product=make_product(category=cups))
    operator.post(
        reverse("admin:catalog_category_change", args=[cups.pk]),
        {"slug": "mugs", "name_en": "Mugs", "parent": "", "position": "0"},
    )
    assert Category.objects.get(pk=cups.pk).path == "mugs"
    assert Listing.objects.get().category_path == "mugs/"


def test_a_fourth_level_is_refused_beside_the_field(operator: Client) -> None:
    deep = make_category("a/b/c")
    response = operator.post(
        reverse("admin:catalog_category_add"),
        {"slug": "d", "name_en": "D", "parent": str(deep.pk), "position": "0"},
    )
    assert response.status_code == 200
    assert "three levels deep" in response.content.decode()
    assert not Category.objects.filter(slug="d").exists()


def test_a_category_in_use_is_not_deleted(operator: Client) -> None:
    cups = make_category("cups")
    make_variant(product=make_product(category=cups))
    operator.post(reverse("admin:catalog_category_delete", args=[cups.pk]), {"post": "yes"})
    assert Category.objects.filter(pk=cups.pk).exists()


def test_the_listing_policy_is_one_page_with_what_counts(operator: Client) -> None:
    place = reverse("admin:catalog_listingpolicy_changelist")
    page = operator.get(place).content.decode()
    assert 'name="shortest_title" value="30"' in page
    assert ListingPolicy.objects.count() == 1
    measures = {
        "lowest_score": "70",
        "shortest_title": "20",
        "longest_title": "60",
        "least_image_pixels": "800",
        "shortest_description": "80",
    }
    assert operator.post(place, measures).status_code == 302
    assert get_quality_policy().lowest_score == 70
    assert operator.get(reverse("admin:catalog_listingpolicy_add")).status_code == 403
