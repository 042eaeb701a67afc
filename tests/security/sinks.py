"""Every address of the shop and every name that its pages read, found in the code itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

_ARGUMENT = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")
_READ = re.compile(r'(?:GET|POST|params)(?:\.get|\.getlist|\.pop)?[(\[]\s*"([a-z_]+)"')
_FIELD = re.compile(r"^    ([a-z_0-9]+) = (?:forms\.|_build)", re.MULTILINE)
_SOURCES = ("*/views.py", "*/views/*.py", "*/forms.py", "shop/*/views.py", "shop/*/forms.py", "shop/web/*.py")
NOT_OURS = ("admin/", "api/", "static/", "account/", "health/", "metrics", "favicon")


@dataclass(frozen=True)
class Route:
    """One address as the URLconf has it."""

    path: str
    pattern: URLPattern

    def fill(self, values: Mapping[str, str], *, other: str = "x") -> str:
        """The address with these values in the places of its arguments."""

        def put(found: re.Match[str]) -> str:
            if found["kind"] in {"int", "bigid"}:
                return "1"
            return quote(values.get(found["name"], other), safe="/" if found["kind"] == "path" else "")

        return f"/{_ARGUMENT.sub(put, self.path)}"

    def list_arguments(self) -> list[tuple[str, str]]:
        """Kind and name of each argument."""
        return [(found["kind"] or "str", found["name"]) for found in _ARGUMENT.finditer(self.path)]


def _walk(resolver: URLResolver, above: str = "") -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        path = f"{above}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, path)
        else:
            yield Route(path, pattern)


@cache
def list_routes() -> tuple[Route, ...]:
    """All addresses, those of the back office and the API too."""
    return tuple(_walk(get_resolver()))


@cache
def list_store_routes() -> tuple[Route, ...]:
    """The addresses of the storefront: what a shopper, a provider or a supplier calls."""
    own = [route for route in list_routes() if not route.path.startswith((*NOT_OURS, "^"))]
    return tuple(own) + tuple(route for route in list_routes() if route.path.startswith("account/addresses"))


@cache
def list_names() -> tuple[str, ...]:
    """Every name that a page of the storefront reads from an address or a form."""
    found: set[str] = set()
    for place in _SOURCES:
        for file in Path(settings.BASE_DIR).glob(place):
            text = file.read_text()
            found |= set(_READ.findall(text)) | set(_FIELD.findall(text))
    return tuple(sorted(found))
