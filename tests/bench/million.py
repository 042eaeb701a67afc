"""A catalogue of a million products, written straight into the tables: through the services it would take hours.

Rows are what the services write: vectors come of the catalogue's own functions, keys and paths of its own rules. Only
random choice is the database's.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from django.db import connection
from django.db.models import GeneratedField, Model

from catalog.domain.media import WIDTHS, ImageCard
from catalog.domain.search.vectors import quote_lexeme
from catalog.domain.search.words import list_lexemes
from catalog.models import (
    Brand,
    Category,
    Listing,
    OptionValue,
    Price,
    Product,
    ProductOption,
    SearchDocument,
    Variant,
)
from catalog.models.search import DOCUMENT_VERSION
from catalog.services.search_documents import sort_tiers
from tests.bench import words

TOPS, SUBS, LEAVES = 8, 5, 5
BRANDS, MODELS, STORIES = 400, 20_000, 600
TABLES = ("catalog_product", "catalog_variant", "catalog_price", "catalog_listing", "catalog_searchdocument")
SKU = "'BN' || lpad(id::text, 8, '0')"
# One row per product; hashint8 is chance that is the same each time. A few brands and models are in many products.
_CHOOSE = """
CREATE TEMP TABLE chosen AS
SELECT c.*, initcap(concat_ws(' ', a.en, m.en, n.en, o.en)) AS name_en, a.zh || m.zh || n.zh AS name_zh,
       col.en AS colour, siz.en AS size, k.id AS category_id, k.path, d.id AS brand_id, d.name AS brand
FROM (
    SELECT n AS id, abs(hashint8(n) % 24) AS adjective, abs(hashint8(n * 3) % 20) AS material,
           abs(hashint8(n * 5) % 40) AS noun, abs(hashint8(n * 7) % 8) AS colour_number,
           abs(hashint8(n * 11) % 3) AS size_number,
           (19999 * power(abs(hashint8(n * 13) % 100000) / 100000.0::float8, 2.5))::int AS model,
           (399 * power(abs(hashint8(n * 17) % 100000) / 100000.0::float8, 2))::int AS brand_number,
           abs(hashint8(n * 19) % 200) AS leaf, abs(hashint8(n * 23) % 600) AS story_number,
           5 + abs(hashint8(n * 29) % 19500) / 100.0 AS price, hashint8(n * 31) % 10 <> 0 AS in_stock,
           '2026-11-01'::timestamptz - abs(hashint8(n * 37) % 86400000) / 2 * interval '1 second' AS published_at,
           CASE WHEN hashint8(n * 41) % 10 = 0 THEN abs(hashint8(n * 43) % 1000) / 1000.0 ELSE 0 END AS sales
    FROM generate_series(1::bigint, {products}) AS n
) AS c
JOIN part a ON a.kind = 'adjective' AND a.number = c.adjective
JOIN part m ON m.kind = 'material' AND m.number = c.material
JOIN part n ON n.kind = 'noun' AND n.number = c.noun
JOIN part o ON o.kind = 'model' AND o.number = c.model
JOIN part col ON col.kind = 'colour' AND col.number = c.colour_number
JOIN part siz ON siz.kind = 'size' AND siz.number = c.size_number
JOIN catalog_category k ON k.depth = 3 AND k.position = c.leaf
JOIN catalog_brand d ON d.slug = 'brand-' || c.brand_number
"""


_PIECES = """(
    SELECT c.*, concat_ws(' ', a.piece, m.piece, n.piece, o.piece, col.piece, siz.piece, b.piece, s.piece) AS short,
           t.piece AS story
    FROM chosen c
    JOIN part a ON a.kind = 'adjective' AND a.number = c.adjective
    JOIN part m ON m.kind = 'material' AND m.number = c.material
    JOIN part n ON n.kind = 'noun' AND n.number = c.noun
    JOIN part o ON o.kind = 'model' AND o.number = c.model
    JOIN part col ON col.kind = 'colour' AND col.number = c.colour_number
    JOIN part siz ON siz.kind = 'size' AND siz.number = c.size_number
    JOIN part b ON b.kind = 'brand' AND b.number = c.brand_number
    JOIN part s ON s.kind = 'shelf' AND s.number = c.leaf
    JOIN part t ON t.kind = 'story' AND t.number = c.story_number
) AS made"""
# Every word, with its number of documents as one product in 50 tells it; the shop's own recount takes a minute or two.
_COUNT_WORDS = """
INSERT INTO catalog_searchword (word, document_quantity)
SELECT DISTINCT ON (word) word, found FROM (
    SELECT word, ndoc * 50 AS found FROM ts_stat('SELECT vector FROM catalog_searchdocument WHERE product_id % 50 = 0')
    UNION ALL
    SELECT lexeme, 1 FROM part, unnest(piece::tsvector)
) AS told
WHERE char_length(word) BETWEEN 2 AND 40 AND word ~ '^[[:alpha:]]+$'
ORDER BY word, found DESC ON CONFLICT DO NOTHING
"""


def build(products: int) -> float:
    """Write the catalogue, once; returns the seconds that it took."""
    if Listing.objects.count() >= products:
        return 0.0
    started = time.perf_counter()
    with connection.cursor() as cursor, _bulk_loading(cursor, started):
        _write_parts(cursor)
        _write_shelves(cursor)
        cursor.execute("ANALYZE catalog_category, catalog_brand; SET enable_nestloop = off")
        cursor.execute(_CHOOSE.format(products=int(products)))
        _say("choices", started)
        for write in (_write_products, _write_listings, _write_documents):
            write(cursor)
            _say(write.__name__.removeprefix("_write_"), started)
        _write_filters()
        cursor.execute(_COUNT_WORDS)
        _say("vocabulary", started)
        sort_tiers()
        _say("tiers", started)
    with connection.cursor() as cursor:
        cursor.execute(
            f"VACUUM (ANALYZE) {', '.join(TABLES)}, catalog_category, catalog_brand, catalog_searchword"
        )
    _say("vacuum", started)
    return time.perf_counter() - started


def _say(title: str, started: float) -> None:
    print(f"  {time.perf_counter() - started:6.1f} s  {title}", flush=True)


@contextmanager
def _bulk_loading(cursor: Any, started: float) -> Iterator[None]:
    """Without indexes and foreign keys while rows are written; the same indexes stand afterwards."""
    cursor.execute(
        "SET maintenance_work_mem = '1GB'; SET synchronous_commit = off; SET session_replication_role = replica"
    )
    cursor.execute(
        """
        SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s)
            AND indexname NOT IN (SELECT conname FROM pg_constraint)
        """,
        [list(TABLES)],
    )
    indexes = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    try:
        yield
    finally:
        for _, definition in indexes:
            cursor.execute(definition)
        cursor.execute("SET session_replication_role = origin")
        _say("indexes", started)


def _write_parts(cursor: Any) -> None:
    """Words with the pieces of vector that they are; a product's vector is its pieces side by side."""
    cursor.execute(
        "CREATE TEMP TABLE part (kind text, number int, en text, zh text, piece text, PRIMARY KEY (kind, number))"
    )
    rows = list(_list_parts(random.Random(20)))
    for start in range(0, len(rows), 2000):
        batch = rows[start : start + 2000]
        marks = ", ".join(["(%s, %s, %s, %s, %s)"] * len(batch))
        cursor.execute(f"INSERT INTO part VALUES {marks}", [value for row in batch for value in row])
    cursor.execute("ANALYZE part")


