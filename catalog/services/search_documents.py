"""The words that products are found by: one document per product, and the vocabulary of them all."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from django.contrib.postgres.search import SearchVectorField
from django.db import connection
from django.db.models import TextField, Value
from django.db.models.functions import Cast

from catalog.domain.search.ranking import BEST_SHARE, LEAST_TO_SORT, UPPER_SHARE
from catalog.domain.search.vectors import build_vector, name_tier
from catalog.domain.search.words import fold_words, is_vocabulary, list_lexemes
from catalog.models import SearchDocument, SearchWord
from catalog.models.search import DOCUMENT_VERSION
from catalog.queries.categories import list_shelf_words
from catalog.queries.listing_sources import ListingSource
from catalog.queries.search_rules import get_search_rules
from shop.kernel.clock import now
from shop.kernel.transactions import transaction, transactional

_TAG = re.compile(r"<[^>]*>")
# A longer description adds words nobody searches for and makes the index heavy.
DESCRIPTION_LENGTH = 2000
# Some fifty attributes in two languages.
STATED_LENGTH = 1000
OUTDATED_BATCH = 500
MOVED_BATCH = 2000
_WRITTEN = ["names", "vector", "name_vector", "version"]

# One statement, so that a word that comes in meanwhile is not taken for one that is gone.
_RECOUNT = """
WITH counted AS MATERIALIZED (
    SELECT word, ndoc FROM ts_stat('SELECT vector FROM catalog_searchdocument')
    WHERE char_length(word) BETWEEN 2 AND 40 AND word ~ '^[[:alpha:]]+$'
), written AS (
    INSERT INTO catalog_searchword (word, document_quantity) SELECT word, ndoc FROM counted ORDER BY word
    ON CONFLICT (word) DO UPDATE SET document_quantity = excluded.document_quantity
    WHERE catalog_searchword.document_quantity <> excluded.document_quantity
), gone AS (
    DELETE FROM catalog_searchword AS known WHERE NOT EXISTS (SELECT FROM counted WHERE counted.word = known.word)
)
SELECT count(*) FROM counted
"""

_TIERS = """
WITH standing AS (
    SELECT document.product_id, document.tier, count(*) OVER () AS total, row_number() OVER (
        ORDER BY %(sales)s * document.sales_score + %(freshness)s * power(
            0.5::float8, greatest(extract(epoch FROM %(now)s - product.published_at)::float8, 0) / 86400 / %(days)s
        ) DESC, document.product_id DESC
    ) AS place
    FROM catalog_searchdocument AS document JOIN catalog_product AS product ON product.id = document.product_id
), wanted AS (
    SELECT product_id, tier, CASE
        WHEN total < %(least)s THEN 2 WHEN place <= total * %(best)s THEN 0 WHEN place <= total * %(upper)s THEN 1 ELSE 2
    END AS wanted
    FROM standing
)
SELECT product_id, wanted FROM wanted WHERE wanted <> tier ORDER BY product_id
"""


@transactional
def write_documents(product_ids: Collection[int], sources: Sequence[ListingSource]) -> None:
    """Write the documents of these sources, and delete those of the other products. Repeatable; five queries."""
    kept = {source.product["id"] for source in sources}
    gone = [pk for pk in product_ids if pk not in kept]
    if gone:
        SearchDocument.objects.filter(product_id__in=gone).delete()
    if not sources:
        return
    tiers = dict(SearchDocument.objects.filter(product_id__in=kept).values_list("product_id", "tier"))
    shelves = list_shelf_words({source.product["category__path"] or "" for source in sources})
    documents = []
    words: set[str] = set()
    for source in sources:
        fields = _list_fields(source, shelves.get(source.product["category__path"] or "", ""))
        words.update(
            lexeme for _, text in fields for lexeme, _ in list_lexemes(text) if is_vocabulary(lexeme)
        )
        documents.append(_build_document(source, fields, tier=tiers.get(source.product["id"])))
    SearchDocument.objects.bulk_create(
        documents, update_conflicts=True, unique_fields=["product"], update_fields=_WRITTEN
    )
    _add_words(words)


def _list_fields(source: ListingSource, shelf: str) -> list[tuple[str, str]]:
    """Return the texts of a product with their weights: what is chosen from counts little, what was written least."""
    product = source.product
    values = {
        word
        for variant in source.variants
        for choice in variant.choices
        for word in (choice.value_en, choice.value_zh_hans)
    }
    bodies = (product["description_en"] or "", product["description_zh_hans"] or "")
    return [
        ("A", product["name_en"] or ""),
        ("A", product["name_zh_hans"] or ""),
        ("B", product["brand__name"] or ""),
        ("C", shelf),
        ("C", " , ".join(sorted(values))),
        ("C", " , ".join(source.stated.words)[:STATED_LENGTH]),
        ("D", " , ".join(product["tags"])),
        ("D", " , ".join(source.stated.texts)[:STATED_LENGTH]),
        *(("D", _TAG.sub(" ", body)[:DESCRIPTION_LENGTH]) for body in bodies),
    ]


def _build_document(
    source: ListingSource, fields: list[tuple[str, str]], *, tier: int | None
) -> SearchDocument:
    codes = [code for variant in source.variants for code in (variant.sku,) if code]
    short = [field for field in fields if field[0] != "D"]
    tier = SearchDocument.Tier.LAST if tier is None else tier
    return SearchDocument(
        product_id=source.product["id"],
        names=fold_words(" ".join(text for weight, text in short if weight in "AB")),
        vector=_cast(build_vector(fields, codes=codes, tier=tier)),
        name_vector=_cast(build_vector(short, codes=codes)),
        tier=tier,
        version=DOCUMENT_VERSION,
    )


def _cast(vector: str) -> Cast:
    return Cast(Value(vector, output_field=TextField()), output_field=SearchVectorField())


def _add_words(words: Iterable[str]) -> None:
    """Add what is new; in one order, so that two writers never wait for each other."""
    rows = [SearchWord(word=word) for word in sorted(words)]
    SearchWord.objects.bulk_create(rows, ignore_conflicts=True)


@transactional
def recount_words() -> int:
    """Count anew in how many documents each word stands, and forget the words of none; returns how many there are."""
    with connection.cursor() as cursor:
        cursor.execute(_RECOUNT)
        return int(cursor.fetchone()[0])


@transactional
def set_sales_scores(scores: dict[int, float]) -> int:
    """Set how well products sell of late (0 to 1); all others count as unsold. Returns the rows written. Repeatable."""
    ids = [pk for pk, score in scores.items() if score > 0]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE catalog_searchdocument AS document SET sales_score = coalesce(told.score, 0)
            FROM catalog_searchdocument AS known
            LEFT JOIN unnest(%(ids)s::bigint[], %(scores)s::float8[]) AS told (product_id, score) USING (product_id)
            WHERE document.product_id = known.product_id AND document.sales_score <> coalesce(told.score, 0)
            """,
            {"ids": ids, "scores": [min(scores[pk], 1.0) for pk in ids]},
        )
        return int(cursor.rowcount)


