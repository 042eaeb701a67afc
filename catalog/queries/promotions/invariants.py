"""What must always hold of promotions."""

from __future__ import annotations

from shop.kernel.invariants import invariant


@invariant("I17", "limited coupons, promotions and campaigns count exactly their uses that are not released")
def uses_are_counted() -> str:
    """Counters that differ from the redemptions behind them."""
    return """
        WITH uses AS (SELECT * FROM catalog_redemption WHERE state <> 'released')
        SELECT 'coupon' AS what, row.id, row.used_quantity, row.usage_limit FROM catalog_coupon AS row
            WHERE row.usage_limit IS NOT NULL
              AND row.used_quantity <> (SELECT count(*) FROM uses WHERE uses.coupon_id = row.id)
        UNION ALL
        SELECT 'promotion', row.id, row.used_quantity, row.usage_limit FROM catalog_promotion AS row
            WHERE row.usage_limit IS NOT NULL
              AND row.used_quantity <> (SELECT count(*) FROM uses WHERE uses.promotion_id = row.id)
        UNION ALL
        SELECT 'campaign', row.id, row.used_quantity, row.usage_limit FROM catalog_campaign AS row
            WHERE row.usage_limit IS NOT NULL
              AND row.used_quantity <> (SELECT count(*) FROM uses WHERE uses.campaign_id = row.id)
    """


@invariant("I17", "a campaign's budget has given away what its uses took off, and no more than it had")
def budgets_are_counted() -> str:
    """Budgets that differ from the redemptions behind them."""
    return """
        SELECT budget.id, budget.currency, budget.spent_amount, budget.limit_amount, uses.total
        FROM catalog_campaignbudget AS budget
        JOIN LATERAL (
            SELECT coalesce(sum(discount_amount), 0) AS total FROM catalog_redemption AS used
            WHERE used.campaign_id = budget.campaign_id AND used.currency = budget.currency
              AND used.state <> 'released'
        ) AS uses ON true
        WHERE budget.spent_amount <> uses.total OR budget.spent_amount > budget.limit_amount
    """


@invariant("I17", "a flash sale has sold what its uses took")
def flash_stock_is_counted() -> str:
    """Flash stock that differs from the redemptions behind it."""
    return """
        SELECT stock.id, stock.sold_quantity, taken.units
        FROM catalog_flashstock AS stock
        JOIN LATERAL (
            SELECT coalesce(sum((used.units ->> stock.variant_id::text)::int), 0) AS units
            FROM catalog_redemption AS used
            WHERE used.promotion_id = stock.promotion_id AND used.state <> 'released'
        ) AS taken ON true
        WHERE stock.sold_quantity <> taken.units
    """
