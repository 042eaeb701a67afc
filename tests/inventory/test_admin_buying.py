"""The buyer's pages: what they show, what they do, what they cost, and for whom they open."""

import csv
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils.timezone import localtime
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from catalog.models import Product
from inventory.admin.buying.cells import write_heading, write_plain
from inventory.models import (
    BuyingPolicy,
    ItemPlan,
    PurchaseOrder,
    PurchaseSuggestion,
    StockLevel,
    Supplier,
    Warehouse,
)
from inventory.queries.buying.reports import REPORTS, list_report_rows
from inventory.services.buying.classes import classify_items
from inventory.services.buying.replenishment import suggest_purchases
from shop.accounts.models import User
from shop.kernel.clock import now, override_now
from shop.kernel.models import AuditEntry
from tests.factories.buying import make_demand, make_forecast, make_offer, make_purchase_order, make_supplier
from tests.factories.catalog import make_category
from tests.factories.inventory import make_bare_variant, make_stock, make_warehouse

pytestmark = pytest.mark.django_db
MORNING = "/admin/inventory/purchasesuggestion/"
ORDERS = "/admin/inventory/purchaseorder/"


def sign_in(client: Client, role: str) -> User:
    user = User.objects.create_user(email=f"{role}@example.com", password="Secret-word-1")
    user.is_staff = True
    user.save()
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return user


