"""Worked numbers from the textbooks."""

import pytest

from inventory.domain.buying.safety_stock import (
    DemandRate,
    ImpossibleFactor,
    ImpossibleServiceLevel,
    LeadTime,
    find_reorder_point,
    find_safety_stock,
    find_service_factor,
    find_simple_safety_stock,
)


@pytest.mark.parametrize(
    ("service_level", "factor"), [(0.5, 0.0), (0.9, 1.282), (0.95, 1.645), (0.975, 1.960), (0.99, 2.326)]
)
def test_service_factors_are_those_of_the_normal_table(service_level: float, factor: float) -> None:
    assert find_service_factor(service_level) == pytest.approx(factor, abs=0.0005)


@pytest.mark.parametrize("service_level", [0.49, 1.0, 1.2, -1.0])
def test_nobody_can_promise_always(service_level: float) -> None:
    with pytest.raises(ImpossibleServiceLevel) as caught:
        find_service_factor(service_level)
    assert caught.value.field == "service_level"


def test_heizer_and_render_constant_lead_time() -> None:
    """Heizer, Render and Munson, Operations Management, ch. 12: d 15 a day, σ 5, lead time 2 days, 90 % service.

    σ over the lead time is 5 · sqrt(2) = 7.07; safety stock 1.28 · 7.07 = 9.05; reorder point 30 + 9 = 39.
    """
    demand, lead_time = DemandRate(daily=15, deviation=5), LeadTime(days=2)
    stock = find_safety_stock(demand, lead_time=lead_time, service_level=0.90)
    assert stock == pytest.approx(9.06, abs=0.01)
    assert find_reorder_point(demand, lead_time=lead_time, safety_stock=stock) == pytest.approx(
        39.06, abs=0.01
    )


def test_heizer_and_render_variable_lead_time() -> None:
    """As above: d 10 a day, constant; lead time 6 days, σ 1; 98 % service: 2.055 · 10 · 1 = 20.55, point 80.55."""
    demand, lead_time = DemandRate(daily=10), LeadTime(days=6, deviation_days=1)
    stock = find_safety_stock(demand, lead_time=lead_time, service_level=0.98)
    assert stock == pytest.approx(20.54, abs=0.01)
    assert find_reorder_point(demand, lead_time=lead_time, safety_stock=stock) == pytest.approx(
        80.54, abs=0.01
    )


def test_heizer_and_render_both_vary() -> None:
    """As above: d 150, σ 16; lead time 5, σ 1; 95 %: sqrt(5 · 16² + 150² · 1²) = 154.2, stock 254, point 1,004."""
    demand, lead_time = DemandRate(daily=150, deviation=16), LeadTime(days=5, deviation_days=1)
    stock = find_safety_stock(demand, lead_time=lead_time, service_level=0.95)
    assert stock == pytest.approx(253.7, abs=0.1)
    assert find_reorder_point(demand, lead_time=lead_time, safety_stock=stock) == pytest.approx(
        1003.7, abs=0.1
    )


def test_a_review_period_is_exposed_too() -> None:
    """Jacobs and Chase, fixed-time period model: d 10, σ 3, T 30, L 14, 98 %: 2.054 · 3 · sqrt(44) = 40.9."""
    demand, lead_time = DemandRate(daily=10, deviation=3), LeadTime(days=14)
    stock = find_safety_stock(demand, lead_time=lead_time, service_level=0.98, review_days=30)
    assert stock == pytest.approx(40.87, abs=0.01)
    point = find_reorder_point(demand, lead_time=lead_time, safety_stock=stock, review_days=30)
    assert point == pytest.approx(480.87, abs=0.01)


@pytest.mark.parametrize(("factor", "stock"), [(1.5, 15.0), (2.0, 20.0), (2.5, 25.0)])
def test_the_simple_method_multiplies_the_average(factor: float, stock: float) -> None:
    assert find_simple_safety_stock(DemandRate(daily=10, deviation=9), factor=factor) == stock


def test_the_simple_method_may_cover_the_lead_time() -> None:
    assert find_simple_safety_stock(DemandRate(daily=10), factor=2.0, cover_days=7) == 140.0


@pytest.mark.parametrize("factor", [1.49, 2.51])
def test_other_factors_are_refused(factor: float) -> None:
    with pytest.raises(ImpossibleFactor):
        find_simple_safety_stock(DemandRate(daily=10), factor=factor)
