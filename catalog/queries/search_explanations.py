"""Why a term finds what it finds: how it was understood, and the parts of each score."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.domain.search.understanding import Understood
from catalog.models import Product
from catalog.queries.search import Found, RankedProduct, search_products
from catalog.queries.search_rules import get_search_rules

MOST_EXPLAINED = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class ExplainedProduct:
    """A find with its name and the parts of its score."""

    product_id: int
    name: str
    parts: RankedProduct


@dataclass(frozen=True, kw_only=True, slots=True)
class ExplainedWord:
    """A word of the term: what else it finds, what was put in its place."""

    typed: str
    also: tuple[str, ...]
    correction: str
    is_unknown: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ExplainedSearch:
    """A search, laid open."""

    found: Found
    words: tuple[ExplainedWord, ...]
    ignored: tuple[str, ...]
    redirect: str
    rows: tuple[ExplainedProduct, ...]


def explain_search(term: str, *, currency: str) -> ExplainedSearch:
    """Return how a term is understood and why its first finds stand where they stand; one query more than the search."""
    found = search_products(term, currency=currency)
    best = found.list_ranked(MOST_EXPLAINED)
    names = {
        product.pk: str(product)
        for product in Product.objects.filter(pk__in=[row.product_id for row in best])
    }
    understood = found.understood or Understood(term=term)
    return ExplainedSearch(
        found=found,
        words=tuple(_list_words(understood)),
        ignored=understood.ignored,
        redirect=get_search_rules().find_redirect(term),
        rows=tuple(
            ExplainedProduct(product_id=row.product_id, name=names.get(row.product_id, ""), parts=row)
            for row in best
        ),
    )


def _list_words(understood: Understood) -> list[ExplainedWord]:
    return [
        ExplainedWord(
            typed=" ".join(word.typed for word in group.words),
            also=tuple(expression.replace("'", "") for expression in (*group.exact[1:], *group.loose)),
            correction=group.correction,
            is_unknown=group.is_unknown,
        )
        for group in understood.groups
    ]