def _list_parts(chance: random.Random) -> Iterator[tuple[str, int, str, str, str]]:
    models = sorted({"".join(chance.choices(words.SYLLABLES, k=4)) for _ in range(MODELS * 2)})
    chance.shuffle(models)
    yield from _list_pairs("adjective", words.ADJECTIVES, "A", 1)
    yield from _list_pairs("material", words.MATERIALS, "A", 2)
    yield from _list_pairs("noun", words.NOUNS, "A", 3)
    yield from _list_pairs("colour", words.COLOURS, "C", 80)
    yield from _list_pairs("size", words.SIZES, "C", 84)
    for number, word in enumerate(models[:MODELS]):
        yield "model", number, word, "", _write_piece(word, "A", 4)
    for number in range(BRANDS):
        yield "brand", number, "", "", _write_piece(f"house {models[-number - 1]}", "B", 70)
    for number in range(TOPS * SUBS * LEAVES):
        text = f"top{number // (SUBS * LEAVES)} sub{number // LEAVES} leaf{number}"
        yield "shelf", number, "", "", _write_piece(text, "C", 90)
    for number in range(STORIES):
        text = " ".join(chance.choices([*words.STORIES, *models[:2000]], k=28))
        yield "story", number, "", "", _write_piece(text, "D", 120)


def _list_pairs(
    kind: str, pairs: tuple[str, ...], weight: str, place: int
) -> Iterator[tuple[str, int, str, str, str]]:
    for number, pair in enumerate(pairs):
        english, chinese = pair.split("|")
        piece = f"{_write_piece(english, weight, place)} {_write_piece(chinese, weight, place * 10)}"
        yield kind, number, english, chinese, piece


def _write_piece(text: str, weight: str, start: int) -> str:
    return " ".join(f"{quote_lexeme(lexeme)}:{start + place}{weight}" for lexeme, place in list_lexemes(text))