def sort_tiers() -> int:
    """Put the products that sell and are new into the upper tiers; returns how many moved.

    Batches, each in its own transaction; repeatable. A catalogue that no search can flood stays in one tier.
    """
    weights = get_search_rules().weights
    with connection.cursor() as cursor:
        cursor.execute(
            _TIERS,
            {
                "sales": weights.sales,
                "freshness": weights.freshness,
                "days": weights.freshness_days,
                "now": now(),
                "least": LEAST_TO_SORT,
                "best": BEST_SHARE,
                "upper": UPPER_SHARE,
            },
        )
        moved = cursor.fetchall()
    for start in range(0, len(moved), MOVED_BATCH):
        _move(moved[start : start + MOVED_BATCH])
    return len(moved)


def _move(rows: list[tuple[int, int]]) -> None:
    names = [name_tier(tier) for tier in SearchDocument.Tier.values]
    with transaction(), connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE catalog_searchdocument AS document
            SET tier = told.tier,
                vector = ts_delete(document.vector, %(names)s::text[])
                    || array_to_tsvector(ARRAY[%(mark)s || told.tier::text])
            FROM unnest(%(ids)s::bigint[], %(tiers)s::int[]) AS told (product_id, tier)
            WHERE document.product_id = told.product_id
            """,
            {
                "names": names,
                "mark": name_tier(0)[:-1],
                "ids": [pk for pk, _ in rows],
                "tiers": [tier for _, tier in rows],
            },
        )
