"""Addresses of payments: the till, the providers' callbacks, the sandbox provider's own pages."""

from django.urls import path

from payments.views import callbacks, pay, sandbox

app_name = "payments"

urlpatterns = [
    path("pay/<slug:number>/", pay.pay_order, name="pay"),
    path("pay/<slug:number>/return/", pay.return_from_provider, name="return"),
    path("pay/<slug:number>/status/", pay.wait_for_payment, name="status"),
    path("payments/callbacks/<slug:provider>/", callbacks.receive_callback, name="callback"),
    path("sandbox/pay/<slug:reference>/", sandbox.choose_method, name="sandbox_pay"),
    path("sandbox/3ds/<slug:reference>/", sandbox.answer_challenge, name="sandbox_challenge"),
]
