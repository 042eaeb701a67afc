"""The carts and orders of the store API."""
