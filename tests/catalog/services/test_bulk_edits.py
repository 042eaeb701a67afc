from __future__ import annotations

from decimal import Decimal

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from catalog.domain.bulk import BulkWish
from catalog.domain.errors import BulkEditInvalid, MatrixInvalid
from catalog.domain.matrix import MatrixOption, parse_option
from catalog.models import BulkEdit, Listing, ListingPolicy, Product, Variant
from catalog.services.bulk_edits import apply_bulk_edit, plan_bulk_edit, undo_bulk_edit
from catalog.services.matrix import create_matrix
from catalog.services.quality import save_listing_policy
from tests.factories.catalog import make_brand, make_category, make_product, make_variant
from tests.factories.merchandise import make_collection

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(client: Client) -> Client:
    user = get_user_model().objects.create_superuser(email="anna@example.com", password="Sturdy-Kettle-9")
    client.force_login(user)
    return client


def _make_two() -> list[int]:
    return [make_variant(product=make_product(status="draft")).product_id for _ in range(2)]


def test_a_bulk_edit_is_shown_done_and_taken_back() -> None:
    ids = _make_two()
    brand, category, collection = make_brand("Tidewater"), make_category("kitchen"), make_collection("hand")
    Product.objects.filter(pk=ids[0]).update(brand=brand)
    wish = BulkWish(brand_id=brand.pk, category_id=category.pk, is_published=True, add_to_id=collection.pk)
    plan = plan_bulk_edit(ids, wish)
    assert [(change.product_id, change.field) for change in plan.changes] == [
        (ids[0], "category_id"),
        (ids[0], "status"),
        (ids[0], f"collection:{collection.pk}"),
        (ids[1], "category_id"),
        (ids[1], "brand_id"),
        (ids[1], "status"),
        (ids[1], f"collection:{collection.pk}"),
    ]
    assert Product.objects.filter(status="published").count() == 0
    edit = apply_bulk_edit(ids, wish, actor="anna")
    assert edit.product_count == 2
    assert set(Listing.objects.values_list("brand_slug", "category_path")) == {("tidewater", "kitchen/")}
    assert collection.members.count() == 2
    assert plan_bulk_edit(ids, wish).changes == ()
    assert undo_bulk_edit(edit.pk, actor="anna") == 7
    assert list(Product.objects.order_by("pk").values_list("brand", "category", "status")) == [
        (brand.pk, None, "draft"),
        (None, None, "draft"),
    ]
    assert not Listing.objects.exists()
    assert collection.members.count() == 0
    assert undo_bulk_edit(edit.pk, actor="anna") == 0


def test_taking_back_leaves_what_was_changed_since() -> None:
    ids = _make_two()
    first, second = make_brand("First"), make_brand("Second")
    edit = apply_bulk_edit(ids, BulkWish(brand_id=first.pk), actor="anna")
    Product.objects.filter(pk=ids[0]).update(brand=second)
    Product.objects.filter(pk=ids[1]).delete()
    assert undo_bulk_edit(edit.pk, actor="anna") == 0
    assert Product.objects.get(pk=ids[0]).brand == second


def test_what_the_mark_refuses_stays_a_draft_and_is_told() -> None:
    ids = _make_two()
    brand = make_brand("Tidewater")
    save_listing_policy(ListingPolicy(lowest_score=90), actor="anna")
    wish = BulkWish(brand_id=brand.pk, is_published=True)
    plan = plan_bulk_edit(ids, wish)
    assert len(plan.refused) == 2
    apply_bulk_edit(ids, wish, actor="anna")
    assert set(Product.objects.values_list("status", "brand")) == {("draft", brand.pk)}


def test_nothing_and_too_much_are_refused() -> None:
    with pytest.raises(BulkEditInvalid):
        plan_bulk_edit(_make_two(), BulkWish())
    with pytest.raises(BulkEditInvalid):
        plan_bulk_edit(list(range(2001)), BulkWish(is_featured=True))


