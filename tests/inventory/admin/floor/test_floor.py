"""The warehouse floor: who may enter, what each page books, and what a wrong scan does."""

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from inventory.models import (
    CountKind,
    Lot,
    PickList,
    PickListKind,
    PickTask,
    StockCount,
    StockItem,
    StockLevel,
    StockMovement,
    Transfer,
    Warehouse,
    ZoneKind,
)
from inventory.services.counts import plan_count, record_count
from inventory.services.lots import recall_lot
from inventory.services.moves import ensure_special_bin
from inventory.services.picking import create_pick_list
from inventory.services.reservations import release_stock
from inventory.services.transfers import create_transfer, send_transfer
from shop.accounts.models import User
from shop.kernel.models import AuditEntry
from tests.factories.inventory import (
    confirm,
    make_bare_variant,
    make_bin,
    make_lot,
    make_warehouse,
    put_stock,
)

pytestmark = pytest.mark.django_db

ROOT = "/admin/inventory/warehouse/floor/"


def sign_in(client: Client, role: str, *, email: str = "") -> User:
    user = User.objects.create_user(email=email or f"{role}@example.com", password="Secret-word-1")
    user.is_staff = True
    user.save()
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return user


@pytest.fixture
def warehouse() -> Warehouse:
    return make_warehouse("RTM")


@pytest.fixture
def floor(client: Client, warehouse: Warehouse) -> str:
    sign_in(client, "warehouse")
    return f"{ROOT}{warehouse.pk}/"


PAGES = ("", "scan/?code=X", "receive/", "pick/", "count/", "move/", "scrap/", "transfers/", "labels/")


@pytest.mark.parametrize("page", PAGES)
def test_only_those_who_change_stock_enter(client: Client, warehouse: Warehouse, page: str) -> None:
    sign_in(client, "analyst")
    assert client.get(f"{ROOT}{warehouse.pk}/{page}").status_code == 403
    client.logout()
    assert client.get(f"{ROOT}{warehouse.pk}/{page}").status_code == 302


@pytest.mark.parametrize("page", PAGES)
def test_pages_show_and_let_the_camera_in(client: Client, floor: str, page: str) -> None:
    answer = client.get(floor + page)
    assert answer.status_code == 200
    assert answer["Permissions-Policy"].startswith("camera=(self)")
    assert "style=" not in answer.content.decode()


def test_with_one_warehouse_there_is_no_question(client: Client, floor: str) -> None:
    assert client.get(ROOT)["Location"] == floor
    make_warehouse("SHA")
    assert "SHA" in client.get(ROOT).content.decode()


def test_goods_are_received_by_scan_into_bin_and_lot(
    client: Client, warehouse: Warehouse, floor: str
) -> None:
    variant, bin_ = make_bare_variant("TEA"), make_bin(warehouse, "A1")
    given = {
        "article": "tea",
        "packs": "6",
        "lot": "l7",
        "expires_on": "2090-01-02",
        "bin": "a1",
        "token": "t",
    }
    for _ in range(2):
        assert client.post(f"{floor}receive/", given).status_code == 302
    item = StockItem.objects.get()
    assert (item.variant, item.bin, item.quantity) == (variant, bin_, 6)
    assert (Lot.objects.get().code, str(Lot.objects.get().expires_on)) == ("L7", "2090-01-02")
    assert StockMovement.objects.get().actor == "warehouse@example.com"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"article": "NOBODY"}, "No article has the code NOBODY."),
        ({"bin": "Z9"}, "There is no open bin Z9"),
        ({"packs": "0"}, "greater than or equal to 1"),
    ],
)
def test_a_wrong_receipt_is_told_and_keeps_what_was_typed(
    client: Client, floor: str, change: dict[str, str], words: str
) -> None:
    make_bare_variant("TEA")
    answer = client.post(
        f"{floor}receive/", {"article": "TEA", "packs": "6", "lot": "L9", "token": "t"} | change
    )
    page = answer.content.decode()
    assert words in page
    assert 'value="L9"' in page
    assert not StockMovement.objects.exists()


