"""Kernel: what every app stands on.

Owns: money, clock, ids, transactions, the outbox with its relay, idempotency, audit, invariants, outgoing mail.
Never: knows a product, an order or any other word of the shop.
Entry points: ``publish``, ``subscribe``, ``transactional``, ``run_once``, ``queue_email``, ``check_invariants``.
Publishes: nothing of its own.  Consumes: nothing.
"""
