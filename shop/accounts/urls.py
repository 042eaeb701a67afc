"""Addresses of the account pages."""

from django.urls import path

from shop.accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.overview, name="overview"),
    # allauth's own addresses, which these stand before: it turns away without a word whose code is too old.
    path("login/code/confirm/", views.confirm_login_code, name="confirm_login_code"),
    path("confirm-email/", views.confirm_email, name="confirm_email"),
    path("profile/", views.edit_profile, name="edit_profile"),
    path("addresses/", views.list_addresses, name="addresses"),
    path("addresses/new/", views.edit_address, name="add_address"),
    path("addresses/<int:address_id>/", views.edit_address, name="edit_address"),
    path(
        "addresses/<int:address_id>/remove/",
        views.remove_address,
        name="remove_address",
    ),
]
