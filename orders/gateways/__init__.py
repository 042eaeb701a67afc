"""Carriers at the edge of the world."""
