"""Pure rules of orders: states, totals, weights, events, errors."""
