"""Search: every word must be found, as a whole, as a beginning or inside; else the nearest names."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery, SearchRank, TrigramWordSimilarity
from django.db.models import Case, F, IntegerField, Q, Value, When

from catalog.domain.words import build_tsquery, fold_text, list_words
from catalog.models import SearchDocument

MOST_WORDS = 8
MOST_FOUND = 500
MOST_NEAREST = 24
# word_similarity of "teapott" to "clay teapot" is 0.75, of a stranger below 0.3 (measured on the demo shop).
LEAST_SIMILARITY = 0.4


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """Products in the order of how well they fit; nearest ones when none fits."""

    product_ids: tuple[int, ...] = ()
    is_nearest: bool = False


def search_products(term: str, *, currency: str) -> Found:
    """Return what a term finds among the products that have a price in this currency; at most two queries."""
    words = list_words(term)[:MOST_WORDS]
    if not words:
        return Found()
    documents = SearchDocument.objects.filter(product__listings__currency=currency)
    query = SearchQuery(build_tsquery(words), search_type="raw", config="simple")
    contains_all = Q()
    for word in words:
        contains_all &= Q(text__contains=word)
    ranked = documents.filter(Q(vector=query) | contains_all).annotate(
        is_named=Case(
            When(names__contains=fold_text(term), then=Value(1)),
            default=Value(0),
            output_field=IntegerField(),
        ),
        rank=SearchRank(F("vector"), query),
    )
    found = tuple(ranked.order_by("-is_named", "-rank", "-pk").values_list("pk", flat=True)[:MOST_FOUND])
    if found:
        return Found(product_ids=found)
    near = documents.annotate(similarity=TrigramWordSimilarity(fold_text(term), "names"))
    nearest = near.filter(similarity__gte=LEAST_SIMILARITY).order_by("-similarity", "-pk")
    return Found(product_ids=tuple(nearest.values_list("pk", flat=True)[:MOST_NEAREST]), is_nearest=True)
