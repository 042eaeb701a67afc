"""Every guard that the shop leans on, how to take it away, and the quick test that must then fail."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Guard:
    """`old` becomes `new` in `file`, or `sql` takes it out of the database."""

    name: str
    test: str
    file: str = ""
    old: str = ""
    new: str = ""
    sql: str = ""


def cut_from_holds(line: str, lines: str) -> str:
    """The functions that hold one line and many, each without a part of it; an error when it is not there."""
    cuts = "".join(
        f"""
            whole := pg_get_functiondef('{function}'::regproc);
            ASSERT strpos(whole, '{text}') > 0;
            EXECUTE replace(whole, '{text}', '');
        """
        for function, text in (("inventory_hold_line", line), ("inventory_hold_lines", lines))
    )
    return f"DO $do$ DECLARE whole text; BEGIN {cuts} END $do$"


WAITED = "waited := pg_advisory_xact_lock(hashtextextended(of_reference, 20));"


RACES = "tests/inventory/services/test_stock_races.py"
STOCK = "tests/inventory/services/test_stock.py"
ORDER_RACES = "tests/orders/services/test_races.py"
PAYMENT_RACES = "tests/payments/services/test_races.py"
RELAY = "tests/kernel/test_relay.py"
ONCE = "tests/kernel/test_idempotency.py"

GUARDS = (
    Guard(
        name="stock is taken by a conditional update",
        sql=cut_from_holds("l.available >= wanted AND", "AND l.available + w.fence >= w.quantity"),
        test=f"{RACES}::test_a_hot_article_is_sold_exactly_as_often_as_it_is_there",
    ),
    Guard(
        name="a reference is reserved by one at a time",
        sql=cut_from_holds(WAITED, WAITED),
        test=f"{RACES}::test_a_reference_that_a_rival_is_holding_is_waited_for",
    ),
    Guard(
        name="CHECK 0 <= reserved <= on_hand (I2)",
        sql="ALTER TABLE inventory_stocklevel DROP CONSTRAINT stock_level_reserved_within_on_hand",
        test=f"{STOCK}::test_the_database_refuses_to_hold_more_than_there_is",
    ),
    Guard(
        name="trigger: the ledger only grows (I1)",
        sql="DROP TRIGGER stock_movement_append_only ON inventory_stockmovement",
        test=f"{STOCK}::test_nobody_writes_past_the_ledger",
    ),
    Guard(
        name="trigger: on_hand moves by the ledger only (I1)",
        sql="DROP TRIGGER stock_level_guard_update ON inventory_stocklevel",
        test=f"{STOCK}::test_nobody_writes_past_the_ledger",
    ),
    Guard(
        name="UNIQUE source of a stock movement (I4)",
        sql="ALTER TABLE inventory_stockmovement DROP CONSTRAINT stock_movement_once_per_source",
        test=f"{STOCK}::test_a_receipt_counts_once",
    ),
    Guard(
        name="the cart is locked while it changes",
        file="orders/locks.py",
        old='"WHERE id = %(cart_id)s FOR UPDATE"',
        new='"WHERE id = %(cart_id)s"',
        test=f"{ORDER_RACES}::test_parallel_adds_all_count",
    ),
    Guard(
        name="a guest's cart is locked while it changes",
        file="orders/locks.py",
        old='"WHERE token = %(token)s AND user_id IS NULL FOR UPDATE"',
        new='"WHERE token = %(token)s AND user_id IS NULL"',
        test=f"{ORDER_RACES}::test_parallel_adds_by_token_all_count",
    ),
    Guard(
        name="a placed cart answers with its order",
        file="orders/services/checkout.py",
        old="if cart.placed_at is not None:",
        new="if False:",
        test="tests/orders/services/test_checkout.py::test_same_cart_gives_the_same_order",
    ),
    Guard(
        name="UNIQUE cart of an order (I6)",
        sql="ALTER TABLE orders_order DROP CONSTRAINT orders_order_cart_id_key",
        test=f"{ORDER_RACES}::test_twin_without_the_cart_lock_shows_errors_to_rivals",
    ),
    Guard(
        name="the order is locked while it is paid",
        file="orders/locks.py",
        old="return Order.objects.select_for_update().get(pk=order_id)",
        new="return Order.objects.get(pk=order_id)",
        test=f"{ORDER_RACES}::test_parallel_payments_settle_one",
    ),
    Guard(
        name="trigger: the order's timeline only grows (I8)",
        sql="DROP TRIGGER orders_orderevent_append_only ON orders_orderevent",
        test="tests/orders/services/test_lifecycle.py::test_timeline_is_append_only",
    ),
    Guard(
        name="one of two rivals calls the provider",
        file="payments/services/payments.py",
        old="return bool(waiting.update(asking_until=instant + ASKING))",
        new="return bool(waiting.update(asking_until=instant + ASKING) or True)",
        test=f"{PAYMENT_RACES}::test_twin_without_the_claim_calls_the_provider_again",
    ),
    Guard(
        name="UNIQUE open payment of an order",
        sql="DROP INDEX payments_payment_one_open_per_order",
        test=f"{PAYMENT_RACES}::test_twin_without_the_order_lock_meets_the_constraint",
    ),
    Guard(
        name="UNIQUE event of a provider (I10)",
        sql="ALTER TABLE payments_gatewaycallback DROP CONSTRAINT payments_callback_once",
        test="tests/payments/services/test_callbacks.py::"
        "test_hundred_duplicates_in_twenty_threads_have_one_effect",
    ),
    Guard(
        name="refunds are taken by a conditional update (I9)",
        file="payments/services/refunds.py",
        old='refunded_amount__lte=F("captured_amount") - amount.amount\n',
        new="",
        test="tests/payments/services/test_refunds.py::"
        "test_parts_add_up_to_the_captured_amount_and_not_a_cent_more",
    ),
    Guard(
        name="CHECK refunded <= captured (I9)",
        sql="ALTER TABLE payments_payment DROP CONSTRAINT payments_payment_refunded_within_captured",
        test="tests/payments/services/test_refunds.py::"
        "test_twin_without_lock_and_condition_refunds_too_much_but_for_the_constraint",
    ),
    Guard(
        name="rivals with one idempotency key wait (I21)",
        file="shop/kernel/idempotency.py",
        old='"SELECT pg_advisory_xact_lock(hashtextextended(%(name)s::text, 0))::text"',
        new='"SELECT hashtextextended(%(name)s::text, 0)::text"',
        test=f"{ONCE}::test_eight_at_once_all_get_the_first_answer",
    ),
    Guard(
        name="the answer is kept under its key (I21)",
        file="shop/kernel/idempotency.py",
        old="        if known is not None:\n",
        new="        if False:\n",
        test=f"{ONCE}::test_same_key_same_answer_one_effect",
    ),
    Guard(
        name="UNIQUE caller and key (I21)",
        sql="ALTER TABLE kernel_idempotencyrecord DROP CONSTRAINT idempotency_once",
        test=f"{ONCE}::test_twin_without_the_lock_rivals_fail",
    ),
    Guard(
        name="a handler leaves its mark (I20)",
        file="shop/kernel/relay.py",
        old="            ProcessedEvent.objects.create(event_id=row.pk, handler=name)\n",
        new="",
        test=f"{RELAY}::test_twin_without_the_mark_an_event_sent_again_is_done_again",
    ),
    Guard(
        name="a relay locks what it delivers",
        file="shop/kernel/models/outbox.py",
        old="            .select_for_update(skip_locked=True)[:limit]",
        new="            [:limit]",
        test=f"{RELAY}::test_four_relays_at_once_do_each_effect_once",
    ),
    Guard(
        name="a mail's sender holds its lease",
        file="shop/kernel/mail.py",
        old="if mine else None",
        new="",
        test="tests/kernel/test_mail.py::test_mail_under_anothers_lease_is_free_when_that_session_ends",
    ),
    Guard(
        name="a periodic job runs in one place",
        file="shop/kernel/leases.py",
        old='"SELECT pg_try_advisory_lock(hashtextextended(%s, 1))"',
        new='"SELECT hashtextextended(%s, 1) IS NOT NULL"',
        test="tests/kernel/test_leases.py::test_a_rival_does_not_get_it_and_the_next_one_does",
    ),
    Guard(
        name="trigger: the audit log only grows",
        sql="DROP TRIGGER audit_append_only ON kernel_auditentry",
        test=f"{RELAY}::test_the_audit_log_only_grows",
    ),
    Guard(
        name="trigger: each entry of the audit log is a link (I23)",
        sql="DROP TRIGGER audit_sealed ON kernel_auditentry",
        test="tests/kernel/test_audit_chain.py::test_each_entry_is_a_link_from_the_one_before",
    ),
)
