"""Writes of orders: transactions open, states move and events are published here only."""
