"""A hold's reference tells which partner holds."""

import pytest

from inventory.domain.partner_holds import find_partner, name_partner_hold


def test_the_key_is_read_from_the_name_that_it_gave() -> None:
    assert name_partner_hold(17, given="cart-1") == "partner:17:cart-1"
    assert find_partner("partner:17:cart-1") == 17


@pytest.mark.parametrize("reference", ["order:S1", "partner:", "partner:x:1", "partner:1:", "a partner:1:x"])
def test_no_partner_holds_under_other_names(reference: str) -> None:
    assert find_partner(reference) is None
