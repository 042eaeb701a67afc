from __future__ import annotations

import pytest
from django.db import OperationalError, connection

from catalog.models import AttributeChoice, Listing, Product, ProductType
from catalog.services import rebuilds
from catalog.services.rebuilds import (
    finish_attribute,
    finish_type,
    judge_batch,
    judge_types,
    rebuild_attributes,
    rebuild_batch,
)
from shop.kernel.models import AuditEntry
from tests.factories.catalog import make_product, make_variant
from tests.factories.merchandise import make_attribute, state

pytestmark = pytest.mark.django_db


def _keys() -> list[list[str]]:
    return list(Listing.objects.order_by("product_id").values_list("attribute_keys", flat=True))


def test_many_products_are_written_batch_by_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuilds, "BATCH_SIZE", 2)
    material = make_attribute("material")
    for number in range(5):
        product = make_product(slug=f"p{number}")
        make_variant(product=product, sku=f"S{number}")
        state(product, material="Oak")
    AttributeChoice.objects.update(key="solid-oak")
    finish_attribute(material.pk, actor="anna")
    material.refresh_from_db()
    assert (material.rebuilt_to, material.rebuilt_quantity, material.rebuild_quantity) == (0, 0, 5)
    assert _keys() == [["material:oak"]] * 5

    rebuild_batch(material.pk)
    material.refresh_from_db()
    assert material.rebuilt_quantity == 2
    assert _keys() == [["material:solid-oak"]] * 2 + [["material:oak"]] * 3
    # The worker dies when all of a batch is written and it is to be noted.
    with connection.cursor() as cursor:
        cursor.execute(
            """
            CREATE FUNCTION pg_temp.die() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'the server is shutting down' USING ERRCODE = '57P01'; END $$;
            CREATE TRIGGER die BEFORE UPDATE ON catalog_attribute FOR EACH ROW
            WHEN (new.rebuilt_quantity = 4) EXECUTE FUNCTION pg_temp.die()
            """
        )
    with pytest.raises(OperationalError):
        rebuild_attributes()
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER die ON catalog_attribute")
    assert _keys() == [["material:solid-oak"]] * 2 + [["material:oak"]] * 3

    assert rebuild_attributes() == 2
    material.refresh_from_db()
    assert (material.rebuilt_to, material.rebuilt_quantity) == (None, 5)
    assert _keys() == [["material:solid-oak"]] * 5
    assert rebuild_attributes() == 0
    saved = AuditEntry.objects.filter(action="catalog.save_attribute")
    assert list(saved.values_list("target", flat=True)) == ["attribute:material"]


def test_a_change_that_comes_meanwhile_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuilds, "BATCH_SIZE", 1)
    material = make_attribute("material")
    for number in range(2):
        product = make_product(slug=f"p{number}")
        make_variant(product=product, sku=f"S{number}")
        state(product, material="Oak")
    finish_attribute(material.pk, actor="anna")
    rebuild_batch(material.pk)
    AttributeChoice.objects.update(key="ash")
    finish_attribute(material.pk, actor="anna")
    assert rebuild_attributes() == 3
    assert _keys() == [["material:ash"]] * 2


def test_an_attribute_that_nobody_states_is_done_at_once() -> None:
    material = make_attribute("material")
    finish_attribute(material.pk, actor="anna")
    material.refresh_from_db()
    assert (material.rebuilt_to, material.rebuild_quantity) == (None, 0)


def test_the_products_of_a_type_are_judged_batch_by_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuilds, "BATCH_SIZE", 2)
    kind = ProductType.objects.create(key="cup", name_en="Cup")
    Product.objects.filter(pk__in=[make_product(slug=f"p{number}").pk for number in range(5)]).update(
        product_type=kind, quality_score=0, quality_issues=[]
    )
    other = make_product(slug="other")
    Product.objects.filter(pk=other.pk).update(quality_score=1)
    finish_type(kind.pk, actor="anna")
    kind.refresh_from_db()
    assert (kind.judged_to, kind.judged_quantity, kind.judge_quantity) == (0, 0, 5)
    judge_batch(kind.pk)
    kind.refresh_from_db()
    assert (kind.judged_quantity, _count_judged()) == (2, 2)
    # The worker dies when all of a batch is written and it is to be noted.
    with connection.cursor() as cursor:
        cursor.execute(
            """
            CREATE FUNCTION pg_temp.die() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'the server is shutting down' USING ERRCODE = '57P01'; END $$;
            CREATE TRIGGER die BEFORE UPDATE ON catalog_producttype FOR EACH ROW
            WHEN (new.judged_quantity = 4) EXECUTE FUNCTION pg_temp.die()
            """
        )
    with pytest.raises(OperationalError):
        judge_types()
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER die ON catalog_producttype")
    assert _count_judged() == 2

    assert judge_types() == 2
    kind.refresh_from_db()
    assert (kind.judged_to, kind.judged_quantity, _count_judged()) == (None, 5, 5)
    assert Product.objects.get(slug="other").quality_score == 1
    assert judge_types() == 0
    saved = AuditEntry.objects.filter(action="catalog.save_type")
    assert list(saved.values_list("target", flat=True)) == ["type:cup"]


def test_a_small_type_is_judged_at_once() -> None:
    kind = ProductType.objects.create(key="cup", name_en="Cup")
    Product.objects.filter(pk=make_product().pk).update(product_type=kind, quality_score=0, quality_issues=[])
    finish_type(kind.pk, actor="anna")
    kind.refresh_from_db()
    assert (kind.judged_to, _count_judged()) == (None, 1)


def _count_judged() -> int:
    return Product.objects.filter(product_type__isnull=False, quality_score__gt=1).count()
