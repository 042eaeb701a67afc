"""Texts are collected by the names of the functions that translate them."""

from __future__ import annotations

import ast
from pathlib import Path

from django.conf import settings

from shop.web.management.message_catalogue import _SOURCES, KEYWORDS


def test_every_name_of_a_translating_function_is_collected() -> None:
    missed = {
        (str(path.relative_to(settings.BASE_DIR)), alias.asname)
        for source in _SOURCES
        for path in (Path(settings.BASE_DIR) / source).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.asname and alias.name in KEYWORDS and alias.asname not in KEYWORDS
    }
    assert missed == set()