def test_a_move_and_a_write_off(client: Client, warehouse: Warehouse, floor: str) -> None:
    variant = make_bare_variant("TEA")
    put_stock(variant, warehouse=warehouse, quantity=5)
    make_bin(warehouse, "A1")
    client.post(f"{floor}move/", {"article": "TEA", "quantity": "4", "to_bin": "A1", "token": "m"})
    assert StockItem.objects.get(bin__code="A1").quantity == 4
    given = {
        "outcome": "floor",
        "article": "TEA",
        "quantity": "3",
        "from_bin": "A1",
        "reason": "broken",
        "token": "s",
    }
    for _ in range(2):
        client.post(f"{floor}scrap/", given)
    assert StockLevel.objects.get().on_hand == 2
    assert AuditEntry.objects.filter(action="inventory.scrap_stock").exists()
    answer = client.post(f"{floor}scrap/", given | {"token": "s2"})
    assert "Only 1 are free in this warehouse; 3 were to be taken." in answer.content.decode()


def test_damaged_goods_are_listed_and_go_back_to_the_supplier(
    client: Client, warehouse: Warehouse, floor: str
) -> None:
    bin_ = ensure_special_bin(warehouse.pk, kind=ZoneKind.DAMAGED)
    put_stock(make_bare_variant("TEA"), warehouse=warehouse, quantity=2, bin_=bin_)
    page = client.get(f"{floor}scrap/").content.decode()
    assert f"?article=TEA&amp;from_bin={bin_.code}&amp;lot=&amp;quantity=2" in page
    filled = client.get(f"{floor}scrap/", {"article": "TEA", "from_bin": bin_.code}).content.decode()
    assert f'value="{bin_.code}"' in filled
    given = {"outcome": "to_supplier", "article": "TEA", "quantity": "2", "from_bin": bin_.code, "token": "b"}
    client.post(f"{floor}scrap/", given | {"reason": "RMA 7"})
    gone = StockMovement.objects.get(source_type="to_supplier")
    assert (gone.kind, gone.delta, gone.reason) == ("scrapped", -2, "RMA 7")
    assert "Nothing lies damaged, in quarantine" in client.get(f"{floor}scrap/").content.decode()


def test_what_is_off_sale_is_listed_to_be_thrown_away_but_not_out_of_packing(
    client: Client, warehouse: Warehouse, floor: str
) -> None:
    variant = make_bare_variant("TEA")
    lot = make_lot(variant, "L1")
    put_stock(variant, warehouse=warehouse, quantity=3, lot=lot)
    put_stock(variant, warehouse=warehouse, quantity=4, lot=lot, bin_=make_bin(warehouse, "A1"))
    packing = ensure_special_bin(warehouse.pk, kind=ZoneKind.PACKING)
    put_stock(variant, warehouse=warehouse, quantity=5, lot=lot, bin_=packing)
    assert "article=TEA" not in client.get(f"{floor}scrap/").content.decode()
    recall_lot(lot.pk, reason="Glass", actor="ann")
    page = client.get(f"{floor}scrap/").content.decode()
    for bin_code, quantity in (("", 3), ("A1", 4)):
        assert f"?article=TEA&amp;from_bin={bin_code}&amp;lot=L1&amp;quantity={quantity}" in page
    assert page.count("article=TEA") == 2
    given = {"outcome": "floor", "article": "TEA", "lot": "L1", "quantity": "4", "from_bin": "A1"}
    answer = client.post(f"{floor}scrap/", given | {"reason": "Glass", "token": "g"})
    assert answer["Location"] == f"{floor}scrap/"
    assert StockLevel.objects.get().on_hand == 8


def plan(warehouse: Warehouse) -> PickTask:
    variant = make_bare_variant("TEA")
    put_stock(variant, warehouse=warehouse, quantity=5, bin_=make_bin(warehouse, "A1"))
    confirm("order:S1", variant=variant, quantity=2)
    return create_pick_list(warehouse.pk, kind=PickListKind.ORDER, actor="ann").tasks.get()


def test_a_walk_is_planned_and_shown(client: Client, warehouse: Warehouse, floor: str) -> None:
    variant = make_bare_variant("TEA")
    put_stock(variant, warehouse=warehouse, quantity=5, bin_=make_bin(warehouse, "A1"))
    confirm("order:S1", variant=variant, quantity=2)
    assert "<strong>S1</strong>" in client.get(f"{floor}pick/").content.decode()
    answer = client.post(f"{floor}pick/plan/", {"kind": "wave"})
    walk = PickList.objects.get()
    assert (answer["Location"], walk.picker) == (f"{floor}pick/{walk.pk}/", "warehouse@example.com")
    page = client.get(answer["Location"]).content.decode()
    assert "A1" in page
    assert client.post(f"{floor}pick/plan/", {"kind": "wave"})["Location"] == f"{floor}pick/"
    client.post(f"{floor}pick/{walk.pk}/end/")
    assert PickList.objects.get().status == "cancelled"


