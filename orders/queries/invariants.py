"""SQL that lists what must never be in the tables of orders."""

from shop.kernel.invariants import invariant


@invariant(
    "I5", "an order line's shipped quantity is what its parcels hold; ordered = open + shipped + cancelled"
)
def shipped_matches_parcels() -> str:
    """Lines whose counter differs from their parcels, that are over-shipped, or open in a cancelled order."""
    return """
        SELECT line.id, line.quantity, line.shipped_quantity, line.cancelled_quantity, parcels.quantity AS in_parcels
        FROM orders_orderline AS line
        JOIN orders_order AS o ON o.id = line.order_id
        LEFT JOIN LATERAL (
            SELECT coalesce(sum(quantity), 0) AS quantity FROM orders_shipmentline WHERE order_line_id = line.id
        ) AS parcels ON true
        WHERE line.shipped_quantity <> parcels.quantity
           OR line.quantity < line.shipped_quantity + line.cancelled_quantity
           OR (o.status = 'cancelled' AND line.quantity <> line.shipped_quantity + line.cancelled_quantity)
    """


@invariant("I6", "a cart becomes one order, and an order number is used once")
def one_order_per_cart() -> str:
    """Doubled carts or numbers, and carts that are closed without an order or open with one."""
    return """
        SELECT 'doubled cart' AS what, cart_id::text AS which FROM orders_order
            WHERE cart_id IS NOT NULL GROUP BY cart_id HAVING count(*) > 1
        UNION ALL
        SELECT 'doubled number', number FROM orders_order GROUP BY number HAVING count(*) > 1
        UNION ALL
        SELECT 'cart and order disagree', cart.id::text FROM orders_cart AS cart
            LEFT JOIN orders_order AS o ON o.cart_id = cart.id
            WHERE (cart.placed_at IS NULL) <> (o.id IS NULL)
    """


@invariant("I7", "an order's total is its lines less discounts plus shipping plus tax, in whole minor units")
def order_totals_add_up() -> str:
    """Orders whose amounts differ from the sums of their lines."""
    return """
        SELECT o.id, o.number, o.total_amount, lines.subtotal, lines.discount, lines.tax
        FROM orders_order AS o
        JOIN LATERAL (
            SELECT coalesce(sum(subtotal_amount), 0) AS subtotal, coalesce(sum(discount_amount), 0) AS discount,
                   coalesce(sum(tax_amount), 0) AS tax
            FROM orders_orderline WHERE order_id = o.id
        ) AS lines ON true
        WHERE o.subtotal_amount <> lines.subtotal
           OR o.discount_amount <> lines.discount
           OR o.tax_amount <> lines.tax + o.shipping_tax_amount
           OR o.total_amount <> o.subtotal_amount - o.discount_amount + o.shipping_amount
              + CASE WHEN o.prices_include_tax THEN 0 ELSE o.tax_amount END
    """


@invariant("I8", "an order's states are the last ones of its timeline, and each step follows the one before")
def states_match_timeline() -> str:
    """Orders whose state has no event behind it, and events that do not begin where the last one ended."""
    return """
        WITH steps AS (
            SELECT order_id, axis, old_state, new_state, id,
                   lag(new_state) OVER (PARTITION BY order_id, axis ORDER BY id) AS before,
                   row_number() OVER (PARTITION BY order_id, axis ORDER BY id DESC) AS from_end
            FROM orders_orderevent WHERE axis <> ''
        )
        SELECT order_id, axis, old_state || ' -> ' || new_state AS step, 'does not follow' AS why FROM steps
            WHERE before IS NOT NULL AND before <> old_state
        UNION ALL
        SELECT o.id, last.axis, last.new_state, 'is not the state' FROM orders_order AS o
            JOIN steps AS last ON last.order_id = o.id AND last.from_end = 1
            WHERE last.new_state <> CASE last.axis WHEN 'order' THEN o.status
                WHEN 'payment' THEN o.payment_status ELSE o.fulfilment_status END
    """


