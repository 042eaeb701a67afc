"""What the vocabulary knows of typed words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from catalog.domain.search.understanding import (
    KnownWord,
    Understood,
    list_lookups,
    list_query_words,
    understand_term,
)
from catalog.queries.search_rules import get_search_rules
from shop.kernel.postgres.statements import Statement

# Completions beyond these are of words that few products have.
_WORDS = Statement("""
SELECT asked.word, found.kind, found.word, found.document_quantity
FROM unnest(%(words)s::text[]) AS asked (word)
CROSS JOIN LATERAL (
    (SELECT 'exact' AS kind, word, document_quantity FROM catalog_searchword WHERE word = asked.word)
    UNION ALL
    (SELECT 'longer', word, document_quantity FROM catalog_searchword
     WHERE word ~>~ asked.word AND word ~<~ (asked.word || U&'\\+10FFFF') AND char_length(asked.word) > 1
     ORDER BY document_quantity DESC, word LIMIT 12)
    UNION ALL
    (SELECT near.kind, near.word, near.document_quantity FROM (
        SELECT CASE WHEN strpos(word, asked.word) > 0 THEN 'holder' ELSE 'lookalike' END AS kind, word,
               document_quantity, similarity(word, asked.word) AS likeness
        FROM catalog_searchword
        WHERE (word % asked.word OR (char_length(asked.word) > 3 AND word LIKE '%' || asked.word || '%'))
          AND char_length(asked.word) > 2
          AND NOT EXISTS (
              SELECT FROM catalog_searchword
              WHERE word ~>=~ asked.word AND word ~<~ (asked.word || U&'\\+10FFFF')
          )
        ORDER BY likeness DESC, document_quantity DESC, word LIMIT 20
     ) AS near ORDER BY near.document_quantity DESC)
) AS found
""")

_MARGIN = 5


def understand(term: str) -> Understood:
    """Return what a term means; one query, and one for the rules when they are due."""
    rules = get_search_rules()
    words, ignored = list_query_words(term, stop_words=rules.stop_words)
    if not words:
        return Understood(term=term)
    vocabulary = _list_known(list_lookups(words))
    return understand_term(term, words, ignored=ignored, vocabulary=vocabulary, rules=rules)


def _list_known(lexemes: Sequence[str]) -> dict[str, KnownWord]:
    if not lexemes:
        return {}
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    quantities: dict[str, int] = defaultdict(int)
    for asked, kind, word, quantity in _WORDS.run(words=list(lexemes)):
        found[asked][kind].append(word)
        # The count may be of last night: a margin for what has come in since.
        quantities[asked] += quantity + _MARGIN if kind in {"exact", "longer"} else 0
    return {
        asked: KnownWord(
            is_exact=bool(kinds["exact"]),
            completions=tuple(kinds["longer"]),
            holders=tuple(kinds["holder"]),
            lookalikes=tuple(kinds["lookalike"]),
            quantity=quantities[asked],
        )
        for asked, kinds in found.items()
    }
