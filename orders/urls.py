"""Addresses of carts, checkout and orders in the storefront."""

from django.urls import path

from orders.views import carts, checkout, coupons, delivery, groups, orders

app_name = "orders"
urlpatterns = [
    path("cart/", carts.show_cart, name="cart"),
    path("cart/badge/", carts.show_cart_badge, name="cart_badge"),
    path("cart/add/", carts.add_to_cart, name="add_to_cart"),
    path("cart/coupons/", coupons.add_coupon, name="add_coupon"),
    path("cart/coupons/remove/", coupons.remove_coupon, name="remove_coupon"),
    path("cart/prices/", carts.accept_prices, name="accept_prices"),
    path("cart/lines/<int:line_id>/", carts.change_line, name="change_line"),
    path("cart/lines/<int:line_id>/remove/", carts.remove_line, name="remove_line"),
    path("delivery/", delivery.show_delivery, name="delivery"),
    path("checkout/", checkout.show_checkout, name="checkout"),
    path("checkout/address/", checkout.save_address, name="checkout_address"),
    path("checkout/shipping/", checkout.save_shipping, name="checkout_shipping"),
    path("checkout/payment/", checkout.save_payment_method, name="checkout_payment"),
    path("checkout/place/", checkout.place_order, name="place_order"),
    path("orders/<slug:number>/", orders.show_order, name="order"),
    path("orders/<slug:number>/again/", orders.order_again, name="order_again"),
    path("orders/<slug:number>/cancel/", orders.cancel_order, name="cancel_order"),
    path("orders/<slug:number>/received/", orders.confirm_receipt, name="confirm_receipt"),
    path("groups/start/", groups.start_group, name="start_group"),
    path("groups/offers/<str:slug>/", groups.show_offer, name="group_offer"),
    path("groups/<str:token>/", groups.show_group, name="group"),
    path("groups/<str:token>/join/", groups.enter_group, name="join_group"),
    path("account/orders/", orders.list_orders, name="account_orders"),
    path("account/orders/recent/", orders.list_recent_orders, name="recent_orders"),
]
