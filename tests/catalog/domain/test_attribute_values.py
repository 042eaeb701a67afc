from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from catalog.domain.attribute_values import parse_values, write_cell
from catalog.domain.attributes import AttributeDefinition, AttributeKind, StatedValue, build_filter_key
from catalog.domain.errors import AttributeInvalid

K = AttributeKind


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        (K.TEXT, "Hand wash|手洗", StatedValue(text_en="Hand wash", text_zh_hans="手洗")),
        (K.TEXT, "|手洗", StatedValue(text_en="手洗", text_zh_hans="手洗")),
        (K.CHOICE, "Oak|橡木", StatedValue(choice_key="oak", choice_en="Oak", choice_zh_hans="橡木")),
        (
            K.COLOR,
            "Sea blue #1A2b3C",
            StatedValue(choice_key="sea-blue", choice_en="Sea blue", swatch="#1a2b3c"),
        ),
        (K.NUMBER, "9,5 cm", StatedValue(number=Decimal("9.5"))),
        (K.NUMBER, "-3", StatedValue(number=Decimal(-3))),
        (K.BOOLEAN, "Yes", StatedValue(flag=True)),
        (K.BOOLEAN, "否", StatedValue(flag=False)),
        (K.DATE, "2026-03-31", StatedValue(day=date(2026, 3, 31))),
    ],
)
def test_a_cell_is_read_by_its_kind(kind: AttributeKind, cell: str, value: StatedValue) -> None:
    assert parse_values(kind, cell) == (value,)


@pytest.mark.parametrize("kind", list(K))
def test_an_empty_cell_states_nothing(kind: AttributeKind) -> None:
    assert parse_values(kind, "  \x00 ") == ()


def test_several_choices_are_parted_by_semicolons_where_they_are_allowed() -> None:
    both = parse_values(K.CHOICE, "Oak|橡木; Brass; Oak|橡木;", is_multiple=True)
    assert [one.choice_key for one in both] == ["oak", "brass"]
    assert [one.choice_key for one in parse_values(K.CHOICE, "Oak; Brass")] == ["oak-brass"]


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        (K.NUMBER, "many"),
        (K.NUMBER, "NaN"),
        (K.NUMBER, "1e11"),
        (K.BOOLEAN, "perhaps"),
        (K.DATE, "31.3.2026"),
        (K.CHOICE, "!!!"),
        (K.TEXT, "x" * 501),
    ],
)
def test_nonsense_is_refused_in_plain_words(kind: AttributeKind, cell: str) -> None:
    with pytest.raises(AttributeInvalid) as refused:
        parse_values(kind, cell)
    assert str(refused.value.message)


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        (K.TEXT, "Hand wash|手洗"),
        (K.CHOICE, "Oak|橡木; Brass|黄铜"),
        (K.COLOR, "Sea blue|海蓝 #1a2b3c"),
        (K.NUMBER, "9.5"),
        (K.NUMBER, "1500"),
        (K.BOOLEAN, "no"),
        (K.DATE, "2026-03-31"),
    ],
)
def test_what_is_written_is_read_again(kind: AttributeKind, cell: str) -> None:
    assert write_cell(kind, parse_values(kind, cell, is_multiple=kind is K.CHOICE)) == cell


@pytest.mark.parametrize(
    ("kind", "value", "key"),
    [
        (K.CHOICE, StatedValue(choice_key="oak"), "fact:oak"),
        (K.NUMBER, StatedValue(number=Decimal("320.0000")), "fact:320"),
        (K.NUMBER, StatedValue(number=Decimal("0.5000")), "fact:0.5"),
        (K.NUMBER, StatedValue(number=Decimal("0.0000")), "fact:0"),
        (K.BOOLEAN, StatedValue(flag=False), "fact:no"),
        (K.TEXT, StatedValue(text_en="words"), ""),
        (K.DATE, StatedValue(day=date(2026, 3, 31)), ""),
    ],
)
def test_a_listing_is_filtered_by_choices_numbers_and_flags(
    kind: AttributeKind, value: StatedValue, key: str
) -> None:
    definition = AttributeDefinition(key="fact", kind=kind, name_en="", name_zh_hans="", is_filterable=True)
    assert build_filter_key(definition, value) == key
    hidden = AttributeDefinition(key="fact", kind=kind, name_en="", name_zh_hans="")
    assert build_filter_key(hidden, value) == ""
