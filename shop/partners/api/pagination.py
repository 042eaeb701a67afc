"""Lists as ``{"results", "next", "previous"}``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination, CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

if TYPE_CHECKING:
    from rest_framework.views import APIView  # DRF loads this module while it loads its views

MOST = 100
DEFAULT = 20
FARTHEST_PAGE = 10_000
SECOND = 2
MOST_DIGITS = 6
LONGEST_POSITION = 18


def _envelope(schema: dict[str, Any]) -> dict[str, Any]:
    address = {"type": ["string", "null"], "format": "uri"}
    return {
        "type": "object",
        "required": ["results", "next", "previous"],
        "properties": {"results": schema, "next": address, "previous": address},
    }


class PageResults(BasePagination):
    """Numbered pages without a count: one row more than asked for tells whether there is a next page."""

    def paginate_queryset(
        self,
        queryset: QuerySet[Any] | Sequence[Any],
        request: Request,
        view: APIView | None = None,
    ) -> list[Any]:
        """The rows of the asked page."""
        self.request = request
        self.size = _read_number(request, "page_size", default=DEFAULT, most=MOST)
        self.number = _read_number(request, "page", default=1, most=FARTHEST_PAGE)
        start = (self.number - 1) * self.size
        rows = list(queryset[start : start + self.size + 1])
        self.has_next = len(rows) > self.size
        return rows[: self.size]

    def get_paginated_response(self, data: Any) -> Response:
        """The envelope."""
        return Response(self.build_envelope(data))

    def build_envelope(self, data: Any) -> dict[str, Any]:
        """The rows with the addresses of the pages beside."""
        url = self.request.build_absolute_uri()
        following = replace_query_param(url, "page", self.number + 1) if self.has_next else None
        before = (
            remove_query_param(url, "page")
            if self.number == SECOND
            else replace_query_param(url, "page", self.number - 1)
        )
        return {
            "results": data,
            "next": following,
            "previous": before if self.number > 1 else None,
        }

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The envelope's description."""
        return _envelope(schema)

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """The query parameters."""
        return [
            _describe("page", "Number of the page, from 1.", FARTHEST_PAGE),
            _describe(
                "page_size",
                f"Rows per page, {DEFAULT} unless told, {MOST} at most.",
                MOST,
            ),
        ]


def _describe(name: str, description: str, most: int) -> dict[str, Any]:
    schema = {"type": "integer", "minimum": 1, "maximum": most}
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": description,
        "schema": schema,
    }


def _read_number(request: Request, name: str, *, default: int, most: int) -> int:
    text = request.query_params.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS and 1 <= int(text) <= most):
        raise ValidationError({name: _("Give a whole number from 1 to %(most)s.") % {"most": most}})
    return int(text)


class WholeResults(BasePagination):
    """Short lists that are always whole: the envelope of all lists, without pages."""

    def get_paginated_response(self, data: Any) -> Response:
        """The envelope."""
        return Response({"results": data, "next": None, "previous": None})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The envelope's description."""
        return _envelope(schema)

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """None."""
        return []


class CursorResults(CursorPagination):
    """For long lists that grow while they are read: pages by an opaque cursor, newest first."""

    page_size = DEFAULT
    max_page_size = MOST
    page_size_query_param = "page_size"
    ordering = "-pk"

    def get_page_size(self, request: Request) -> int:
        """The checked page size."""
        return _read_number(request, "page_size", default=DEFAULT, most=MOST)

    def decode_cursor(self, request: Request) -> Any:
        """A cursor that is not one of ours is a 400 on its field, never a database error."""
        try:
            cursor = super().decode_cursor(request)
        except Exception as error:  # base64, unicode or number errors of a made-up cursor
            raise ValidationError(
                {"cursor": _("This cursor is not valid. Start again without one.")}
            ) from error
        position = None if cursor is None or cursor.position is None else str(cursor.position)
        if position is not None and not (
            position.isascii() and position.isdigit() and len(position) <= LONGEST_POSITION
        ):
            raise ValidationError({"cursor": _("This cursor is not valid. Start again without one.")})
        return cursor

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The envelope's description."""
        return _envelope(schema)

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """The query parameters."""
        text = {
            "name": "cursor",
            "in": "query",
            "required": False,
            "schema": {"type": "string"},
        }
        return [
            {**text, "description": "Where to go on: taken from next or previous."},
            _describe(
                "page_size",
                f"Rows per page, {DEFAULT} unless told, {MOST} at most.",
                MOST,
            ),
        ]


class LastingCursorResults(CursorResults):
    """For lists whose rows stay: the oldest first, so that whoever reads them to the end misses none."""

    ordering = "pk"
