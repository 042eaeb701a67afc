from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from catalog.domain.errors import QualityTooLow
from catalog.models import Listing, ListingPolicy, Product
from catalog.queries.offers import list_offers
from catalog.queries.previews import build_preview_url
from catalog.queries.quality import explain_issues
from catalog.services.products import finish_product, publish_product, save_product
from catalog.services.publishing import apply_publish_windows, hold_back, publish_products, set_published
from catalog.services.quality import refresh_quality, rejudge_all, save_listing_policy
from shop.kernel.clock import now, override_now
from shop.kernel.models import AuditEntry
from tests.factories.catalog import make_category, make_image, make_product, make_variant
from tests.factories.merchandise import make_attribute, make_type, state

pytestmark = pytest.mark.django_db


def _make_draft(name: str = "Mug") -> Product:
    product = make_product(name, status="draft")
    make_variant(product=product)
    return product


def _set_mark(score: int) -> None:
    save_listing_policy(ListingPolicy(lowest_score=score), actor="anna")


def test_a_listing_is_judged_by_all_that_belongs_to_it() -> None:
    material = make_attribute("material")
    product = make_product(
        "Harbour Stoneware Mug with Bare Foot",
        chinese="港湾粗陶马克杯 露胎底 三百二十毫升",
        category=make_category("kitchen"),
        description=f"<p>{'Good. ' * 20}</p>",
    )
    product.product_type = make_type(material, policy="standard")
    save_product(product, actor="anna")
    make_image(product, alt="A mug")
    report = finish_product(product.pk)
    assert report is not None
    assert [(issue.code.value, issue.points) for issue in report.issues] == [("attributes_missing", 20)]
    product.refresh_from_db()
    assert product.quality_score == 80
    words = explain_issues(product.quality_issues, names={"material": "Material"})
    assert words == ["It does not state: Material."]
    state(product, material="Stoneware")
    product.refresh_from_db()
    assert (product.quality_score, product.quality_issues) == (100, [])


def test_judging_again_writes_nothing() -> None:
    product = _make_draft()
    refresh_quality([product.pk])
    product.refresh_from_db()
    assert product.quality_score == 10
    Product.objects.filter(pk=product.pk).update(quality_score=99)
    assert rejudge_all() == 1
    product.refresh_from_db()
    assert product.quality_score == 10


def test_below_the_mark_nothing_is_published_and_the_reasons_are_told() -> None:
    product = _make_draft()
    _set_mark(50)
    with pytest.raises(QualityTooLow) as refused:
        publish_product(product.pk, actor="anna")
    assert refused.value.facts["score"] == 10
    assert "Add one of 800 × 800 pixels or more" in str(refused.value.message)
    product.refresh_from_db()
    assert product.status == "draft"
    assert not Listing.objects.exists()
    _set_mark(10)
    publish_product(product.pk, actor="anna")
    assert Listing.objects.count() == 1


def test_the_good_ones_of_many_are_published() -> None:
    bad, good = _make_draft(), _make_draft("A mug whose name is long enough to be good")
    make_image(good, alt="A mug")
    _set_mark(50)
    outcome = publish_products([bad.pk, good.pk], actor="anna")
    assert (outcome.changed, [one.facts["product_id"] for one in outcome.refused]) == (1, [bad.pk])
    with pytest.raises(QualityTooLow):
        set_published([bad.pk, good.pk], is_published=True, actor="anna")
    assert set_published([bad.pk, good.pk], is_published=False, actor="anna") == 1


def test_what_an_import_published_below_the_mark_becomes_a_draft_again() -> None:
    product = make_variant().product
    assert hold_back([product.pk]) == {}
    _set_mark(90)
    assert set(hold_back([product.pk])) == {product.pk}
    product.refresh_from_db()
    assert product.status == "draft"
    assert not Listing.objects.exists()


def test_the_clock_publishes_and_unpublishes_once() -> None:
    product = _make_draft()
    at = now()
    product.status = Product.Status.PUBLISHED
    product.publish_at, product.unpublish_at = at + timedelta(hours=1), at + timedelta(hours=2)
    save_product(product, actor="anna")
    assert product.status == "draft"
    assert apply_publish_windows() == 0
    with override_now(at + timedelta(minutes=61)):
        assert apply_publish_windows() == 1
        assert apply_publish_windows() == 0
    product.refresh_from_db()
    assert (product.status, product.publish_at) == ("published", None)
    assert Listing.objects.count() == 1
    with override_now(at + timedelta(minutes=121)):
        assert apply_publish_windows() == 1
    product.refresh_from_db()
    assert (product.status, product.unpublish_at) == ("draft", None)
    assert not Listing.objects.exists()


def test_a_due_product_below_the_mark_stays_a_draft_and_is_not_tried_for_ever() -> None:
    product = _make_draft()
    _set_mark(90)
    Product.objects.update(publish_at=now() - timedelta(minutes=1))
    assert apply_publish_windows() == 0
    product.refresh_from_db()
    assert (product.status, product.publish_at) == ("draft", None)
    assert AuditEntry.objects.filter(action="catalog.publish_refused").count() == 1


def test_an_ended_window_closes_the_page_before_the_job_comes(client: Client) -> None:
    product = make_variant().product
    assert client.get(f"/p/{product.slug}/").status_code == 200
    variant_id = product.variants.get().pk
    assert list_offers([variant_id], currency="EUR")[variant_id].is_sellable
    Product.objects.update(unpublish_at=now() - timedelta(seconds=1), is_fresh=True)
    assert client.get(f"/p/{product.slug}/").status_code == 404
    offer = list_offers([variant_id], currency="EUR")[variant_id]
    assert (offer.is_sellable, offer.return_policy) == (False, "quality_only")


def test_a_signed_link_shows_a_draft_for_a_week(client: Client) -> None:
    product = _make_draft("Secret mug")
    url = build_preview_url(product).partition("testserver")[2] or build_preview_url(product)
    path = "/" + url.split("/", 3)[-1] if url.startswith("http") else url
    answer = client.get(path)
    assert answer.status_code == 200
    assert "Secret mug" in answer.content.decode()
    assert answer["X-Robots-Tag"] == "noindex"
    assert "no-store" in answer["Cache-Control"]
    assert client.get(f"{path[:-3]}xx/").status_code == 404
    assert client.get(f"/p/{product.slug}/").status_code == 404


def test_publishing_tells_the_rules(drain: Callable[[], int]) -> None:
    product = _make_draft()
    publish_product(product.pk, actor="anna")
    assert drain() == 1
