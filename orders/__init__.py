"""Owns carts, checkout, orders with their timeline, shipping prices, taxes, shipments and tracking.

Never takes or gives back money (payments does) and never changes a stock level itself (inventory does).
Entry services: `services.carts`, `services.checkout.place_order`, `services.lifecycle`, `services.fulfilment`,
`services.tracking`. Publishes CartLineAdded, CheckoutStarted, OrderPlaced, OrderPaid, OrderCancelled, OrderCompleted,
ShipmentUpdated, ParcelStalled, ArrivalUnconfirmed. Consumes ReservationExpired (inventory).
"""
