"""Better places, found by walking the history."""

from inventory.domain.slotting import SlotItem, plan_slotting
from inventory.domain.walking import Spot


def item(variant_id: int, key: int, *, y_cm: int, level: int = 0, grams: int = 100) -> SlotItem:
    spot = Spot(key=key, aisle=1, x_cm=0, y_cm=y_cm, shelf_level=level)
    return SlotItem(variant_id=variant_id, spot=spot, weight_grams=grams)


def test_what_is_picked_often_moves_to_the_front() -> None:
    plan = plan_slotting(
        [item(1, 11, y_cm=100), item(2, 12, y_cm=2000)], history=[frozenset({2})] * 9 + [frozenset({1})]
    )
    assert (plan.orders, plan.walked_cm, plan.planned_cm) == (10, 9 * 4000 + 200, 9 * 200 + 4000)
    first = plan.moves[0]
    assert (first.variant_id, first.from_key, first.to_key, first.picks, first.reasons) == (
        2,
        12,
        11,
        9,
        ("fast",),
    )
    assert first.saved_cm == 2 * 1900 * 9
    assert round(plan.saved_share, 2) == 0.84


def test_heavy_goods_are_not_sent_up_for_a_few_steps() -> None:
    high_near, low_far = item(1, 11, y_cm=100, level=3, grams=9000), item(2, 12, y_cm=600, grams=100)
    plan = plan_slotting([high_near, low_far], history=[frozenset({1})] * 5 + [frozenset({2})] * 4)
    assert plan.moves == ()  # swapping them would walk farther, so nothing is suggested
    plan = plan_slotting([high_near, low_far], history=[frozenset({2})] * 5 + [frozenset({1})] * 4)
    assert {move.variant_id: move.to_key for move in plan.moves} == {1: 12, 2: 11}


def test_nothing_is_suggested_without_a_gain() -> None:
    plan = plan_slotting([item(1, 11, y_cm=100), item(2, 12, y_cm=900)], history=[frozenset({1})] * 3)
    assert (plan.moves, plan.saved_share) == ((), 0.0)
    assert plan_slotting([], history=[frozenset({7})]).orders == 0
