"""analytics: what happened and what to do about it.

Owns: first-party events, daily figures, the back office's front page.
Never: changes anything of another app, or works on the shopper's request beyond storing one row.
Entry services: ``services.events.record_event``, ``services.figures.roll_up``.
Publishes: nothing.  Consumes: ``CartLineAdded``, ``CheckoutStarted``, ``OrderPlaced``, ``OrderPaid`` (orders).
"""
