"""What the back office's library writes must fit our policy."""

import pytest
from django.test import Client

from tests.factories.orders import make_order
from tests.orders.fulfilment.test_admin import sign_in


@pytest.mark.django_db
def test_no_list_asks_for_a_style_that_the_policy_forbids(client: Client) -> None:
    """Bound to words, `style` is written as an attribute: each list with actions filled the console with refusals."""
    sign_in(client, "owner")
    make_order()
    page = client.get("/admin/orders/order/").content.decode()
    assert 'id="changelist-actions"' in page
    assert "x-bind:style" not in page
    assert " style=" not in page