def test_a_walk_does_not_ask_for_what_nobody_waits_for(
    client: Client, warehouse: Warehouse, floor: str
) -> None:
    task = plan(warehouse)
    address = f"{floor}pick/{task.pick_list_id}/"
    assert f"pick/step/{task.pk}/" in client.get(address).content.decode()
    release_stock("order:S1", reason="cancelled")
    page = client.get(address).content.decode()
    assert f"pick/step/{task.pk}/" not in page
    assert "nobody waits for it now: leave it" in page
    answer = client.post(f"{floor}pick/step/{task.pk}/", {"quantity": "2"}, follow=True)
    assert "S1 does not wait for this now. Leave it where it lies." in answer.content.decode()
    client.post(f"{address}end/")
    assert PickList.objects.get().status == "cancelled"


def test_who_finds_less_is_told_what_becomes_of_the_rest(
    client: Client, warehouse: Warehouse, floor: str
) -> None:
    task = plan(warehouse)
    answer = client.post(f"{floor}pick/step/{task.pk}/", {"quantity": "1"}, follow=True)
    assert "Taken: 1 of 2." in answer.content.decode()


@pytest.mark.parametrize("scanned", ["", "TEA", "A1"])
def test_a_right_scan_takes_the_goods(client: Client, warehouse: Warehouse, floor: str, scanned: str) -> None:
    task = plan(warehouse)
    client.post(f"{floor}pick/step/{task.pk}/", {"scanned": scanned, "quantity": "2"})
    task.refresh_from_db()
    assert (task.status, task.picked_by) == ("picked", "warehouse@example.com")


def test_a_wrong_scan_is_counted_and_takes_nothing(client: Client, warehouse: Warehouse, floor: str) -> None:
    task = plan(warehouse)
    make_bare_variant("COFFEE")
    answer = client.post(f"{floor}pick/step/{task.pk}/", {"scanned": "COFFEE", "quantity": "2"}, follow=True)
    assert "That is something else" in answer.content.decode()
    task.refresh_from_db()
    assert (task.status, task.wrong_scans) == ("open", 1)
    client.post(f"{floor}pick/step/{task.pk}/", {"quantity": "many"})
    task.refresh_from_db()
    assert (task.status, task.wrong_scans) == ("open", 1)


def read_words(page: str) -> list[str]:
    """What people read, without the tokens of forms."""
    return re.findall(r"\w+", re.sub(r"<[^>]*>", " ", page))


def test_a_sheet_is_blind_and_booked(client: Client, warehouse: Warehouse, floor: str) -> None:
    put_stock(make_bare_variant("TEA"), warehouse=warehouse, quantity=77, bin_=make_bin(warehouse, "A1"))
    answer = client.post(f"{floor}count/", {"bin": "A1"})
    count = StockCount.objects.get()
    assert answer["Location"] == f"{floor}count/{count.pk}/"
    assert "77" not in read_words(client.get(answer["Location"]).content.decode())
    client.post(f"{floor}count/line/{count.lines.get().pk}/", {"quantity": "77"})
    client.post(f"{floor}count/{count.pk}/finish/", {"answer": "post"})
    assert StockCount.objects.get().status == "posted"
    client.post(f"{floor}count/full/")
    second = StockCount.objects.exclude(pk=count.pk).get()
    answer = client.post(f"{floor}count/{second.pk}/finish/", {"answer": "post"}, follow=True)
    assert answer.redirect_chain[0][0] == f"{floor}count/{second.pk}/"
    assert "1 line is still to be counted or approved." in answer.content.decode()
    assert "Book the count" not in answer.content.decode()
    client.post(f"{floor}count/{second.pk}/found/", {"article": "TEA", "bin": ""})
    assert second.lines.count() == 2
    client.post(f"{floor}count/{second.pk}/finish/", {"answer": "cancel"})
    assert StockCount.objects.get(pk=second.pk).status == "cancelled"


