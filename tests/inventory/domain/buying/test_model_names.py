"""Forecast models in words."""

from inventory.domain.buying.model_names import MODEL_NAMES, name_models
from inventory.gateways.forecasting import list_forecasters


def test_each_model_that_may_be_chosen_has_a_name() -> None:
    assert set(list_forecasters(is_costly=True)) <= set(MODEL_NAMES)


def test_a_team_is_named_one_by_one() -> None:
    assert name_models("seasonal_naive+weekdays") == "last week again, share of each weekday"
    assert name_models("") == ""
    assert name_models("of_tomorrow") == "of_tomorrow"