def test_the_pages_lead_from_choosing_to_taking_back(operator: Client) -> None:
    ids = _make_two()
    url = reverse("admin:catalog_product_changelist")
    page = operator.post(url, {"action": "edit_together", "_selected_action": ids})
    assert f'value="{min(ids)},{max(ids)}"' in page.content.decode()
    form = {"ids": ",".join(map(str, ids)), "featured": "yes"}
    bulk = reverse("admin:catalog_product_bulk")
    assert "What changes" in operator.post(bulk, form).content.decode()
    assert Product.objects.filter(is_featured=True).count() == 0
    done = operator.post(bulk, {**form, "apply": "1"}, follow=True)
    assert done.status_code == 200
    assert "2 products changed." in done.content.decode()
    assert Product.objects.filter(is_featured=True).count() == 2
    edit = BulkEdit.objects.get()
    undo = reverse("admin:catalog_bulkedit_undo", args=[edit.pk])
    asked = operator.get(undo).content.decode()
    assert "2 products go back to what they were" in asked
    assert f'action="{undo}"' in asked
    assert Product.objects.filter(is_featured=True).count() == 2
    assert f'href="{undo}"' in done.content.decode()
    taken_back = operator.post(undo, follow=True).content.decode()
    assert "2 changes taken back." in taken_back
    assert f'href="{undo}"' not in taken_back
    assert "0 changes taken back." in operator.post(undo, follow=True).content.decode()
    assert Product.objects.filter(is_featured=True).count() == 0
    assert "Choose what to change." in operator.post(bulk, {"ids": str(ids[0])}).content.decode()
    assert operator.post(bulk, {"ids": "x"}).status_code == 200
    assert operator.get(bulk).status_code == 302


def _options() -> list[MatrixOption]:
    found = [parse_option("Colour|颜色", "Red|红 #b3261e\nBlue|蓝"), parse_option("Size", "S\nL")]
    return [option for option in found if option]


def _create(product: Product, base_sku: str = "MUG") -> int:
    return create_matrix(
        product.pk, _options(), base_sku=base_sku, prices={"EUR": Decimal(19)}, weight_grams=300, actor="anna"
    )


def test_the_matrix_makes_what_is_missing() -> None:
    product = make_product()
    make_variant(product=product, options={"Colour": "Red", "Size": "L"}, sku="OLD")
    assert _create(product) == 3
    assert set(Variant.objects.values_list("sku", flat=True)) == {
        "OLD",
        "MUG-RED-S",
        "MUG-BLUE-S",
        "MUG-BLUE-L",
    }
    assert Listing.objects.get().variant_count == 4
    assert _create(product) == 0


def test_a_taken_sku_makes_nothing() -> None:
    make_variant(sku="MUG-RED-S")
    product = make_product()
    with pytest.raises(MatrixInvalid) as refused:
        _create(product)
    assert refused.value.field == "base_sku"
    assert not product.variants.exists()
    with pytest.raises(MatrixInvalid):
        _create(product, base_sku=" ")


def test_the_matrix_page_shows_before_it_makes(operator: Client) -> None:
    product = make_product()
    url = reverse("admin:catalog_product_open_matrix", args=[product.pk])
    assert operator.get(url).status_code == 200
    form = {
        "base_sku": "MUG",
        "weight_grams": "300",
        "name_1": "Size",
        "values_1": "S\nL",
        "price_EUR": "19.90",
    }
    shown = operator.post(url, form).content.decode()
    assert "MUG-S" in shown
    assert not product.variants.exists()
    assert operator.post(url, {**form, "apply": "1"}).status_code == 302
    assert [(one.sku, str(one.prices.get().amount)) for one in product.variants.all()] == [
        ("MUG-S", "19.900"),
        ("MUG-L", "19.900"),
    ]
    assert "An option has a name" in operator.post(url, {**form, "name_1": ""}).content.decode()


def test_taking_back_needs_our_own_page(operator: Client) -> None:
    edit = apply_bulk_edit(_make_two(), BulkWish(is_featured=True), actor="anna")
    stranger = Client(enforce_csrf_checks=True)
    stranger.cookies = operator.cookies
    undo = reverse("admin:catalog_bulkedit_undo", args=[edit.pk])
    assert stranger.get(undo).status_code == 200
    assert stranger.post(undo).status_code == 403
    assert Product.objects.filter(is_featured=True).count() == 2


@pytest.mark.parametrize("key", ["abc", "²", "9" * 30])
def test_an_address_without_a_key_is_no_page(operator: Client, key: str) -> None:
    for path in (f"bulkedit/{key}/undo/", f"promotion/{key}/change/", f"pricebatch/{key}/change/"):
        assert operator.get(f"/admin/catalog/{path}").status_code == 404
