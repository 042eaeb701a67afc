"""Catalogue: what is sold, at which price, and how it is found.

Owns products, variants, prices, pictures, categories and the listing read model that pages are drawn from.
Never counts stock or knows an order: inventory pushes availability down, upper apps read offers.
Entry services: imports.*, listings.refresh_listings, availability.set_availability, products.*, categories.*.
Publishes: StockDeclared, ProductPublished. Consumes: nothing.
"""
