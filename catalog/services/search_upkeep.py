"""What keeps search in order: documents of an older make, the vocabulary, the tiers, old counts."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from catalog.models import SearchDocument
from catalog.models.search import DOCUMENT_VERSION
from catalog.services.listings import refresh_listings
from catalog.services.search_documents import recount_words, sort_tiers
from catalog.services.search_log import forget_old_searches
from shop.kernel.clock import now

BATCH_SIZE = 200
MOST_BATCHES = 50


def refresh_outdated_documents() -> int:
    """Write documents anew that an older version of the shop has written; returns how many. Batches; repeatable."""
    done = 0
    for _ in range(MOST_BATCHES):
        outdated = SearchDocument.objects.filter(version__lt=DOCUMENT_VERSION).order_by("pk")
        batch = list(outdated.values_list("product_id", flat=True)[:BATCH_SIZE])
        if not batch:
            break
        refresh_listings(batch)
        done += len(batch)
    return done


def tend_search() -> int:
    """Recount the vocabulary, sort the tiers and forget old counts; returns how many rows changed. Repeatable."""
    oldest = timezone.localdate(now()) - timedelta(days=settings.SEARCH_LOG_DAYS)
    return recount_words() + sort_tiers() + forget_old_searches(oldest)
