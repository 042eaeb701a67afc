"""Addresses under /api/v1/."""

from django.urls import path

from catalog.api import bulk, promotions, views

urlpatterns = [
    path("products/", views.ProductListView.as_view(), name="products"),
    path("products/<str:slug>/", views.ProductView.as_view(), name="product"),
    path("catalog/products/", bulk.ProductsView.as_view(), name="catalog_products"),
    path("catalog/prices/", bulk.PricesView.as_view(), name="catalog_prices"),
    path("feeds/", bulk.FeedListView.as_view(), name="feeds"),
    path("promotions/", promotions.PromotionsView.as_view(), name="promotions"),
    path("promotions/<slug:key>/", promotions.PromotionDetailView.as_view(), name="promotion"),
    path("promotions/<slug:key>/status/", promotions.PromotionStatusView.as_view(), name="promotion_status"),
    path("categories/", views.CategoryListView.as_view(), name="categories"),
]
