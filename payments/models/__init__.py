"""The rows of payments, one module per aggregate."""

from payments.models.breakers import GatewayBreaker
from payments.models.callbacks import GatewayCallback
from payments.models.cases import ReconciliationCase
from payments.models.payments import Payment, PaymentEvent
from payments.models.refunds import Refund
from payments.models.sandbox import SandboxCallback, SandboxIntent, SandboxRefund
from payments.models.settlements import SettlementFile, SettlementLine

__all__ = [
    "GatewayBreaker",
    "GatewayCallback",
    "Payment",
    "PaymentEvent",
    "ReconciliationCase",
    "Refund",
    "SandboxCallback",
    "SandboxIntent",
    "SandboxRefund",
    "SettlementFile",
    "SettlementLine",
]