def _insert(cursor: Any, model: type[Model], source: str, **columns: str) -> None:
    """Insert rows of a source; columns that are not given get what the model's field has for a start."""
    names, values, given = [], [], []
    for field in model._meta.concrete_fields:
        is_given = field.column in columns
        if isinstance(field, GeneratedField) or (field.primary_key and not is_given):
            continue
        names.append(f'"{field.column}"')
        values.append(columns[field.column] if is_given else "%s")
        if not is_given:
            given.append(field.get_db_prep_save(field.get_default(), connection))
    table = model._meta.db_table
    sql = f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} FROM {source}"
    cursor.execute(sql if given else sql.replace("%%", "%"), given or None)


def _write_shelves(cursor: Any) -> None:
    for depth, word, count, below in (
        (1, "top", TOPS, 1),
        (2, "sub", TOPS * SUBS, SUBS),
        (3, "leaf", TOPS * SUBS * LEAVES, LEAVES),
    ):
        source = f"""(
            SELECT n, '{word}' || n AS slug, '{word.title()} ' || n AS name, up.id AS up_id, up.path AS up_path
            FROM generate_series(0, {count - 1}) AS n
            LEFT JOIN catalog_category up ON up.depth = {depth - 1} AND up.position = n / {below}
        ) AS made"""
        _insert(
            cursor,
            Category,
            source,
            slug="slug",
            path="concat_ws('/', up_path, slug)",
            depth=str(depth),
            position="n",
            parent_id="up_id",
            name="name",
            name_en="name",
        )
    source = f"generate_series(0, {BRANDS - 1}) AS n"
    _insert(cursor, Brand, source, name="'Brand ' || n", slug="'brand-' || n")


def _write_filters() -> None:
    """One product has the options by which all are narrowed: their words are read from there."""
    for position, (name, pairs) in enumerate((("color", words.COLOURS), ("size", words.SIZES))):
        option = ProductOption.objects.create(product_id=1, key=name, name_en=name.title(), position=position)
        for place, pair in enumerate(pairs):
            english, chinese = pair.split("|")
            OptionValue.objects.create(
                option=option, key=english, value_en=english.title(), value_zh_hans=chinese, position=place
            )


def _write_products(cursor: Any) -> None:
    _insert(
        cursor,
        Product,
        "chosen",
        id="id",
        slug="'item-' || id",
        name="name_en",
        name_en="name_en",
        name_zh_hans="name_zh",
        brand_id="brand_id",
        category_id="category_id",
        status="'published'",
        is_featured="mod(id, 500) = 0",
        published_at="published_at",
        created_at="published_at",
        updated_at="published_at",
    )
    stock = "CASE WHEN in_stock THEN 40 ELSE 0 END"
    _insert(cursor, Variant, "chosen", id="id", product_id="id", sku=SKU, available_quantity=stock)
    _insert(cursor, Price, "chosen", variant_id="id", currency="'EUR'", amount="price")


def _write_listings(cursor: Any) -> None:
    options = "ARRAY['color:' || colour, 'size:' || size]"
    steps = """ARRAY['@in:' || split_part(path, '/', 1),
        '@in:' || split_part(path, '/', 1) || '/' || split_part(path, '/', 2), '@in:' || path]"""
    _insert(
        cursor,
        Listing,
        "chosen",
        product_id="id",
        currency="'EUR'",
        slug="'item-' || id",
        name_en="name_en",
        name_zh_hans="name_zh",
        brand_slug="'brand-' || brand_number",
        brand_name="brand",
        category_path="path || '/'",
        amount="price",
        highest_amount="price",
        in_stock="in_stock",
        only_sku=SKU,
        option_keys=options,
        keys=f"{steps} || ARRAY['@brand:brand-' || brand_number] || {options}",
        image=f"'{json.dumps(asdict(_describe_picture()))}'::jsonb",
        is_featured="mod(id, 500) = 0",
        published_at="published_at",
    )


def _describe_picture() -> ImageCard:
    """With addresses as long as real ones, so that rows have their real width."""
    name = "products/2026/11/4f0c1b5d"
    return ImageCard(
        url=f"/media/{name}-640.webp",
        large_url=f"/media/{name}-1600.webp",
        width=1600,
        height=1600,
        color="#c8c2b8",
        alt_en="",
        alt_zh_hans="",
        srcsets={
            kind: ", ".join(f"/media/{name}-{width}.{kind} {width}w" for width in WIDTHS)
            for kind in ("avif", "webp")
        },
    )


def _write_documents(cursor: Any) -> None:
    code = f"quote_literal(lower({SKU})) || ':150B'"
    _insert(
        cursor,
        SearchDocument,
        _PIECES,
        product_id="id",
        names="lower(concat_ws(' ', name_en, name_zh, brand))",
        vector=f"concat_ws(' ', short, story, {code}, '~2')::tsvector",
        name_vector=f"concat_ws(' ', short, {code})::tsvector",
        sales_score="sales",
        tier="2",
        version=str(DOCUMENT_VERSION),
    )
