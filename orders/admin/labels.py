"""What the pages of orders have in common."""

from typing import Final

# The colour of each state, on lists and desks alike.
LABELS: Final = {
    "new": "info",
    "open": "warning",
    "released": "danger",
    "pending": "info",
    "confirmed": "success",
    "completed": "success",
    "cancelled": "danger",
    "unpaid": "warning",
    "processing": "warning",
    "paid": "success",
    "partially_refunded": "info",
    "refunded": "info",
    "unfulfilled": "warning",
    "allocated": "info",
    "partially_shipped": "warning",
    "shipped": "success",
    "delivered": "success",
    "collected": "info",
    "in_transit": "info",
    "out_for_delivery": "info",
    "exception": "danger",
}
