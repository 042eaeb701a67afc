"""Every row lock of the catalogue: products before variants, by primary key."""

from __future__ import annotations

from collections.abc import Collection as Ids

from catalog.models import (
    Attribute,
    BulkEdit,
    Campaign,
    Collection,
    Coupon,
    FlashStock,
    ImportRun,
    PriceBatch,
    PriceList,
    PriceSuggestion,
    PricingRule,
    Product,
    ProductType,
    Promotion,
    StockNotice,
    Variant,
)


def lock_products(product_ids: Ids[int]) -> list[int]:
    """Lock products so that their listings are rebuilt by one writer at a time; returns the ids that exist.

    FOR NO KEY UPDATE: rows of other tables may still point to them meanwhile.
    """
    rows = Product.objects.filter(pk__in=product_ids).order_by("pk").select_for_update(no_key=True)
    return list(rows.values_list("pk", flat=True))


def lock_variants(variant_ids: Ids[int]) -> dict[int, int]:
    """Lock variants by primary key; returns their available quantities."""
    rows = (
        Variant.objects.filter(pk__in=variant_ids).order_by("pk").select_for_update(no_key=True, of=("self",))
    )
    return dict(rows.values_list("pk", "available_quantity"))


def lock_collection(collection_id: int) -> Collection | None:
    """Lock a collection, so that its members have one writer at a time; None when it is gone."""
    return Collection.objects.filter(pk=collection_id).select_for_update(no_key=True).first()


def lock_notices(limit: int) -> list[StockNotice]:
    """Lock notices that wait for variants which can be bought again, passing over those another worker holds."""
    waiting = StockNotice.objects.filter(
        state=StockNotice.State.WAITING,
        variant__is_active=True,
        variant__available_quantity__gt=0,
        variant__product__status=Product.Status.PUBLISHED,
    )
    rows = waiting.select_related("variant__product").order_by("pk")
    return list(rows.select_for_update(skip_locked=True, of=("self",))[:limit])


def lock_bulk_edit(edit_id: int) -> BulkEdit | None:
    """Lock a bulk edit, so that it is taken back once; before products."""
    return BulkEdit.objects.filter(pk=edit_id).select_for_update().first()


def lock_flash_stock(promotion_id: int) -> list[FlashStock]:
    """Lock what a flash sale has, by primary key; after its promotion."""
    return list(FlashStock.objects.filter(promotion_id=promotion_id).order_by("pk").select_for_update())


def lock_promotion(promotion_id: int) -> Promotion:
    """Lock a promotion against new uses of it, which point to it; after orders, before stock."""
    return Promotion.objects.select_for_update(of=("self",)).get(pk=promotion_id)


def lock_campaign(campaign_id: int) -> Campaign:
    """Lock a campaign against new uses of its promotions; before its promotions."""
    return Campaign.objects.select_for_update().get(pk=campaign_id)


def lock_coupon(coupon_id: int) -> Coupon:
    """Lock a coupon against new uses of it; after its promotion."""
    return Coupon.objects.select_for_update(of=("self",)).get(pk=coupon_id)


def lock_price_batch(batch_id: int) -> PriceBatch:
    """Lock a change of prices, so that it is applied or taken back once; before products."""
    return PriceBatch.objects.select_for_update().get(pk=batch_id)


def lock_price_lists(keys: Ids[str]) -> list[PriceList]:
    """Lock price lists by primary key while their own words change; before products."""
    return list(PriceList.objects.filter(key__in=keys).order_by("pk").select_for_update(no_key=True))


def lock_price_suggestions(suggestion_ids: Ids[int]) -> list[PriceSuggestion]:
    """Lock suggested prices by primary key, so that each is decided once; before the change that takes them up."""
    rows = PriceSuggestion.objects.filter(pk__in=suggestion_ids).select_related("variant", "rule")
    return list(rows.order_by("pk").select_for_update(of=("self",)))


def lock_pricing_rule(rule_id: int) -> PricingRule:
    """Lock a rule on prices, so that one run at a time notes what it found."""
    return PricingRule.objects.select_for_update().get(pk=rule_id)


def lock_attribute(attribute_id: int) -> Attribute:
    """Lock an attribute while listings are written after it; before products."""
    return Attribute.objects.select_for_update(no_key=True).get(pk=attribute_id)


def lock_type(type_id: int) -> ProductType:
    """Lock a type while its products are judged after it."""
    return ProductType.objects.select_for_update(no_key=True).get(pk=type_id)


def lock_import(run_id: int) -> ImportRun:
    """Lock an import, so that it is started, stopped or tried again by one; raises ImportRun.DoesNotExist."""
    return ImportRun.objects.select_for_update(no_key=True).get(pk=run_id)
