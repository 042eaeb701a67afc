from typing import Any

import pytest

from catalog.domain.promotions.reading import PromotionInvalid, read_action, read_conditions


@pytest.mark.parametrize(
    ("action", "field"),
    [
        ([], "action"),
        ({}, "action.kind"),
        ({"kind": "drop_table"}, "action.kind"),
        ({"kind": "percent_off"}, "action.percent"),
        ({"kind": "percent_off", "percent": "0"}, "action.percent"),
        ({"kind": "percent_off", "percent": "100.1"}, "action.percent"),
        ({"kind": "percent_off", "percent": "NaN"}, "action.percent"),
        ({"kind": "percent_off", "percent": 0.1}, "action.percent"),
        ({"kind": "percent_off", "percent": True}, "action.percent"),
        ({"kind": "percent_off", "percent": "1.2345"}, "action.percent"),
        ({"kind": "percent_off", "percent": "9" * 5000}, "action.percent"),
        ({"kind": "percent_off", "percent": "10", "percentage": "10"}, "action.percentage"),
        ({"kind": "percent_off", "percent": "10", "target": {"include": ["mug"]}}, "action.target.include"),
        ({"kind": "percent_off", "percent": "10", "target": {"only": []}}, "action.target.only"),
        ({"kind": "amount_off", "amounts": {}}, "action.amounts"),
        ({"kind": "amount_off", "amounts": {"eur": "1"}}, "action.amounts.eur"),
        ({"kind": "amount_off", "amounts": {"EUR": "-1"}}, "action.amounts.EUR"),
        ({"kind": "amount_off", "amounts": {"JPY": "1.5"}}, "action.amounts.JPY"),
        ({"kind": "spend_steps", "steps": []}, "action.steps"),
        ({"kind": "spend_steps", "steps": [{"reached": {"EUR": "5"}}]}, "action.steps.0"),
        ({"kind": "cheapest_free", "of_quantity": 2, "free_quantity": 2}, "action.free_quantity"),
        ({"kind": "buy_get", "buy_quantity": 0, "get_quantity": 1}, "action.buy_quantity"),
        ({"kind": "buy_get", "buy_quantity": 10**30, "get_quantity": 1}, "action.buy_quantity"),
        ({"kind": "gift", "target": {}}, "action.target"),
        ({"kind": "bundle", "parts": [], "amounts": {"EUR": "5"}}, "action.parts"),
    ],
)
def test_an_action_that_cannot_be_is_refused_by_its_place(action: Any, field: str) -> None:
    with pytest.raises(PromotionInvalid) as caught:
        read_action(action)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("conditions", "field"),
    [
        ({}, "conditions"),
        ([{"kind": "first_order"}] * 21, "conditions"),
        ([{"kind": "minimum"}], "conditions.0.amounts"),
        ([{"kind": "tiers", "names": "gold"}], "conditions.0.names"),
        ([{"kind": "tiers", "names": ["a\x00"]}], "conditions.0.names"),
        ([{"kind": "tiers", "names": ["\ud800"]}], "conditions.0.names"),
        ([{"kind": "hours", "weekdays": [7]}], "conditions.0.weekdays"),
        ([{"kind": "hours", "begins": "25:00"}], "conditions.0.begins"),
        ([{"kind": "hours", "begins": "10:00+02:00"}], "conditions.0.begins"),
    ],
)
def test_a_condition_that_cannot_be_is_refused_by_its_place(conditions: Any, field: str) -> None:
    with pytest.raises(PromotionInvalid) as caught:
        read_conditions(conditions)
    assert caught.value.field == field
