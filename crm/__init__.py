"""crm: who buys and how we treat them; here, the service desk.

Owns: tickets and their messages.
Never: changes an order, a payment or a parcel itself; it asks their services.
Entry services: ``services.tickets.open_ticket``, ``reply_to_ticket``, ``assign_ticket``, ``move_ticket``.
Publishes: ``TicketOpened``.  Consumes: what goes wrong below, of orders, payments and inventory (``receivers.py``).
"""