def make_scene(*, count: int = 1) -> tuple[Supplier, Warehouse]:
    """So many low shelves with suggestions, a late order and a forecast each, all of one supplier."""
    supplier, warehouse = make_supplier(), make_warehouse()
    for _ in range(count):
        variant, other = make_bare_variant(), make_bare_variant()
        make_stock(variant, warehouse=warehouse, quantity=1, reorder_point=5)
        make_stock(other, warehouse=warehouse, quantity=3)
        make_offer(supplier, variant=variant)
        make_offer(supplier, variant=other)
        make_demand(variant, warehouse=warehouse, quantities=[1, 0, 2, 1] * 8)
        make_forecast(variant, warehouse=warehouse, daily="1")
        make_forecast(other, warehouse=warehouse, daily="1")
        # At noon: an evening before a change of the clocks is another day.
        with override_now(localtime(now()).replace(hour=12) - timedelta(days=30)):
            make_purchase_order(supplier, warehouse=warehouse, quantities={other.pk: 99}, is_sent=True)
    suggest_purchases()
    return supplier, warehouse


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("page", "queries"),
    [
        (MORNING, 9),
        (f"{MORNING}?show=all", 7),
        (ORDERS, 8),
        ("/admin/inventory/supplier/", 7),
        ("/admin/inventory/supplieritem/", 7),
        ("/admin/inventory/itemforecast/", 8),
        ("/admin/inventory/itemplan/", 7),
        *[(f"{MORNING}reports/{code}/", 6) for code in REPORTS],
    ],
)
def test_pages_cost_the_same_for_any_number_of_rows(
    client: Client, page: str, queries: int, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sign_in(client, "owner")
    make_scene(count=count)
    assert client.get(page).status_code == 200
    with django_assert_num_queries(queries):
        client.get(page)


def test_the_morning_shows_what_to_order_what_is_late_and_what_runs_out(client: Client) -> None:
    sign_in(client, "buyer")
    supplier, _ = make_scene()
    page = client.get(MORNING).content.decode()
    suggestion = PurchaseSuggestion.objects.get()
    assert f'name="quantity_{suggestion.pk}"' in page
    assert supplier.name in page
    assert "which is below the reorder point of" in page
    assert "23 days late" in page
    assert page.count("Comes on") == 1


def test_accepting_on_the_page_writes_a_draft(client: Client) -> None:
    buyer = sign_in(client, "buyer")
    make_scene()
    row = PurchaseSuggestion.objects.get()
    answer = client.post(
        f"{MORNING}decide/", {"chosen": [row.pk], f"quantity_{row.pk}": "7", "verb": "accept"}, follow=True
    )
    order = PurchaseOrder.objects.get(origin="suggestion")
    assert f"draft order {order.number}" in answer.content.decode()
    assert (order.lines.get().quantity, order.created_by) == (7, str(buyer))
    assert AuditEntry.objects.filter(action="inventory.accept_suggestions", actor=str(buyer)).exists()


@pytest.mark.parametrize("quantity", ["", "0", "-3", "3.5", "many", "9" * 30])
def test_what_is_no_quantity_is_refused_and_nothing_is_lost(client: Client, quantity: str) -> None:
    sign_in(client, "buyer")
    make_scene()
    row = PurchaseSuggestion.objects.get()
    answer = client.post(
        f"{MORNING}decide/",
        {"chosen": [row.pk], f"quantity_{row.pk}": quantity, "verb": "accept"},
        follow=True,
    )
    assert "order at least one, or dismiss the suggestion" in answer.content.decode()
    row.refresh_from_db()
    assert row.state == "open"


def test_dismissing_wants_a_reason(client: Client) -> None:
    sign_in(client, "buyer")
    make_scene()
    row = PurchaseSuggestion.objects.get()
    client.post(f"{MORNING}decide/", {"chosen": [row.pk], "verb": "dismiss", "reason": " "})
    row.refresh_from_db()
    assert row.state == "open"
    client.post(f"{MORNING}decide/", {"chosen": [row.pk], "verb": "dismiss", "reason": "season ends"})
    row.refresh_from_db()
    assert (row.state, row.reason) == ("dismissed", "season ends")


def test_the_arithmetic_has_a_page_of_its_own(client: Client) -> None:
    sign_in(client, "buyer")
    make_scene()
    page = client.get(f"{MORNING}{PurchaseSuggestion.objects.get().pk}/change/").content.decode()
    assert "Safety stock" in page
    assert "Reorder point" in page


def find_token(page: str, name: str = "number") -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found
    return found.group(1)


def test_an_order_is_written_approved_sent_received_and_printed(client: Client) -> None:
    sign_in(client, "owner")
    supplier, warehouse, variant = make_supplier(), make_warehouse(), make_bare_variant()
    make_offer(supplier, variant=variant)
    address = f"{ORDERS}add/?supplier={supplier.pk}&warehouse={warehouse.pk}"
    number = find_token(client.get(address).content.decode())
    body = {
        "number": number,
        f"quantity_{variant.pk}": "10",
        f"price_{variant.pk}": "3.25",
        "freight_amount": "5",
    }
    for _ in range(2):
        assert client.post(address, body).status_code == 302
    order = PurchaseOrder.objects.get()
    assert (order.number, order.freight_amount, order.lines.get().unit_amount) == (number, 5, Decimal("3.25"))
    desk = f"{ORDERS}{order.pk}/"
    assert "Approve" in client.get(f"{desk}change/").content.decode()
    client.post(f"{desk}approve/")
    client.post(f"{desk}send/")
    token = find_token(client.get(f"{desk}receive/").content.decode())
    line = order.lines.get()
    delivery = {"number": token, f"good_{line.pk}": "9", f"damaged_{line.pk}": "1", "note": "N1"}
    for _ in range(2):
        assert client.post(f"{desk}receive/", delivery).status_code == 302
    level = StockLevel.objects.get()
    assert (level.on_hand, level.available) == (10, 9)
    page = client.get(f"{desk}change/").content.decode()
    assert "1 damaged" in page
    assert "€37.50" in client.get(f"{desk}print/").content.decode()
    # A tenth of the freight of 5 belongs to the one that is to be replaced.
    told = "€0.50 of freight, duty and other costs belong to what did not come."
    assert told not in page
    assert told in client.get(f"{desk}end/").content.decode()
    client.post(f"{desk}end/", {"note": "credited"})
    order.refresh_from_db()
    assert order.status == "closed"
    assert told in client.get(f"{desk}change/").content.decode()
    actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions == [
        "inventory.write_purchase_order",
        "inventory.approve_purchase_order",
        "inventory.send_purchase_order",
        "inventory.receive_purchase_order",
        "inventory.close_purchase_order",
    ]


def test_a_draft_is_changed_and_keeps_what_was_typed_wrong(client: Client) -> None:
    sign_in(client, "buyer")
    supplier, warehouse, variant = make_supplier(), make_warehouse(), make_bare_variant()
    make_offer(supplier, variant=variant, multiple=6)
    order = make_purchase_order(supplier, warehouse=warehouse, quantities={variant.pk: 6})
    address = f"{ORDERS}{order.pk}/edit/"
    answer = client.post(address, {"number": order.number, f"quantity_{variant.pk}": "7", "note": "please"})
    page = answer.content.decode()
    assert "in packs of 6" in page
    assert 'value="7"' in page
    assert 'value="please"' in page
    client.post(address, {"number": order.number, f"quantity_{variant.pk}": "12"})
    assert order.lines.get().quantity == 12


def test_approval_is_for_those_who_may(client: Client) -> None:
    supplier, warehouse, variant = make_supplier(), make_warehouse(), make_bare_variant()
    make_offer(supplier, variant=variant, prices={1: "100.00"})
    order = make_purchase_order(supplier, warehouse=warehouse, quantities={variant.pk: 60})
    sign_in(client, "buyer")
    page = client.post(f"{ORDERS}{order.pk}/approve/", follow=True).content.decode()
    assert "you may approve up to 5000.00 EUR" in page
    client.logout()
    sign_in(client, "finance")
    client.post(f"{ORDERS}{order.pk}/approve/")
    order.refresh_from_db()
    assert (order.status, order.approved_by) == ("approved", "finance@example.com")


@pytest.mark.parametrize(
    ("role", "opened"),
    [
        ("buyer", {"edit", "end", "print", "change"}),
        ("warehouse", {"receive", "print", "change"}),
        ("finance", {"print", "change"}),
        ("service", set()),
    ],
)
def test_each_role_does_its_own_part(client: Client, role: str, opened: set[str]) -> None:
    supplier, warehouse, variant = make_supplier(), make_warehouse(), make_bare_variant()
    make_offer(supplier, variant=variant)
    order = make_purchase_order(supplier, warehouse=warehouse, quantities={variant.pk: 6}, is_sent=True)
    sign_in(client, role)
    pages = ("edit", "end", "receive", "print", "change")
    found = {page for page in pages if client.get(f"{ORDERS}{order.pk}/{page}/").status_code == 200}
    assert found == opened


def test_a_supplier_page_shows_its_record_and_closes_old_addresses(client: Client) -> None:
    sign_in(client, "buyer")
    supplier, _ = make_scene()
    supplier.is_vendor_managed = True
    supplier.save()
    address = f"/admin/inventory/supplier/{supplier.pk}/"
    page = client.get(f"{address}change/").content.decode()
    assert "1 order is past its day and did not come whole." in page
    assert supplier.portal_token in page
    client.post(f"{address}renew/")
    token = supplier.portal_token
    supplier.refresh_from_db()
    assert supplier.portal_token != token
    assert client.get(f"/supplier/{token}/").status_code == 404


def test_the_policy_is_one_page_and_its_changes_are_kept(client: Client) -> None:
    sign_in(client, "buyer")
    assert client.get("/admin/inventory/buyingpolicy/").status_code == 200
    policy = BuyingPolicy.objects.get()
    page = client.get("/admin/inventory/buyingpolicy/1/change/")
    fields = {name: str(value) for name, value in page.context["adminform"].form.initial.items()}
    answer = client.post("/admin/inventory/buyingpolicy/1/change/", {**fields, "simple_factor": "3"})
    assert answer.status_code == 200
    assert (
        client.post("/admin/inventory/buyingpolicy/1/change/", {**fields, "simple_factor": "2.5"}).status_code
        == 302
    )
    policy.refresh_from_db()
    assert policy.simple_factor == Decimal("2.5")
    assert AuditEntry.objects.get(action="inventory.save_policy").facts == {"simple_factor": "2.5"}


def test_a_plan_keeps_what_the_nightly_job_wrote(client: Client) -> None:
    sign_in(client, "buyer")
    make_scene()
    classify_items()
    plan = ItemPlan.objects.order_by("pk")[0]
    address = f"/admin/inventory/itemplan/{plan.pk}/change/"
    assert client.post(address, {"service_level": "0.97", "is_paused": "on"}).status_code == 302
    before = plan.reorder_point
    plan.refresh_from_db()
    assert (plan.service_level, plan.is_paused, plan.reorder_point) == (Decimal("0.97"), True, before)


def test_a_forecast_is_drawn_with_its_past(client: Client) -> None:
    sign_in(client, "buyer")
    make_scene()
    forecast_id = PurchaseSuggestion.objects.get().variant.forecasts.get().pk
    page = client.get(f"/admin/inventory/itemforecast/{forecast_id}/change/").content.decode()
    assert page.count('class="buy-day"') == 32
    assert 'class="buy-band"' in page


@pytest.mark.parametrize("code", list(REPORTS))
def test_a_report_is_exported_whole(client: Client, code: str) -> None:
    sign_in(client, "buyer")
    make_scene()
    answer = client.get(f"{MORNING}reports/{code}/?format=csv")
    lines = list(csv.reader(answer.content.decode("utf-8-sig").splitlines()))
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert {len(line) for line in lines} == {len(REPORTS[code].columns)}


def test_turnover_names_categories_in_the_language_of_who_reads() -> None:
    make_category("kitchen", name="Kitchen", chinese="厨房")
    cups = make_category("kitchen/cups", name="Cups", chinese="杯子")
    warehouse = make_warehouse()
    for category in (cups, None):
        variant = make_bare_variant()
        Product.objects.filter(pk=variant.product_id).update(category=category)
        make_stock(variant, warehouse=warehouse, quantity=3)

    def list_names(language: str) -> set[str]:
        with override(language):
            rows = list_report_rows(REPORTS["turnover"], today=now().date(), limit=9)
        return {str(row[0]) for row in rows}

    assert list_names("en") == {"Kitchen / Cups", "–"}
    assert list_names("zh-hans") == {"厨房 / 杯子", "–"}


def test_a_file_holds_amounts_in_cents_and_nothing_that_a_spreadsheet_runs() -> None:
    assert write_heading("value", kind="money") == "value (EUR)"
    assert write_plain(Decimal("549.6000000000000000"), kind="money") == "549.60"
    assert write_plain(Decimal("0.58823529411764705882"), kind="number") == "0.5882"
    assert write_plain(Decimal("0E-16"), kind="number") == "0.0000"
    assert write_plain(-0.1, kind="share") == "-0.1000"
    assert write_plain(-3, kind="count") == "-3"
    assert write_plain("tsb+ets", kind="models") == "TSB, ETS"
    assert [write_plain(text) for text in ("=1+1", "＝SUM(A1)", "HV-1")] == ["'=1+1", "'＝SUM(A1)", "HV-1"]


@pytest.mark.parametrize("address", ["reports/nothing/", "999999/change/"])
def test_what_is_not_there_is_not_found(client: Client, address: str) -> None:
    sign_in(client, "buyer")
    assert client.get(f"{MORNING}{address}").status_code == 404


def test_the_work_lists_of_orders(client: Client) -> None:
    sign_in(client, "buyer")
    supplier, warehouse = make_scene()
    variant = supplier.items.all()[0].variant
    draft = make_purchase_order(supplier, warehouse=warehouse, quantities={variant.pk: 6})
    late = PurchaseOrder.objects.get(status="sent")
    found = {
        work: [order.number for order in client.get(f"{ORDERS}?work={work}").context["cl"].result_list]
        for work in ("approve", "send", "receive", "late")
    }
    assert found == {"approve": [draft.number], "send": [], "receive": [late.number], "late": [late.number]}
