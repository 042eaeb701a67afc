"""Addresses without a language: what crawlers ask for."""

from django.urls import path

from catalog.views import crawlers, feeds

urlpatterns = [
    path("robots.txt", crawlers.robots, name="robots"),
    path("sitemap.xml", crawlers.sitemap, name="sitemap"),
    path("sitemap-pages.xml", crawlers.sitemap_pages, name="sitemap_pages"),
    path("sitemap-products-<int:number>.xml", crawlers.sitemap_products, name="sitemap_products"),
    path("feeds/<slug:kind>/<str:name>", feeds.show_feed, name="feed"),
]
