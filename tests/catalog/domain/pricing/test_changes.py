from decimal import Decimal

import pytest

from catalog.domain.pricing.changes import (
    ChangeKind,
    CompareAt,
    NewPrice,
    PriceChangeInvalid,
    PriceRule,
    compute_new_price,
    round_to_ending,
)
from catalog.domain.pricing.selection import BasePrice, ListPrice, choose_price, find_honest_compare_at

D = Decimal


@pytest.mark.parametrize(
    ("kind", "value", "ending", "expected"),
    [
        ("percent", "-10", None, "17.91"),
        ("percent", "-10", "0.99", "17.99"),
        ("percent", "-10", "0", "18.00"),
        ("percent", "-100", "0.99", "0.00"),
        ("amount", "-25", None, "0.00"),
        ("amount", "0.10", None, "20.00"),
        ("set", "12.345", None, "12.35"),
    ],
)
def test_new_prices(kind: str, value: str, ending: str | None, expected: str) -> None:
    rule = PriceRule(kind=ChangeKind(kind), value=D(value), ending=D(ending) if ending else None)
    assert compute_new_price(D("19.90"), compare_at=None, rule=rule, currency="EUR").amount == D(expected)


def test_yen_take_no_ending_below_one() -> None:
    assert round_to_ending(D(1000), ending=D("0.99"), currency="JPY") == D(1000)


@pytest.mark.parametrize(("amount", "expected"), [("10.49", "9.99"), ("10.50", "10.99"), ("0.30", "0.99")])
def test_the_nearest_ending_counts(amount: str, expected: str) -> None:
    assert round_to_ending(D(amount), ending=D("0.99"), currency="EUR") == D(expected)


@pytest.mark.parametrize(("kept", "expected"), [("keep", None), ("old_price", D("19.90")), ("clear", None)])
def test_a_compare_at_price_stays_above_or_goes(kept: str, expected: Decimal | None) -> None:
    rule = PriceRule(kind=ChangeKind.PERCENT, value=D(-10), compare_at=CompareAt(kept))
    found = compute_new_price(D("19.90"), compare_at=D("17.91"), rule=rule, currency="EUR")
    assert found == NewPrice(amount=D("17.91"), compare_at=expected)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kind": ChangeKind.PERCENT, "value": D(-101)}, "value"),
        ({"kind": ChangeKind.SET, "value": D(-1)}, "value"),
        ({"kind": ChangeKind.SET, "value": D(1), "ending": D(1)}, "ending"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused(fields: dict[str, object], field: str) -> None:
    with pytest.raises(PriceChangeInvalid) as caught:
        PriceRule(**fields)  # type: ignore[arg-type]  # parametrized
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("compare_at", "lowest", "honest"),
    [
        (None, "5", None),
        ("20", None, "20"),
        ("20", "18", "18"),
        ("20", "25", "20"),
        ("20", "10", None),
        ("20", "9", None),
    ],
)
def test_a_reduction_is_compared_with_the_lowest_price_before(
    compare_at: str | None, lowest: str | None, honest: str | None
) -> None:
    price = BasePrice(
        amount=D(10),
        compare_at=D(compare_at) if compare_at else None,
        lowest_before=D(lowest) if lowest else None,
    )
    assert find_honest_compare_at(price) == (D(honest) if honest else None)


def step(amount: str, quantity: int = 1, *, priority: int = 100, number: int = 1) -> ListPrice:
    return ListPrice(
        list_key=f"list-{number}", priority=priority, list_id=number, min_quantity=quantity, amount=D(amount)
    )


def test_the_first_list_by_priority_decides_with_the_step_of_the_quantity() -> None:
    base = BasePrice(amount=D(10))
    steps = [step("8", 5), step("9", 1), step("9.50", 1, priority=50, number=2)]
    chosen = choose_price(base, steps, quantity=5)
    assert chosen is not None
    assert (chosen.amount, chosen.list_key) == (D("9.50"), "list-2")
    plain = choose_price(base, [step("8", 5), step("9", 2)], quantity=3)
    assert plain is not None
    assert (plain.amount, plain.next_quantity, plain.next_amount) == (D(9), 5, D(8))
    one = choose_price(base, [step("8", 5)], quantity=1)
    assert one is not None
    assert (one.amount, one.list_key, one.next_quantity) == (D(10), "", 5)
    assert choose_price(None, []) is None
