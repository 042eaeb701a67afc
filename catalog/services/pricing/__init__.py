"""Writes of prices."""
