"""Addresses of carts and orders under /api/v1/."""

from django.urls import path

from orders.api import carts, groups, orders, shipments

urlpatterns = [
    path("carts/", carts.CartsView.as_view(), name="carts"),
    path("carts/<slug:cart_id>/", carts.CartDetailView.as_view(), name="cart"),
    path("carts/<slug:cart_id>/lines/", carts.CartLinesView.as_view(), name="cart_lines"),
    path("carts/<slug:cart_id>/lines/<bigid:line_id>/", carts.CartLineDetailView.as_view(), name="cart_line"),
    path("carts/<slug:cart_id>/coupons/", carts.CartCouponsView.as_view(), name="cart_coupons"),
    path(
        "carts/<slug:cart_id>/coupons/<str:code>/", carts.CartCouponDetailView.as_view(), name="cart_coupon"
    ),
    path("carts/<slug:cart_id>/address/", carts.CartAddressView.as_view(), name="cart_address"),
    path(
        "carts/<slug:cart_id>/shipping-methods/",
        carts.CartShippingMethodsView.as_view(),
        name="cart_shipping_methods",
    ),
    path(
        "carts/<slug:cart_id>/shipping-method/",
        carts.CartShippingMethodView.as_view(),
        name="cart_shipping_method",
    ),
    path("carts/<slug:cart_id>/checkout/", carts.CartCheckoutView.as_view(), name="cart_checkout"),
    path("orders/", orders.OrdersView.as_view(), name="orders"),
    path("orders/<slug:number>/", orders.OrderDetailView.as_view(), name="order"),
    path("groups/", groups.GroupsView.as_view(), name="groups"),
    path("groups/<slug:token>/", groups.GroupDetailView.as_view(), name="group"),
    path("shipments/", shipments.ShipmentsView.as_view(), name="shipments"),
]
