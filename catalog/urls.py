"""Addresses of the storefront that the catalogue owns."""

from django.urls import path

from catalog import views

app_name = "catalog"
urlpatterns = [
    path("", views.home, name="home"),
    path("c/<path:category_path>/", views.category, name="category"),
    path("p/<str:slug>/", views.product, name="product"),
    path("brands/", views.brands, name="brands"),
    path("brands/<str:slug>/", views.brand, name="brand"),
    path("collections/", views.collections, name="collections"),
    path("collections/<str:slug>/", views.collection, name="collection"),
    path("tags/<str:tag>/", views.tag, name="tag"),
    path("preview/<str:token>/", views.preview, name="preview"),
    path("wishlist/", views.wishlist, name="wishlist"),
    path("wishlist/change/", views.change_wish, name="change_wish"),
    path("compare/", views.compare, name="compare"),
    path("parts/recent/", views.recent, name="recent"),
    path("notices/", views.ask_notice, name="ask_notice"),
    path("notices/cancelled/", views.cancelled, name="notice_cancelled"),
    path("notices/<str:token>/", views.prove, name="prove_notice"),
    path("notices/<str:token>/cancel/", views.cancel, name="cancel_notice"),
    path("documents/<int:document_id>/<str:name>", views.document, name="document"),
    path("recommendations/together/", views.together, name="together"),
    path("recommendations/for-you/", views.for_you, name="for_you"),
    path("search/", views.search, name="search"),
    path("search/suggestions/", views.suggest, name="suggest"),
    path("search/note/", views.note_search, name="note_search"),
]
