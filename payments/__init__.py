"""Payments: how value moves.

Owns payments, refunds, the callback inbox, settlements and reconciliation cases.
Never keeps card data, never changes an order's rows (orders.services.lifecycle does), never believes a browser.
Entry services: payments.start_payment, payments.refresh_payment, callbacks.receive_callback, refunds.request_refund.
Publishes PaymentSucceeded, PaymentFailed, RefundQueued, RefundSucceeded, ReconciliationCaseOpened; consumes OrderCancelled.
"""
