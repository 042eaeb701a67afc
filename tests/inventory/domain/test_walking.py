"""The serpentine and its length."""

from inventory.domain.walking import Spot, measure_walk, order_spots


def spot(key: int, aisle: int, y_cm: int) -> Spot:
    return Spot(key=key, aisle=aisle, x_cm=aisle * 300, y_cm=y_cm)


def test_aisles_are_walked_up_and_down_in_turn() -> None:
    spots = [spot(1, 1, 900), spot(2, 1, 100), spot(3, 2, 200), spot(4, 2, 800)]
    assert [found.key for found in order_spots(spots)] == [2, 1, 4, 3]


def test_the_walk_begins_and_ends_at_the_packing_table() -> None:
    assert measure_walk([]) == 0
    assert measure_walk([spot(1, 1, 500)]) == 2 * (300 + 500)
    # Over the far end: 300 + 100, 800 up, nothing back and 300 across, 100 down, home by 600 + 800.
    walk = [spot(1, 1, 100), spot(2, 1, 900), spot(3, 2, 800)]
    assert measure_walk(walk) == 400 + 800 + (300 + 0 + 100) + 1400
