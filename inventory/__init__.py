"""Stock: where it lies, how much of it there is, and when to buy more.

Owns warehouses, levels, the stock ledger, reservations and reorder alerts.
Never knows an order: a reservation carries a reference string (`order:<number>`); never changes a level but by a ledger row.
Entry: `services.reservations` (reserve, confirm, release, expire), `services.stock` (receive, adjust, set, return, ship),
`services.reorder.check_reorder_points`, `queries.levels`.
Publishes `StockChanged`, `ReservationExpired`, `ReorderAlertOpened`; consumes `StockDeclared`.
"""
