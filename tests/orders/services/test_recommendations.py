from __future__ import annotations

import pytest

from catalog.models import ProductPair, SearchDocument
from orders.queries.baskets import list_baskets
from orders.services.lifecycle import cancel_order
from orders.services.recommendations import learn_recommendations
from shop.kernel.clock import now
from tests.factories.orders import make_article, make_order, make_shipping, make_tax

pytestmark = [pytest.mark.django_db, pytest.mark.listed]


@pytest.fixture(autouse=True)
def _delivery() -> None:
    make_shipping()
    make_tax()


def test_orders_teach_what_goes_with_what_and_what_sells() -> None:
    cup, plate, lamp = make_article("CUP"), make_article("PLATE"), make_article("LAMP")
    make_order((cup, 1), (plate, 3))
    make_order((cup, 1), (plate, 1))
    cancel_order(make_order((cup, 1), (lamp, 1)).pk, reason="operator", actor="service")

    assert [sorted(basket.items) for basket in list_baskets(now().replace(year=2000))] == [
        sorted([cup.product_id, plate.product_id])
    ] * 2
    written = learn_recommendations()

    pairs = set(ProductPair.objects.values_list("kind", "product_id", "other_id"))
    assert pairs == {
        ("basket", one.product_id, other.product_id) for one, other in ((cup, plate), (plate, cup))
    }, "one customer alone is no evidence of taste"
    assert written == 2
    scores = dict(SearchDocument.objects.values_list("product_id", "sales_score"))
    assert scores[plate.product_id] == 1.0
    assert 0 < scores[cup.product_id] < 1.0
    assert scores[lamp.product_id] == 0.0
    assert learn_recommendations() == 2


def test_what_is_no_longer_known_is_forgotten() -> None:
    cup, plate = make_article("CUP"), make_article("PLATE")
    ProductPair.objects.create(kind="basket", product=cup.product, other=plate.product, score=0.5)
    assert learn_recommendations() == 0
    assert not ProductPair.objects.exists()
