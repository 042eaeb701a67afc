"""Writes of buying together: carts that buy with a group, places, closing."""
