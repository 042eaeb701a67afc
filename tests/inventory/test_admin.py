"""Stock in the back office: who may see and change what."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from inventory.models import ChannelStock, StockLevel, StockMovement
from inventory.services.reorder import check_reorder_points
from inventory.services.transfers import Arrival, create_transfer, receive_transfer, send_transfer
from shop.accounts.models import User
from shop.kernel.models import AuditEntry
from tests.factories.inventory import make_bare_variant, make_stock, make_warehouse

pytestmark = pytest.mark.django_db


def sign_in(client: Client, role: str) -> User:
    user = User.objects.create_user(email=f"{role}@example.com", password="Secret-word-1")
    user.is_staff = True
    user.save()
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return user


def post_adjustment(
    client: Client, level: StockLevel, quantity: str, *, form_id: str = "t1", reason: str = "count"
) -> int:
    address = f"/admin/inventory/stocklevel/{level.pk}/adjust/"
    return client.post(address, {"quantity": quantity, "reason": reason, "token": form_id}).status_code


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("page", ["stocklevel", "stockmovement", "reorderalert", "reservation"])
def test_lists_cost_the_same_for_any_number_of_rows(
    client: Client, page: str, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sign_in(client, "owner")
    warehouse = make_warehouse()
    for _ in range(count):
        make_stock(make_bare_variant(), warehouse=warehouse, quantity=2, reorder_point=5)
    check_reorder_points()
    address = f"/admin/inventory/{page}/"
    assert client.get(address).status_code == 200
    with django_assert_num_queries(7):
        client.get(address)


@pytest.mark.parametrize(
    ("state", "skus"), [("low", {"LOW", "OUT"}), ("sold_out", {"OUT"}), ("", {"LOW", "OUT", "FINE"})]
)
def test_levels_are_filtered_by_what_needs_a_hand(client: Client, state: str, skus: set[str]) -> None:
    sign_in(client, "warehouse")
    warehouse = make_warehouse()
    for sku, quantity in (("LOW", 2), ("OUT", 0), ("FINE", 9)):
        make_stock(make_bare_variant(sku), warehouse=warehouse, quantity=quantity, reorder_point=5)
    answer = client.get("/admin/inventory/stocklevel/", {"state": state} if state else {})
    shown = {level.variant.sku for level in answer.context["cl"].result_list}
    assert shown == skus


def test_stock_is_adjusted_once_with_a_reason_and_an_audit_row(client: Client) -> None:
    sign_in(client, "warehouse")
    level = make_stock(make_bare_variant("MUG"), warehouse=make_warehouse("RTM"), quantity=5)
    assert client.get(f"/admin/inventory/stocklevel/{level.pk}/adjust/").status_code == 200
    assert post_adjustment(client, level, "-2", reason="broken") == 302
    assert post_adjustment(client, level, "-2", reason="broken") == 302
    level.refresh_from_db()
    assert level.on_hand == 3
    movement = StockMovement.objects.get(kind="adjusted")
    assert (movement.reason, movement.actor) == ("broken", "warehouse@example.com")
    entry = AuditEntry.objects.filter(action="inventory.adjust_stock").first()
    assert entry
    assert entry.target == "stock:MUG@RTM"


@pytest.mark.parametrize(("quantity", "reason"), [("-9", "broken"), ("0", "broken"), ("1", "")])
def test_a_wrong_adjustment_changes_nothing(client: Client, quantity: str, reason: str) -> None:
    sign_in(client, "warehouse")
    level = make_stock(make_bare_variant(), warehouse=make_warehouse(), quantity=5)
    assert post_adjustment(client, level, quantity, reason=reason) == 200
    assert StockMovement.objects.filter(kind="adjusted").count() == 0
    assert not AuditEntry.objects.filter(action="inventory.adjust_stock").exists()


def test_who_only_looks_cannot_adjust(client: Client) -> None:
    sign_in(client, "merchandiser")
    level = make_stock(make_bare_variant(), warehouse=make_warehouse(), quantity=5)
    assert client.get("/admin/inventory/stocklevel/").status_code == 200
    assert post_adjustment(client, level, "1") == 403
    assert client.get("/admin/inventory/stockmovement/").status_code == 403


@pytest.mark.parametrize("page", ["stockmovement", "stocklevel"])
def test_the_ledger_cannot_be_written_by_hand(client: Client, page: str) -> None:
    sign_in(client, "owner")
    assert client.get(f"/admin/inventory/{page}/add/").status_code == 403


def set_rule(client: Client, level: StockLevel, policy: str, quantity: str = "", channel: str = "web") -> str:
    address = f"/admin/inventory/stocklevel/{level.pk}/channels/"
    given = {"channel": channel, "policy": policy, "quantity": quantity}
    return client.post(address, given, follow=True).content.decode()


def test_a_channels_share_is_set_and_ended_on_the_levels_page(client: Client) -> None:
    sign_in(client, "warehouse")
    level = make_stock(make_bare_variant(), warehouse=make_warehouse(), quantity=10)
    assert (
        "All channels share what is free."
        in client.get(f"/admin/inventory/stocklevel/{level.pk}/channels/").content.decode()
    )
    assert "4 still there" in set_rule(client, level, "ring_fence", "4")
    level.refresh_from_db()
    assert (level.fenced, level.available) == (4, 6)
    assert "set aside 0" in set_rule(client, level, "buffer", "3")
    assert "All channels share what is free." in set_rule(client, level, "shared")
    assert not ChannelStock.objects.exists()


@pytest.mark.parametrize(
    ("policy", "quantity", "channel", "words"),
    [
        ("ring_fence", "11", "web", "Only 10 are free in this warehouse; 11 were to be taken."),
        ("buffer", "", "web", "Say how many, or choose to share all."),
        ("shared", "", "wep", "This channel has no rule here that could be ended."),
        ("buffer", "1", "Web shop", "Use small letters, digits, - and _, such as web."),
    ],
)
def test_a_wrong_rule_is_refused_in_words(
    client: Client, policy: str, quantity: str, channel: str, words: str
) -> None:
    sign_in(client, "warehouse")
    level = make_stock(make_bare_variant(), warehouse=make_warehouse(), quantity=10)
    assert words in set_rule(client, level, policy, quantity, channel)
    assert not ChannelStock.objects.exists()


def test_buyers_do_not_set_a_channels_share(client: Client) -> None:
    sign_in(client, "buyer")
    level = make_stock(make_bare_variant(), warehouse=make_warehouse(), quantity=10)
    address = f"/admin/inventory/stocklevel/{level.pk}/channels/"
    assert client.post(address, {"channel": "web", "policy": "buffer", "quantity": "1"}).status_code == 403
    assert not ChannelStock.objects.exists()


def test_a_level_shows_all_its_figures_and_is_called_by_its_article(client: Client) -> None:
    here, there = make_warehouse("RTM"), make_warehouse("SHA")
    variant = make_bare_variant("TEA")
    make_stock(variant, warehouse=here, quantity=9)
    level = make_stock(variant, warehouse=there, quantity=5)
    transfer = create_transfer(here.pk, destination_id=there.pk, lines=[(variant.pk, 4)], actor="ann")
    send_transfer(transfer.pk, actor="ann")
    sign_in(client, "warehouse")
    page = client.get(f"/admin/inventory/stocklevel/{level.pk}/change/").content.decode()
    for words in ("TEA · SHA", "4, of these 4 between warehouses", "Not for sale", "Set aside"):
        assert words in page


def test_a_transfer_shows_what_left_and_what_became_of_it(client: Client) -> None:
    here, there = make_warehouse("RTM"), make_warehouse("SHA")
    variant = make_bare_variant("TEA")
    make_stock(variant, warehouse=here, quantity=9)
    transfer = create_transfer(here.pk, destination_id=there.pk, lines=[(variant.pk, 4)], actor="ann")
    sign_in(client, "warehouse")
    address = f"/admin/inventory/transfer/{transfer.pk}/change/"

    def read_lines() -> list[int]:
        (formset,) = client.get(address).context["inline_admin_formsets"]
        (row,) = formset.formset.queryset
        return [row.quantity, row.received_quantity, row.damaged_quantity, row.lost_quantity]

    assert read_lines() == [4, 0, 0, 0]
    send_transfer(transfer.pk, actor="ann")
    arrival = Arrival(line_id=transfer.lines.get().pk, received_quantity=2, damaged_quantity=1)
    receive_transfer(transfer.pk, arrivals=[arrival], is_last=True, token="t", actor="bo")
    assert read_lines() == [4, 2, 1, 1]
    assert "TEA" in client.get(address).content.decode()
