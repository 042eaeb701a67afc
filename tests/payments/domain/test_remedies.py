"""No kind of case leaves finance without a next step."""

from payments.domain.remedies import REMEDIES, describe_remedy
from payments.models import ReconciliationCase


def test_each_kind_of_case_has_its_remedy() -> None:
    assert set(REMEDIES) == set(ReconciliationCase.Kind.values)
    assert describe_remedy("settled_twice").startswith("The provider paid one payment twice")
