from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from catalog.domain.attribute_values import parse_values
from catalog.domain.attributes import AttributeKind, StatedValue
from catalog.domain.errors import AttributeInvalid
from catalog.models import AttributeChoice, AttributeValue, Listing
from catalog.queries.attributes import list_attribute_labels, list_product_specifications, list_statements
from catalog.services.attributes import set_attributes
from catalog.services.rebuilds import finish_attribute
from shop.kernel.invariants import check_invariants
from shop.kernel.models import AuditEntry
from shop.kernel.transactions import savepoint
from tests.factories.catalog import make_product, make_variant
from tests.factories.merchandise import make_attribute, state

pytestmark = pytest.mark.django_db


def test_statements_reach_the_listing_and_the_table() -> None:
    make_attribute("material", name="Material", chinese="材质", is_multiple=True)
    make_attribute("capacity", kind="number")
    make_attribute("oven", kind="boolean", name="Oven safe")
    make_attribute("care", kind="text", name="Care")
    product = make_variant().product
    state(product, material="Oak|橡木; Brass|黄铜", capacity="0.5", oven="no", care="By hand|手洗")
    assert Listing.objects.get().attribute_keys == [
        "capacity:0.5",
        "material:brass",
        "material:oak",
        "oven:no",
    ]
    table = list_product_specifications([product.pk], "en")[product.pk]
    assert [(line.name, line.value) for line in table] == [
        ("Material", "Oak, Brass"),
        ("Capacity", "0.5"),
        ("Oven safe", "No"),
        ("Care", "By hand"),
    ]
    with translation.override("zh-hans"):
        assert list_product_specifications([product.pk], "zh-hans")[product.pk][0].name == "材质"


def test_saying_the_same_again_writes_and_audits_nothing() -> None:
    make_attribute("material")
    product = make_variant().product
    state(product, material="Oak")
    row = AttributeValue.objects.get()
    values = {"material": [StatedValue(choice_key="oak")]}
    assert set_attributes(product.pk, values, actor="anna") == ()
    assert AttributeValue.objects.get().pk == row.pk
    assert AuditEntry.objects.filter(action="catalog.set_attributes").count() == 1


def test_an_empty_list_takes_a_statement_away_and_leaves_the_others() -> None:
    make_attribute("material")
    make_attribute("capacity", kind="number")
    product = make_variant().product
    state(product, material="Oak", capacity="320")
    assert set_attributes(product.pk, {"material": []}, actor="anna") == ("material",)
    assert list_statements([product.pk])[product.pk].keys == ["capacity:320"]


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("nothing", [StatedValue(number=Decimal(1))]),
        ("material", [StatedValue(choice_key="unheard-of")]),
        ("material", [StatedValue(number=Decimal(1))]),
        ("material", [StatedValue(choice_key="oak"), StatedValue(choice_key="ash")]),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_written(key: str, values: list[StatedValue]) -> None:
    attribute = make_attribute("material")
    for name in ("oak", "ash"):
        AttributeChoice.objects.create(attribute=attribute, key=name, value_en=name)
    product = make_product()
    with pytest.raises(AttributeInvalid) as refused:
        set_attributes(product.pk, {key: values}, actor="anna")
    assert refused.value.field == key
    assert not AttributeValue.objects.exists()


def test_the_database_wants_exactly_one_part_of_a_value() -> None:
    attribute, product = make_attribute("capacity", kind="number"), make_product()
    for parts in ({}, {"number": 1, "flag": True}):
        with pytest.raises(IntegrityError), savepoint():
            AttributeValue.objects.create(product=product, attribute=attribute, **parts)
    AttributeValue.objects.create(product=product, attribute=attribute, number=1)
    with pytest.raises(IntegrityError), savepoint():
        AttributeValue.objects.create(product=product, attribute=attribute, number=2)


def test_a_renamed_choice_reaches_the_listings() -> None:
    attribute = make_attribute("material")
    product = make_variant().product
    state(product, material="Oak")
    AttributeChoice.objects.update(key="solid-oak")
    finish_attribute(attribute.pk, actor="anna")
    assert Listing.objects.get().attribute_keys == ["material:solid-oak"]


@pytest.mark.parametrize("count", [1, 3])
def test_labels_take_two_queries(count: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    make_attribute("material", name="Material", chinese="材质")
    make_attribute("capacity", kind="number")
    make_attribute("oven", kind="boolean")
    for number in range(count):
        state(make_variant().product, material=f"Wood {number}|木{number}", capacity=str(number), oven="yes")
    keys = [f"material:wood-{number}" for number in range(count)]
    with django_assert_num_queries(2):
        labels = list_attribute_labels([*keys, "capacity:2.5", "capacity:x", "oven:yes", "no:thing"])
    assert labels["material:wood-0"].values == ("Wood 0", "木0")
    assert labels["capacity:2.5"].values == ("2.5", "2.5")
    assert labels["oven:yes"].values == ("Yes", "是")
    assert set(labels) == {*keys, "capacity:2.5", "oven:yes"}


def test_kinds_of_cells_and_columns_agree() -> None:
    cells = {"text": "x", "choice": "x", "number": "1", "color": "x", "boolean": "yes", "date": "2026-01-01"}
    product = make_variant().product
    for kind, cell in cells.items():
        make_attribute(kind, kind=kind)
        assert set_attributes(
            product.pk, {kind: parse_values(AttributeKind(kind), cell)}, actor="x", creates_choices=True
        ) == (kind,)
    assert AttributeValue.objects.count() == 6


def test_a_value_of_another_kind_is_found() -> None:
    attribute, product = make_attribute("capacity", kind="number"), make_product()
    value = AttributeValue.objects.create(product=product, attribute=attribute, number=1)
    assert "C6" not in {found.code for found in check_invariants()}
    AttributeValue.objects.filter(pk=value.pk).update(number=None, flag=True)
    assert "C6" in {found.code for found in check_invariants()}
