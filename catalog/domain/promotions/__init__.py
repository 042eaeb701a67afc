"""Promotions as data: conditions and actions, their evaluation over a cart, and a trace that explains every cent."""
