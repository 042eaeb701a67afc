from __future__ import annotations

import pytest

from catalog.domain.collections import OPERATORS, RuleField, RuleOperator, parse_condition
from catalog.domain.documents import MOST_BYTES, check_pdf, name_document
from catalog.domain.errors import DocumentRefused, MatrixInvalid, RuleInvalid
from catalog.domain.matrix import list_combinations, parse_option
from catalog.domain.policies import ReturnPolicy, find_return_policy
from catalog.domain.wishes import WishCookie, read_cookie, write_cookie


@pytest.mark.parametrize(
    ("field", "operator", "value", "named"),
    [
        ("price", "is", "EUR:50", "operator"),
        ("brand", "at_least", "5", "operator"),
        ("price", "at_most", "50", "value"),
        ("price", "at_most", "EUR:", "value"),
        ("price", "at_most", "EUR:cheap", "value"),
        ("stock", "at_least", "-1", "value"),
        ("stock", "at_least", "1e30", "value"),
        ("attribute", "is", "oak", "value"),
        ("name", "contains", "  ", "value"),
    ],
)
def test_a_condition_that_cannot_be_read_names_its_field(
    field: str, operator: str, value: str, named: str
) -> None:
    with pytest.raises(RuleInvalid) as refused:
        parse_condition(field, operator, value)
    assert refused.value.field == named


def test_every_field_can_be_compared_somehow() -> None:
    assert set(OPERATORS) == set(RuleField)
    assert set().union(*OPERATORS.values()) == set(RuleOperator)


@pytest.mark.parametrize(
    ("own", "of_type", "goods", "found"),
    [
        ("", "", {}, None),
        ("standard", "", {}, ReturnPolicy.STANDARD),
        ("", "quality_only", {}, ReturnPolicy.QUALITY_ONLY),
        ("standard", "quality_only", {}, ReturnPolicy.STANDARD),
        ("standard", "standard", {"is_fresh": True}, ReturnPolicy.QUALITY_ONLY),
        ("", "", {"is_custom_made": True}, ReturnPolicy.QUALITY_ONLY),
        ("standard", "", {"is_digital": True}, ReturnPolicy.QUALITY_ONLY),
    ],
)
def test_returns_depend_on_the_kind_of_goods(
    own: str, of_type: str, goods: dict[str, bool], found: ReturnPolicy | None
) -> None:
    kinds = {"is_digital": False, "is_custom_made": False, "is_fresh": False, **goods}
    assert find_return_policy(own=own, of_type=of_type, **kinds) == found


def test_every_combination_has_a_sku() -> None:
    colour = parse_option("Colour|颜色", "Red|红 #b3261e\nSea blue|海蓝\n\nRed|红")
    size = parse_option("Size", "S\nL")
    assert colour is not None
    assert size is not None
    assert [(one.key, one.chinese, one.swatch) for one in colour.values] == [
        ("red", "红", "#b3261e"),
        ("sea-blue", "海蓝", ""),
    ]
    rows = list_combinations((colour, size), base_sku="MUG")
    assert [row.sku for row in rows] == ["MUG-RED-S", "MUG-RED-L", "MUG-SEA-BLUE-S", "MUG-SEA-BLUE-L"]
    assert rows[0].choices == (("colour", "red"), ("size", "s"))


def test_options_are_all_or_nothing() -> None:
    assert parse_option("", " \n ") is None
    with pytest.raises(MatrixInvalid):
        parse_option("Colour", "")
    with pytest.raises(MatrixInvalid):
        parse_option("", "Red")
    with pytest.raises(MatrixInvalid):
        list_combinations((), base_sku="MUG")
    many = parse_option("Number", "\n".join(str(number) for number in range(20)))
    other = parse_option("Letter", "\n".join(f"x{number}" for number in range(20)))
    assert many is not None
    assert other is not None
    with pytest.raises(MatrixInvalid):
        list_combinations((many, other), base_sku="MUG")
    with pytest.raises(MatrixInvalid):
        list_combinations((many, many), base_sku="MUG")


def test_a_document_is_a_pdf_by_its_first_bytes() -> None:
    check_pdf(MOST_BYTES, b"%PDF-1.7 ...")
    for size, head in ((10, b"<html>"), (10, b""), (10, b"MZ %PDF-"), (MOST_BYTES + 1, b"%PDF-1.4")):
        with pytest.raises(DocumentRefused):
            check_pdf(size, head)
    assert name_document(b"x") == "2d711642b726b04401627ca9.pdf"


@pytest.mark.parametrize(
    ("text", "ids", "is_reflection"),
    [
        ("", (), False),
        ("3.1.3", (3, 1), False),
        ("a.3.1", (3, 1), True),
        ("x.-1.٣.99999999999999999.7", (7,), False),
    ],
)
def test_nonsense_in_a_wish_cookie_counts_as_nothing(
    text: str, ids: tuple[int, ...], *, is_reflection: bool
) -> None:
    assert read_cookie(text) == WishCookie(product_ids=ids, is_reflection=is_reflection)
    assert read_cookie(write_cookie(ids, is_reflection=is_reflection)).product_ids == ids
