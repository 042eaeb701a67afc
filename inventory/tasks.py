"""Standing jobs of the inventory."""

from celery import shared_task

from inventory.services.reorder import (
    check_reorder_points as check_reorder_points_service,
)
from inventory.services.reservations import (
    expire_reservations as expire_reservations_service,
)
from shop.kernel.leases import lease


@shared_task
def expire_reservations() -> int:
    """Each 15 seconds: gives back holds that lapsed unpaid."""
    with lease("inventory.expire_reservations") as is_ours:
        return expire_reservations_service() if is_ours else 0


@shared_task
def check_reorder_points() -> int:
    """Each 5 minutes: opens and closes reorder alerts."""
    with lease("inventory.check_reorder_points") as is_ours:
        return check_reorder_points_service() if is_ours else 0
