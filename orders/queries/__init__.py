"""Reads of orders: typed functions, prefetching decided here."""
