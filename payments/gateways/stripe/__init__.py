"""Stripe: cards with 3-D Secure, Alipay and WeChat Pay through PaymentIntents.

The Payment Element makes a ConfirmationToken in the browser; the server creates and confirms the intent with it, so
card data never touches us and an intent exists only after our own row. One attempt is one intent: a declined one is
closed at once. Nothing that a browser or a callback says is believed before the intent was fetched again.
"""
