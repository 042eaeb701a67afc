"""What people call the references of stock."""

import pytest

from inventory.domain.references import name_reference


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("order:S1", "S1"),
        ("order:S1:2", "S1"),
        ("partner:5:A-1", "A-1"),
        ("partner:5:A:1", "A:1"),
        ("shop:counter", "shop:counter"),
        ("counter", "counter"),
    ],
)
def test_a_reference_is_called_as_people_call_it(reference: str, name: str) -> None:
    assert name_reference(reference) == name
