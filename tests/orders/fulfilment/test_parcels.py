"""The state of a parcel follows from all its news, whatever the order."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from orders.domain.parcels import ParcelNode, derive_status
from orders.gateways.sandbox_carrier.journey import plan_journey

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def way(*statuses: str) -> list[ParcelNode]:
    return [
        ParcelNode(event_id=f"n{number}", status=status, occurred_at=START + timedelta(hours=number))
        for number, status in enumerate(statuses)
    ]


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ((), "pending"),
        (("collected",), "collected"),
        (("collected", "in_transit", "in_transit"), "in_transit"),
        (("out_for_delivery", "in_transit"), "out_for_delivery"),
        (("collected", "exception"), "exception"),
        (("collected", "exception", "in_transit"), "in_transit"),
        (("out_for_delivery", "exception", "in_transit"), "in_transit"),
        (("exception", "collected"), "exception"),
        (("in_transit", "delivered", "exception"), "delivered"),
        (("delivered", "in_transit"), "delivered"),
    ],
)
def test_the_state_follows_from_the_news(statuses: tuple[str, ...], expected: str) -> None:
    assert derive_status(way(*statuses)) == expected


def test_every_order_of_five_news_gives_the_same_state() -> None:
    news = way("collected", "in_transit", "out_for_delivery", "exception", "out_for_delivery")
    assert {derive_status(order).value for order in permutations(news)} == {"out_for_delivery"}


def journey(number: str) -> list[tuple[float, str]]:
    nodes = plan_journey(number, started_at=START, journey_seconds=100, origin="NL", target="DE", city="Köln")
    return [((node.occurred_at - START).total_seconds(), node.status) for node in nodes]


def test_a_parcel_arrives_when_its_time_is_over() -> None:
    assert journey("SBX1") == [
        (5, "collected"),
        (20, "in_transit"),
        (50, "in_transit"),
        (75, "out_for_delivery"),
        (100, "delivered"),
    ]


def test_the_last_digit_decides_about_trouble() -> None:
    assert [status for _, status in journey("SBX7")][-3:] == ["exception", "out_for_delivery", "delivered"]
    assert [status for _, status in journey("SBX9")] == ["collected", "in_transit"]
