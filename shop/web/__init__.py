"""Web: what every page shares.

Owns: layout, middleware, page cache, template tags, health, metrics, error pages.
Never: knows what is sold; pages of the shop live in their apps.
Entry points: ``public_page``, ``same_origin_post``, ``get_currency``.
Publishes: nothing.  Consumes: nothing.
"""
