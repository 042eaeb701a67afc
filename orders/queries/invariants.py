"""SQL that lists what must never be in the tables of orders."""
