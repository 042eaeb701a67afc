"""Writes of buying: demand, forecasts, suggestions, purchase orders, suppliers."""
