"""What the catalogue does in the background."""

from __future__ import annotations

from celery import shared_task

from catalog.services.pictures import render_missing_pictures
from shop.kernel.leases import lease


@shared_task
def render_pictures_task() -> int:
    """Make the sizes of newly uploaded pictures; one worker at a time."""
    with lease("catalog-render-pictures") as is_ours:
        return render_missing_pictures() if is_ours else 0
