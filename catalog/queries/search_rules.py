"""The rules of search, held in each process for a moment."""

from __future__ import annotations

import time
from threading import Lock
from typing import Any

from catalog.domain.search.rules import SearchRules, Weights, build_rules
from catalog.models import SearchSettings
from shop.kernel.postgres.statements import Statement

RULES_SECONDS = 5.0
_SETTINGS = (
    "text_weight",
    "stock_weight",
    "sales_weight",
    "freshness_weight",
    "freshness_days",
    "stop_words",
)
_RULES = Statement("""
SELECT
    (SELECT to_json(row) FROM catalog_searchsettings AS row LIMIT 1),
    (SELECT coalesce(json_agg(json_build_array(words, also)), '[]') FROM catalog_searchsynonym),
    (SELECT coalesce(json_agg(json_build_array(term, target)), '[]') FROM catalog_searchredirect)
""")


class _Kept:
    """The rules of this process and until when they are believed."""

    rules: SearchRules | None = None
    expires: float = 0.0
    lock = Lock()


def get_search_rules() -> SearchRules:
    """Return the rules, at most five seconds old; one query when they are due."""
    with _Kept.lock:
        if _Kept.rules is None or time.monotonic() >= _Kept.expires:
            _Kept.rules = _read_rules()
            _Kept.expires = time.monotonic() + RULES_SECONDS
        return _Kept.rules


def forget_search_rules() -> None:
    """Read the rules afresh the next time: after a change, so that who made it sees it at once."""
    _Kept.expires = 0.0


def _read_rules() -> SearchRules:
    ((row, synonyms, redirects),) = _RULES.run()
    found: dict[str, Any] = row or _list_defaults()
    return build_rules(
        weights=Weights(
            text=found["text_weight"],
            stock=found["stock_weight"],
            sales=found["sales_weight"],
            freshness=found["freshness_weight"],
            freshness_days=found["freshness_days"],
        ),
        stop_words=found["stop_words"],
        synonyms=[(words, also) for words, also in synonyms],
        redirects=[(term, target) for term, target in redirects],
    )


def _list_defaults() -> dict[str, Any]:
    defaults = SearchSettings()
    return {name: getattr(defaults, name) for name in _SETTINGS}