@invariant("O1", "an unpaid order does not keep stock long after its time to pay is over")
def no_overdue_order_waits() -> str:
    """Orders that expiry should have cancelled ten minutes ago."""
    return """
        SELECT id, number, payment_due_at FROM orders_order
        WHERE status = 'pending' AND payment_status = 'unpaid' AND payment_due_at < now() - interval '10 minutes'
    """


@invariant("I19", "every order that was placed has its news in the outbox, of the same transaction")
def placed_orders_are_told() -> str:
    """Orders of the last day without an event; the outbox itself says what was not delivered."""
    return """
        SELECT o.id, o.number FROM orders_order AS o
        WHERE o.placed_at > now() - interval '1 day' AND NOT EXISTS (
            SELECT 1 FROM kernel_outboxevent AS event
            WHERE event.topic = 'orders.order_placed' AND (event.payload ->> 'order_id')::bigint = o.id
        )
    """


@invariant("I20", "an order is confirmed by one mail, once its news was delivered")
def placed_orders_are_confirmed_once() -> str:
    """Orders whose event was delivered, with no mail or with several; a mail that a person had sent again is not one."""
    return """
        SELECT o.id, o.number, count(mail.id) AS mails
        FROM orders_order AS o
        JOIN kernel_outboxevent AS event ON event.topic = 'orders.order_placed'
            AND (event.payload ->> 'order_id')::bigint = o.id AND event.sent_at IS NOT NULL
        LEFT JOIN kernel_outgoingemail AS mail ON mail.dedupe_key = 'order_placed:' || o.id
        WHERE o.placed_at > now() - interval '1 day'
        GROUP BY o.id, o.number HAVING count(mail.id) <> 1
    """


@invariant("G1", "an open group's places and payments are those of its members")
def group_counters_match() -> str:
    """Groups that gather whose counters differ from their places."""
    return """
        SELECT g.id, g.held_quantity, g.paid_quantity, p.held, p.paid
        FROM orders_buyinggroup AS g
        JOIN LATERAL (
            SELECT count(*) FILTER (WHERE state <> 'left') AS held, count(*) FILTER (WHERE state = 'paid') AS paid
            FROM orders_groupplace WHERE group_id = g.id
        ) AS p ON true
        WHERE g.status IN ('new', 'open') AND (g.held_quantity <> p.held OR g.paid_quantity <> p.paid)
    """


@invariant("G2", "the members of a closed group are settled soon")
def closed_groups_are_settled() -> str:
    """Places of groups that closed ten minutes ago and nobody has settled, and groups that should have closed."""
    return """
        SELECT p.id, g.id AS group_id, g.status FROM orders_groupplace AS p
            JOIN orders_buyinggroup AS g ON g.id = p.group_id
            WHERE p.settled_at IS NULL AND g.closed_at < now() - interval '10 minutes'
        UNION ALL
        SELECT NULL, id, status FROM orders_buyinggroup
            WHERE status = 'open' AND closes_at < now() - interval '10 minutes'
    """


@invariant("G3", "an order waits for its group while it has an unsettled place in one, and not otherwise")
def held_orders_have_places() -> str:
    """Orders held by a group without such a place, and places whose order is open and not held."""
    return """
        SELECT o.id, o.number, o.hold_reason, p.id AS place_id FROM orders_order AS o
            LEFT JOIN orders_groupplace AS p ON p.order_id = o.id AND p.settled_at IS NULL AND p.state <> 'left'
            WHERE o.hold_reason = 'group' AND p.id IS NULL
        UNION ALL
        SELECT o.id, o.number, o.hold_reason, p.id FROM orders_groupplace AS p
            JOIN orders_order AS o ON o.id = p.order_id
            WHERE p.settled_at IS NULL AND p.state <> 'left' AND o.hold_reason = ''
    """
