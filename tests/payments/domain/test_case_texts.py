"""Every case has words, and a place in them for its facts."""

import pytest

from payments.domain.case_texts import TEXTS, describe_case
from payments.models import ReconciliationCase

FACTS = {
    "gateway": "sandbox", "order": "S1", "payment": "7", "refund": "3", "day": "2026-11-20", "expected": "10.00 EUR",
    "actual": "9.00 EUR", "reference": "pi_1", "order_number": "S2", "reason": "expired card",
}  # fmt: skip


@pytest.mark.parametrize("code", TEXTS)
def test_every_sentence_takes_the_facts(code: str) -> None:
    kind, _, variant = code.partition(":")
    assert "%(" not in describe_case(kind, FACTS, variant=variant)


@pytest.mark.parametrize("kind", sorted({code.partition(":")[0] for code in TEXTS}))
def test_what_is_said_is_a_kind(kind: str) -> None:
    assert kind in ReconciliationCase.Kind.values


def test_every_kind_is_said() -> None:
    said = {code.partition(":")[0] for code in TEXTS}
    assert said == set(ReconciliationCase.Kind.values)


def test_a_variant_of_another_release_says_what_its_kind_says() -> None:
    assert describe_case("refund_failed", FACTS, variant="lost") == "Refund 3 of order S1, 10.00 EUR, failed."
    with pytest.raises(KeyError):
        describe_case("snapshot_mismatch", FACTS, variant="weather")
