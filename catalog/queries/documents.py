"""Documents as a product's page shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.urls import reverse

from catalog.domain.words import make_key, pick_words


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentView:
    """A document's link."""

    title: str
    url: str
    size: str


def build_documents(rows: Sequence[Sequence[Any]], language: str) -> tuple[DocumentView, ...]:
    """Return the links of (id, kind, title in English, title in Chinese, size in bytes)."""
    return tuple(
        DocumentView(
            title=pick_words(title_en, title_zh, language),
            url=reverse(
                "catalog:document", kwargs={"document_id": pk, "name": name_file(title_en or title_zh)}
            ),
            size=filesizeformat(size),
        )
        for pk, _, title_en, title_zh, size in rows
    )


def name_file(title: str) -> str:
    """Return the last part of a document's address, which browsers save it under."""
    return f"{make_key(title) or 'document'}.pdf"
