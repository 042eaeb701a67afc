"""Pages of carts, checkout and orders."""
