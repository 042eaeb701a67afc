"""Counting what a page asks of the database."""

from django.test.utils import CaptureQueriesContext

from catalog.queries.promotions.rules import AUTOMATIC


def list_statements(captured: CaptureQueriesContext) -> list[str]:
    """The statements of a page itself: without savepoints, and the menu and promotions, which are kept for seconds."""
    return [
        query["sql"]
        for query in captured
        if "SAVEPOINT" not in query["sql"]
        and 'FROM "catalog_category"' not in query["sql"]
        and AUTOMATIC.name not in query["sql"]
    ]
