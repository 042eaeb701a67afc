"""A supplier's own page: behind an address that nobody guesses, for its articles only."""

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from inventory.models import PurchaseOrder, Supplier
from shop.kernel.models import OutgoingEmail
from tests.factories.buying import make_offer, make_purchase_order, make_supplier
from tests.factories.inventory import make_bare_variant, make_stock, make_warehouse

pytestmark = pytest.mark.django_db


def make_vendor(*, count: int = 1) -> Supplier:
    supplier, warehouse = make_supplier("Linen House", is_vendor_managed=True), make_warehouse("RTM")
    for number in range(count):
        variant = make_bare_variant(f"TOWEL-{number}")
        make_stock(variant, warehouse=warehouse, quantity=7)
        make_offer(supplier, variant=variant, multiple=6)
    return supplier


def propose(client: Client, supplier: Supplier, **quantities: str) -> object:
    body = {f"quantity:RTM:{sku.replace('_', '-')}": quantity for sku, quantity in quantities.items()}
    return client.post(f"/supplier/{supplier.portal_token}/", {"number": "P-1", **body})


def test_it_shows_the_supplier_its_own_articles_only(client: Client) -> None:
    supplier = make_vendor()
    make_stock(make_bare_variant("STRANGER"), warehouse=make_warehouse(), quantity=3)
    page = client.get(f"/supplier/{supplier.portal_token}/")
    text = page.content.decode()
    assert "TOWEL-0" in text
    assert "STRANGER" not in text
    assert 'content="noindex"' in text
    assert "no-store" in page.headers["Cache-Control"]


@pytest.mark.parametrize("change", [{"is_vendor_managed": False}, {"is_active": False}])
def test_it_closes_with_the_trust(client: Client, change: dict[str, bool]) -> None:
    supplier = make_vendor()
    Supplier.objects.update(**change)
    assert client.get(f"/supplier/{supplier.portal_token}/").status_code == 404
    answer = client.get("/supplier/guess/")
    assert answer.status_code == 404
    assert "please ask for the present one" in answer.content.decode()
    assert client.post("/supplier/guess/", {"number": "P1"}).status_code == 404


def test_a_proposal_sent_twice_is_one_draft(client: Client) -> None:
    supplier = make_vendor()
    for _ in range(2):
        assert propose(client, supplier, TOWEL_0="12").status_code == 302  # type: ignore[attr-defined]
    order = PurchaseOrder.objects.get()
    assert (order.origin, order.status, order.lines.get().quantity) == ("supplier", "draft", 12)


@pytest.mark.parametrize(
    ("quantity", "words"),
    [
        ("7", "in packs of 6"),
        ("x", "give a whole number"),
        ("", "Write a quantity beside at least one article"),
    ],
)
def test_what_is_wrong_is_said_and_kept(client: Client, quantity: str, words: str) -> None:
    answer = propose(client, make_vendor(), TOWEL_0=quantity)
    text = answer.content.decode()  # type: ignore[attr-defined]
    assert answer.status_code == 400  # type: ignore[attr-defined]
    assert words in text
    assert not quantity or re.search(rf'value="{quantity}"', text)
    assert not PurchaseOrder.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_rows(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    supplier = make_vendor(count=count)
    client.get(f"/supplier/{supplier.portal_token}/")
    with django_assert_num_queries(10):
        client.get(f"/supplier/{supplier.portal_token}/")


def test_the_order_is_mailed_once_when_it_is_sent(drain: object) -> None:
    supplier, warehouse, variant = make_supplier("Kiln"), make_warehouse(), make_bare_variant("MUG")
    make_offer(supplier, variant=variant)
    order = make_purchase_order(supplier, warehouse=warehouse, quantities={variant.pk: 6})
    drain()  # type: ignore[operator]
    assert not OutgoingEmail.objects.exists()
    make_purchase_order(supplier, warehouse=warehouse, quantities={variant.pk: 9}, is_sent=True)
    drain()  # type: ignore[operator]
    mail = OutgoingEmail.objects.get()
    assert mail.to == supplier.email
    assert "9 × MUG (X-MUG)" in mail.text
    assert order.number not in mail.text


@pytest.mark.parametrize("field", ["quantity:RTM:TOW\x00EL", "quantity:R\x00TM:TOWEL-0"])
def test_a_field_that_no_page_of_ours_has_is_passed_over(client: Client, field: str) -> None:
    supplier = make_vendor()
    answer = client.post(f"/supplier/{supplier.portal_token}/", {"number": "P-\x001", field: "6"})
    assert answer.status_code == 400
    assert PurchaseOrder.objects.count() == 0
