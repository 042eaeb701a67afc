"""Reactions of orders to what other apps, and orders itself, have published."""
