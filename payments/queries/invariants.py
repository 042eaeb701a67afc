"""I9 to I13 as SQL: each selects the rows that break it."""

from shop.kernel.invariants import invariant


@invariant(
    "I9", "What goes back is never more than what was captured, and that never more than the order's total"
)
def refunds_within_captures() -> str:
    """Live refunds against the payment's cached sum, and the captured amount against what was asked for."""
    return """
        SELECT payment.id, payment.captured_amount, payment.refunded_amount, COALESCE(live.total, 0) AS refunds
        FROM payments_payment payment
        LEFT JOIN (
            SELECT payment_id, SUM(amount) AS total FROM payments_refund
            WHERE status IN ('queued', 'sent', 'succeeded') GROUP BY payment_id
        ) live ON live.payment_id = payment.id
        JOIN orders_order AS "order" ON "order".id = payment.order_id
        WHERE payment.refunded_amount <> COALESCE(live.total, 0)
           OR payment.refunded_amount > payment.captured_amount
           OR payment.captured_amount > payment.amount
           OR (payment.verdict = 'kept' AND payment.captured_amount > "order".total_amount)
    """


@invariant("I10", "Every callback is kept once and has at most one outcome, none waits for more than a day")
def callbacks_have_one_outcome() -> str:
    """Duplicates cannot be stored; what is left to break is an outcome that never comes."""
    return """
        SELECT callback.id, callback.provider, callback.event_id, callback.outcome
        FROM payments_gatewaycallback callback
        WHERE (callback.outcome = '') <> (callback.processed_at IS NULL)
           OR (callback.outcome = '' AND callback.received_at < now() - interval '25 hours')
           OR EXISTS (
                SELECT 1 FROM payments_gatewaycallback other
                WHERE other.provider = callback.provider AND other.event_id = callback.event_id
                  AND other.id <> callback.id
           )
    """


@invariant("I11", "A provider's payment or refund is booked once")
def provider_references_once() -> str:
    """Also across the two tables' constraints: a reference belongs to one row."""
    return """
        SELECT 'payment' AS kind, gateway, provider_reference, COUNT(*) AS rows FROM payments_payment
        WHERE provider_reference IS NOT NULL GROUP BY gateway, provider_reference HAVING COUNT(*) > 1
        UNION ALL
        SELECT 'refund', gateway, provider_reference, COUNT(*) FROM payments_refund
        WHERE provider_reference IS NOT NULL GROUP BY gateway, provider_reference HAVING COUNT(*) > 1
    """


@invariant("I12", "A paid order has its money, and succeeded money has its paid order or is on its way back")
def paid_means_money() -> str:
    """The kept payment covers the total in the order's currency; returned money has a refund or an open case."""
    return """
        SELECT "order".id, "order".number, 'paid without money' AS problem
        FROM orders_order AS "order"
        LEFT JOIN payments_payment kept ON kept.order_id = "order".id AND kept.verdict = 'kept'
        WHERE "order".paid_at IS NOT NULL AND "order".total_amount > 0
          AND (kept.id IS NULL OR kept.captured_amount < "order".total_amount OR kept.currency <> "order".currency)
        UNION ALL
        SELECT payment.id, "order".number, 'money without paid order'
        FROM payments_payment payment JOIN orders_order AS "order" ON "order".id = payment.order_id
        WHERE payment.verdict = 'kept' AND "order".paid_at IS NULL
        UNION ALL
        SELECT payment.id, "order".number, 'returned money without refund or case'
        FROM payments_payment payment JOIN orders_order AS "order" ON "order".id = payment.order_id
        WHERE payment.verdict = 'returned' AND payment.refunded_amount < payment.captured_amount
          AND NOT EXISTS (
                SELECT 1 FROM payments_reconciliationcase c WHERE c.payment_id = payment.id
          )
    """


@invariant("I13", "Of two succeeded payments of an order one is kept, the others go back and have a case")
def one_payment_kept() -> str:
    """Every returned payment has its case; no order keeps two."""
    return """
        SELECT order_id, COUNT(*) AS kept FROM payments_payment
        WHERE verdict = 'kept' GROUP BY order_id HAVING COUNT(*) > 1
        UNION ALL
        SELECT payment.order_id, 0 FROM payments_payment payment
        WHERE payment.verdict = 'returned'
          AND NOT EXISTS (SELECT 1 FROM payments_reconciliationcase c WHERE c.payment_id = payment.id)
    """