def test_the_second_count_does_not_see_the_first(client: Client, warehouse: Warehouse, floor: str) -> None:
    put_stock(make_bare_variant("TEA"), warehouse=warehouse, quantity=77)
    count = plan_count(warehouse.pk, kind=CountKind.FULL, actor="ann")
    record_count(count.lines.get().pk, quantity=43, actor="bo")
    sheet = client.get(f"{floor}count/{count.pk}/").content.decode()
    assert "Count once more, please." in sheet
    assert "43" not in read_words(sheet)


@pytest.mark.parametrize("given", ["", "-1", "many"])
def test_a_count_that_is_no_number_is_told_and_counts_nothing(
    client: Client, warehouse: Warehouse, floor: str, given: str
) -> None:
    put_stock(make_bare_variant("TEA"), warehouse=warehouse, quantity=7)
    line = plan_count(warehouse.pk, kind=CountKind.FULL, actor="ann").lines.get()
    answer = client.post(f"{floor}count/line/{line.pk}/", {"quantity": given}, follow=True)
    assert "Say how many lie there, 0 when nothing does." in answer.content.decode()
    assert StockCount.objects.get().lines.get().status == "open"


def test_large_differences_are_approved_by_those_who_may(
    client: Client, warehouse: Warehouse, floor: str
) -> None:
    put_stock(make_bare_variant("TEA"), warehouse=warehouse, quantity=77)
    count = plan_count(warehouse.pk, kind=CountKind.FULL, actor="ann")
    line = count.lines.get()
    for _ in range(2):
        record_count(line.pk, quantity=40, actor="bo")
    address = f"{floor}count/line/{line.pk}/decide/"
    assert client.post(address, {"answer": "approve"}).status_code == 403
    figures = "/admin/inventory/warehouse/figures/"
    assert count.number not in client.get(figures).content.decode()
    sign_in(client, "owner")
    assert f"{count.number} · {warehouse.code}" in client.get(figures).content.decode()
    assert "Approve 40" in client.get(f"{floor}count/{count.pk}/").content.decode()
    client.post(address, {"answer": "approve"})
    line.refresh_from_db()
    assert (line.status, line.approved_by) == ("settled", "owner@example.com")


def test_a_transfer_leaves_and_arrives(client: Client, warehouse: Warehouse, floor: str) -> None:
    there = make_warehouse("SHA")
    put_stock(make_bare_variant("TEA"), warehouse=warehouse, quantity=5)
    given = {"article": "TEA", "quantity": "4", "destination": there.pk, "token": "abc"}
    for _ in range(2):
        client.post(f"{floor}transfers/", given)
    transfer = Transfer.objects.get()
    assert "4 × TEA" in client.get(f"{floor}transfers/").content.decode()
    client.post(f"{floor}transfers/{transfer.pk}/send/", {"answer": "send"})
    line = transfer.lines.get()
    arrival = f"{ROOT}{there.pk}/transfers/{transfer.pk}/receive/"
    assert "TEA" in client.get(arrival).content.decode()
    came = {f"{line.pk}-received": "2", f"{line.pk}-damaged": "1", "answer": "all", "token": "x"}
    told = client.post(arrival, came, follow=True).content.decode()
    for words in (
        "Received: 2 pieces.",
        "1 damaged piece lies in the damaged bin.",
        "1 piece is missing and was booked as lost.",
        "The service desk has a ticket about it.",
    ):
        assert words in told
    closed = client.get(arrival).content.decode()
    assert "sent 4, arrived 2, damaged 1, lost 1" in closed
    assert "<button" not in closed
    transfer.refresh_from_db()
    assert (transfer.status, transfer.lines.get().lost_quantity) == ("closed", 1)


def test_what_has_arrived_of_a_transfer_is_not_asked_for_again(
    client: Client, warehouse: Warehouse, floor: str
) -> None:
    other = make_warehouse("SHA")
    cup, tea = make_bare_variant("CUP"), make_bare_variant("TEA")
    for variant in (cup, tea):
        put_stock(variant, warehouse=other, quantity=3)
    lines = [(cup.pk, 3), (tea.pk, 3)]
    transfer = create_transfer(other.pk, destination_id=warehouse.pk, lines=lines, actor="ann")
    send_transfer(transfer.pk, actor="ann")
    first, second = transfer.lines.all()
    came = {f"{row.pk}-received": number for row, number in ((first, 3), (second, 1))}
    came |= {f"{row.pk}-damaged": 0 for row in (first, second)}
    arrival = f"{floor}transfers/{transfer.pk}/receive/"
    client.post(arrival, came | {"answer": "part", "token": "x"})
    page = client.get(arrival).content.decode()
    assert f'name="{first.pk}-received"' not in page
    assert f'name="{second.pk}-received" value="2"' in page
    rest = {f"{second.pk}-received": 2, f"{second.pk}-damaged": 0, "answer": "part", "token": "y"}
    told = client.post(arrival, rest, follow=True).content.decode()
    assert "Received: 2 pieces." in told
    assert "ticket" not in told
    transfer.refresh_from_db()
    assert transfer.status == "closed"


