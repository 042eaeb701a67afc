"""Many bins at once: seen first, then made."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from inventory.models import Bin
from shop.kernel.models import AuditEntry
from tests.factories.inventory import make_bin, make_warehouse
from tests.inventory.test_admin import sign_in

pytestmark = pytest.mark.django_db
PLACE = {"aisle": "3", "x_cm": "200", "y_cm": "50", "spacing_cm": "120"}


def test_bins_are_shown_before_they_are_made_and_made_once(client: Client) -> None:
    sign_in(client, "warehouse")
    known = make_bin(make_warehouse(), "a-01-2")
    address = f"/admin/inventory/zone/{known.zone_id}/bins/"
    assert "A-01..A-20" in client.get(address).content.decode()
    body = {"pattern": "A-01-1..A-02-2", **PLACE}
    page = client.post(address, body).content.decode()
    assert ("Make 3 bins" in page, "is there already" in page, Bin.objects.count()) == (True, True, 1)
    for _ in range(2):
        assert client.post(address, body | {"verb": "make"}).status_code == 302
    rows = Bin.objects.exclude(pk=known.pk).values_list("code", "aisle", "shelf_level", "x_cm", "y_cm")
    assert list(rows) == [
        ("A-01-1", 3, 0, 200, 50),
        ("A-02-1", 3, 0, 200, 170),
        ("A-02-2", 3, 1, 200, 170),
    ]
    assert [row.facts["count"] for row in AuditEntry.objects.filter(action="inventory.make_bins")] == [3]


@pytest.mark.parametrize("last", ["A-01", "A-30"])
def test_the_preview_costs_the_same_for_any_number_of_bins(
    client: Client, last: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sign_in(client, "warehouse")
    zone_id = make_bin(make_warehouse(), "Z").zone_id
    client.get(f"/admin/inventory/zone/{zone_id}/bins/")
    with django_assert_num_queries(7):
        client.post(f"/admin/inventory/zone/{zone_id}/bins/", {"pattern": f"A-01..{last}", **PLACE})


def test_a_pattern_that_cannot_be_read_is_kept_and_explained(client: Client) -> None:
    sign_in(client, "warehouse")
    zone_id = make_bin(make_warehouse(), "Z").zone_id
    page = client.post(
        f"/admin/inventory/zone/{zone_id}/bins/", {"pattern": "A-9..A-1", "verb": "make", **PLACE}
    )
    assert "does not go up from 9 to 1" in page.content.decode()
    assert 'value="A-9..A-1"' in page.content.decode()
    assert Bin.objects.count() == 1


def test_only_those_who_may_make_bins_come_here(client: Client) -> None:
    sign_in(client, "buyer")
    zone_id = make_bin(make_warehouse(), "Z").zone_id
    assert client.get(f"/admin/inventory/zone/{zone_id}/bins/").status_code == 403
