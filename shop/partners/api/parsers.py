"""JSON in: strict UTF-8 objects and lists, no NaN, no NUL, bounded depth."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

DEEPEST = 20
LARGEST_BYTES = 1024 * 1024


class StrictJSONParser(BaseParser):
    """What no honest client sends is refused with 400 before a serializer sees it."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The decoded body."""
        raw = stream.read(LARGEST_BYTES + 1)
        if len(raw) > LARGEST_BYTES:
            raise ParseError(_("The body is larger than 1 MB."))
        try:
            value = json.loads(raw.decode("utf-8"), parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            raise ParseError(_("The body is not JSON in UTF-8.")) from error
        _check_value(value, depth=0)
        return value


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _check_value(value: Any, *, depth: int) -> None:
    if depth > DEEPEST:
        raise ParseError(_("The body is nested too deeply."))
    if isinstance(value, str):
        if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
            raise ParseError(_("Text must not contain NUL or half characters."))
    elif isinstance(value, dict):
        for key, item in value.items():
            _check_value(key, depth=depth)
            _check_value(item, depth=depth + 1)
    elif isinstance(value, list):
        for item in value:
            _check_value(item, depth=depth + 1)
