"""The periodic work of analytics."""

from celery import shared_task

from analytics.services.figures import roll_up
from shop.kernel.leases import lease


@shared_task
def roll_up_task() -> None:
    """Every few minutes: today's and yesterday's figures."""
    with lease("analytics.roll_up") as mine:
        if mine:
            roll_up()
