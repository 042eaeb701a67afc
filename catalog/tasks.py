"""What the catalogue does in the background."""

from __future__ import annotations

from celery import shared_task

from catalog.services.collections import refresh_collections
from catalog.services.feeds import build_feeds
from catalog.services.imports.runs import forget_old_uploads, work_on_imports
from catalog.services.notices import forget_unproven, send_notices
from catalog.services.pictures import render_missing_pictures
from catalog.services.pricing.batches import run_due_batches
from catalog.services.pricing.rules import run_pricing_rules
from catalog.services.publishing import apply_publish_windows
from catalog.services.quality import rejudge_all
from catalog.services.rebuilds import judge_types, rebuild_attributes
from catalog.services.search_upkeep import refresh_outdated_documents, tend_search
from shop.kernel.leases import lease


@shared_task
def render_pictures_task() -> int:
    """Make the sizes of newly uploaded pictures; one worker at a time."""
    with lease("catalog-render-pictures") as is_ours:
        return render_missing_pictures() if is_ours else 0


@shared_task
def run_price_changes_task() -> int:
    """Apply changes of prices that are due, and take back those that are over; one worker at a time."""
    with lease("catalog-price-changes") as is_ours:
        return run_due_batches() if is_ours else 0


@shared_task(soft_time_limit=1770, time_limit=1800)
def run_pricing_rules_task() -> int:
    """Let the rules on prices suggest; one worker at a time, and again without harm."""
    with lease("catalog-pricing-rules") as is_ours:
        return run_pricing_rules().suggested_quantity if is_ours else 0


@shared_task
def apply_publish_windows_task() -> int:
    """Publish and unpublish what is due; one worker at a time."""
    with lease("catalog-publish-windows") as is_ours:
        return apply_publish_windows() if is_ours else 0


@shared_task
def refresh_collections_task() -> int:
    """Let the rules of collections choose anew: prices, stock and age change without an event."""
    with lease("catalog-refresh-collections") as is_ours:
        return refresh_collections() if is_ours else 0


@shared_task
def rejudge_products_task() -> int:
    """Judge every product anew: the policy, a type or a picture may have changed."""
    with lease("catalog-rejudge-products") as is_ours:
        return rejudge_all() if is_ours else 0


@shared_task
def send_notices_task() -> int:
    """Write to everybody who waits for something that is back, and forget addresses nobody proved."""
    with lease("catalog-send-notices") as is_ours:
        if not is_ours:
            return 0
        sent = 0
        while batch := send_notices():
            sent += batch
        forget_unproven()
        return sent


@shared_task
def refresh_search_task() -> int:
    """Write search documents anew that an older version of the shop has written."""
    with lease("catalog-refresh-search") as is_ours:
        return refresh_outdated_documents() if is_ours else 0


@shared_task
def tend_search_task() -> int:
    """Nightly: recount words, sort tiers, forget old counts."""
    with lease("catalog-tend-search") as is_ours:
        return tend_search() if is_ours else 0


@shared_task(soft_time_limit=870, time_limit=900)
def rebuild_attributes_task() -> int:
    """Go on with the listings of attributes and the scores of types that changed; the services take their leases."""
    return rebuild_attributes() + judge_types()


@shared_task(soft_time_limit=870, time_limit=900)
def work_on_imports_task() -> int:
    """Go on with uploaded imports for about a minute; the service takes the lease."""
    return work_on_imports()


@shared_task
def forget_old_uploads_task() -> int:
    """Delete the files of old imports; one worker at a time."""
    with lease("catalog-forget-uploads") as is_ours:
        return forget_old_uploads() if is_ours else 0


@shared_task(soft_time_limit=1770, time_limit=1800)
def build_feeds_task() -> int:
    """Build the product feeds; one worker at a time."""
    with lease("catalog-build-feeds") as is_ours:
        return build_feeds() if is_ours else 0