def test_nothing_of_another_warehouse_is_touched(client: Client, warehouse: Warehouse, floor: str) -> None:
    other = make_warehouse("SHA")
    task = plan(other)
    transfer = create_transfer(other.pk, destination_id=warehouse.pk, lines=[(task.variant_id, 1)], actor="a")
    assert client.post(f"{floor}pick/step/{task.pk}/", {"quantity": "2"}).status_code == 404
    assert client.get(f"{floor}pick/{task.pick_list_id}/").status_code == 404
    assert client.post(f"{floor}transfers/{transfer.pk}/send/").status_code == 404
    send_transfer(transfer.pk, actor="a")
    other_floor = f"{ROOT}{other.pk}/"
    assert client.get(f"{other_floor}transfers/{transfer.pk}/receive/").status_code == 404


def test_labels_carry_bars_and_squares(client: Client, warehouse: Warehouse, floor: str) -> None:
    variant = make_bare_variant("TEA")
    put_stock(
        variant, warehouse=warehouse, quantity=1, bin_=make_bin(warehouse, "A1"), lot=make_lot(variant, "L1")
    )
    page = client.get(f"{floor}labels/").content.decode()
    assert page.count("<svg") == 2
    assert client.get(f"{floor}labels/?bin=a1").content.decode().count("<svg") == 4
    assert variant.barcodes.get().code.startswith("29")


def test_more_bins_than_a_page_holds_are_labelled_on_the_next(
    client: Client, warehouse: Warehouse, floor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inventory.admin.floor.labels._MOST", 2)
    for number in range(3):
        make_bin(warehouse, f"A{number}", y_cm=number)
    first, second = (client.get(f"{floor}labels/?page={page}").content.decode() for page in (1, 2))
    assert ("A1</strong>" in first, "A2</strong>" in first) == (True, False)
    assert "A2</strong>" in second


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("page", "queries"), [("", 16), ("pick/", 11), ("count/", 6), ("move/", 6)])
def test_pages_cost_the_same_for_any_number_of_rows(
    client: Client,
    warehouse: Warehouse,
    floor: str,
    page: str,
    queries: int,
    rows: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(rows):
        variant = make_bare_variant()
        put_stock(variant, warehouse=warehouse, quantity=9, bin_=make_bin(warehouse))
        put_stock(variant, warehouse=warehouse, quantity=9)
        for half in "ab":
            confirm(f"order:S{number}{half}", variant=variant, quantity=2)
        create_pick_list(warehouse.pk, kind=PickListKind.ORDER, actor="ann", references=[f"order:S{number}a"])
        plan_count(warehouse.pk, kind=CountKind.FULL, actor="ann")
    with django_assert_num_queries(queries):
        client.get(floor + page)


def test_figures_and_slotting_show(client: Client, warehouse: Warehouse, drain: Callable[[], int]) -> None:
    sign_in(client, "warehouse")
    task = plan(warehouse)
    client.post(f"{ROOT}{warehouse.pk}/pick/step/{task.pk}/", {"quantity": "2"})
    page = client.get("/admin/inventory/warehouse/figures/").content.decode()
    assert "warehouse@example.com" in page
    assert "What the stock is worth" in page
    places = client.get(f"/admin/inventory/warehouse/figures/slotting/{warehouse.pk}/")
    groups = places.context["sidebar_navigation"]
    assert [str(item["title"]) for group in groups for item in group["items"] if item["active"]] == [
        "Figures"
    ]
    sign_in(client, "service")
    assert "What the stock is worth" not in client.get("/admin/inventory/warehouse/figures/").content.decode()
    sign_in(client, "finance")
    assert client.get("/admin/inventory/warehouse/figures/").status_code == 403
