from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from pytest_django import Settings

from catalog.domain.pricing.changes import (
    BatchMoved,
    ChangeKind,
    CompareAt,
    OwnPriceChange,
    PriceChangeInvalid,
    PriceRule,
)
from catalog.models import Listing, Price, PriceBatch, PriceHistory
from catalog.queries.offers import list_offers
from catalog.queries.pricing.batches import VariantChoice, summarize_batch
from catalog.services.pricing.batches import (
    apply_batch,
    cancel_batch,
    confirm_batch,
    preview_batch,
    revert_batch,
    run_due_batches,
)
from shop.kernel.clock import now, override_now
from tests.factories.catalog import make_category, make_product, make_variant

pytestmark = pytest.mark.django_db
TENTH = PriceRule(kind=ChangeKind.PERCENT, value=Decimal(-10), compare_at=CompareAt.OLD_PRICE)


def preview(choice: VariantChoice | None = None, rule: PriceRule = TENTH) -> PriceBatch:
    return preview_batch("Sale", choice=choice or VariantChoice(), currency="EUR", rule=rule, actor="ada")


def amounts() -> list[Decimal]:
    return list(Price.objects.order_by("variant_id").values_list("amount", flat=True))


def test_a_preview_moves_nothing_and_tells_what_would() -> None:
    kitchen = make_product(category=make_category("kitchen/cups"))
    make_variant(product=kitchen, price="20.00")
    make_variant(price="10.00")
    make_variant(price="0.00")
    batch = preview()
    summary = summarize_batch(batch)
    assert (summary.quantity, summary.raised, summary.lowered, summary.mean_percent) == (
        2,
        0,
        2,
        Decimal("-10.0"),
    )
    assert amounts() == [Decimal(20), Decimal(10), Decimal(0)]
    assert preview(VariantChoice(category_path="kitchen")).changes.count() == 1
    with pytest.raises(PriceChangeInvalid, match="No price would change"):
        preview(VariantChoice(skus=["NONE"]))


def test_a_change_is_applied_once_shown_and_taken_back() -> None:
    variant = make_variant(price="20.00")
    batch = preview()
    confirm_batch(batch.pk, actor="ada")
    assert amounts() == [Decimal(18)]
    listing = Listing.objects.get()
    assert (listing.amount, listing.compare_at_amount) == (Decimal(18), Decimal(20))
    offer = list_offers([variant.pk], currency="EUR")[variant.pk]
    assert (str(offer.unit_price), str(offer.compare_at)) == ("18.00 EUR", "20.00 EUR")
    apply_batch(batch.pk)
    assert amounts() == [Decimal(18)]
    with pytest.raises(BatchMoved):
        confirm_batch(batch.pk, actor="ada")
    revert_batch(batch.pk, actor="ada")
    assert revert_batch(batch.pk, actor="ada").state == "reverted"
    assert amounts() == [Decimal(20)]
    assert Listing.objects.get().compare_at_amount is None


def test_a_price_that_somebody_changed_since_is_not_taken_back() -> None:
    make_variant(price="20.00")
    make_variant(price="10.00")
    batch = confirm_batch(preview().pk, actor="ada")
    Price.objects.filter(amount=18).update(amount=Decimal(15), compare_at_amount=None)
    revert_batch(batch.pk, actor="ada")
    assert amounts() == [Decimal(15), Decimal(10)]
    assert sorted(batch.changes.values_list("state", flat=True)) == ["reverted", "skipped"]


def test_a_scheduled_change_comes_and_goes_by_itself() -> None:
    make_variant(price="20.00")
    start = now() + timedelta(hours=1)
    batch = preview()
    confirm_batch(batch.pk, actor="ada", due_at=start, revert_at=start + timedelta(days=1))
    assert [run_due_batches(), amounts()] == [0, [Decimal(20)]]
    with override_now(start):
        assert [run_due_batches(), run_due_batches(), amounts()] == [1, 0, [Decimal(18)]]
    with override_now(start + timedelta(days=1)):
        assert [run_due_batches(), run_due_batches(), amounts()] == [1, 0, [Decimal(20)]]
    with pytest.raises(BatchMoved):
        cancel_batch(batch.pk, actor="ada")


def test_an_end_before_the_beginning_is_refused_and_a_preview_can_be_dropped() -> None:
    make_variant(price="20.00")
    batch = preview()
    with pytest.raises(PriceChangeInvalid):
        confirm_batch(batch.pk, actor="ada", revert_at=now())
    assert cancel_batch(batch.pk, actor="ada").state == "cancelled"
    with pytest.raises(BatchMoved):
        confirm_batch(batch.pk, actor="ada")


def test_the_history_is_kept_whoever_writes_and_a_raised_price_makes_no_bargain() -> None:
    variant = make_variant(price="20.00")
    price = Price.objects.get()
    for amount, before in (("30.00", None), ("25.00", "30.00")):
        Price.objects.filter(pk=price.pk).update(amount=Decimal(amount), compare_at_amount=before)
    assert list(PriceHistory.objects.order_by("pk").values_list("amount", flat=True)) == [20, 30, 25]
    price.refresh_from_db()
    assert price.lowest_before_amount == Decimal(20)
    assert list_offers([variant.pk], currency="EUR")[variant.pk].compare_at is None


def test_only_the_last_thirty_days_count() -> None:
    make_variant(price="20.00")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_pricehistory SET since = now() - interval '60 days'")
        cursor.execute(
            "INSERT INTO catalog_pricehistory (variant_id, currency, amount, since) "
            "SELECT variant_id, currency, 30, now() - interval '40 days' FROM catalog_pricehistory"
        )
    Price.objects.update(amount=Decimal(25), compare_at_amount=Decimal(40))
    assert Price.objects.get().lowest_before_amount == Decimal(30)


def test_a_price_that_comes_back_is_judged_by_what_it_was() -> None:
    variant = make_variant(price="20.00")
    Price.objects.all().delete()
    Price.objects.create(variant=variant, currency="EUR", amount=Decimal(25), compare_at_amount=Decimal(50))
    assert Price.objects.get().lowest_before_amount == Decimal(20)


def test_large_moves_are_confirmed_by_another_person() -> None:
    make_variant(price="20.00")
    make_variant(price="0.00")
    batch = preview(rule=PriceRule(kind=ChangeKind.PERCENT, value=Decimal("-30.05")))
    with pytest.raises(OwnPriceChange, match="1 price moves further") as caught:
        confirm_batch(batch.pk, actor="ada")
    assert caught.value.facts == {"quantity": 1}
    batch.refresh_from_db()
    assert (batch.state, batch.confirmed_by, amounts()) == ("draft", "", [Decimal(20), Decimal(0)])
    assert confirm_batch(batch.pk, actor="bob").confirmed_by == "bob"
    assert amounts() == [Decimal("13.99"), Decimal(0)]


@pytest.mark.parametrize("value", [30, -30])
def test_a_move_at_the_mark_needs_no_other(value: int) -> None:
    make_variant(price="20.00")
    batch = preview(rule=PriceRule(kind=ChangeKind.PERCENT, value=Decimal(value)))
    assert confirm_batch(batch.pk, actor="ada").confirmed_by == "ada"


def test_who_runs_a_shop_alone_confirms_large_moves_too(settings: Settings) -> None:
    settings.PRICE_APPROVAL_BY_ANOTHER = False
    make_variant(price="20.00")
    batch = preview(rule=PriceRule(kind=ChangeKind.SET, value=Decimal(1)))
    assert confirm_batch(batch.pk, actor="ada").state == "applied"
