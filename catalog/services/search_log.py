"""What was searched for and what was opened, counted per day: no visitor, no session, no address."""

from __future__ import annotations

from datetime import date

from django.db import connection

from catalog.models import SearchClickDay, SearchTermDay
from shop.kernel.transactions import transactional

_COUNT_SEARCH = """
INSERT INTO catalog_searchtermday (day, language, term, search_quantity, click_quantity, result_quantity)
VALUES (%(day)s, %(language)s, %(term)s, 1, 0, %(found)s)
ON CONFLICT (day, language, term) DO UPDATE
SET search_quantity = catalog_searchtermday.search_quantity + 1, result_quantity = excluded.result_quantity
"""
_COUNT_CLICK = """
WITH clicked AS (
    INSERT INTO catalog_searchclickday (day, language, term, product_id, click_quantity, position_sum)
    SELECT %(day)s, %(language)s, %(term)s, id, 1, %(position)s FROM catalog_product WHERE slug = %(slug)s
    ON CONFLICT (day, language, term, product_id) DO UPDATE
    SET click_quantity = catalog_searchclickday.click_quantity + 1,
        position_sum = catalog_searchclickday.position_sum + excluded.position_sum
    RETURNING 1
)
UPDATE catalog_searchtermday SET click_quantity = click_quantity + 1
WHERE day = %(day)s AND language = %(language)s AND term = %(term)s AND EXISTS (SELECT FROM clicked)
"""


@transactional
def record_search(term: str, *, language: str, result_quantity: int, day: date) -> None:
    """Count a search and keep what it found; one statement. Each call counts once more."""
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNT_SEARCH, {"day": day, "language": language, "term": term, "found": result_quantity}
        )


@transactional
def record_click(term: str, *, language: str, day: date, slug: str, position: int) -> None:
    """Count that a product was opened from a term's results; one statement, nothing for an unknown product."""
    with connection.cursor() as cursor:
        values: dict[str, date | str | int] = {
            "day": day,
            "language": language,
            "term": term,
            "slug": slug,
            "position": position,
        }
        cursor.execute(_COUNT_CLICK, values)


@transactional
def forget_old_searches(before: date) -> int:
    """Delete what is older; returns how many rows. Repeatable."""
    clicks, _ = SearchClickDay.objects.filter(day__lt=before).delete()
    terms, _ = SearchTermDay.objects.filter(day__lt=before).delete()
    return clicks + terms
