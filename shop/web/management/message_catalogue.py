"""The texts of the shop and their translations, read and written by Babel: GNU gettext is not needed."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation import to_locale
from django.utils.translation.template import templatize

from shop.web.model_names import list_unmarked_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel.messages.catalog import Message

_CONTEXT = (1, "c")
_SINGULAR = None
_PLURAL = (1, 2)
KEYWORDS: dict[str, tuple[int | tuple[int, int] | tuple[int, str], ...] | None] = {
    "_": _SINGULAR,
    # Where `_` is the lazy one.
    "_now": _SINGULAR,
    "gettext": _SINGULAR,
    "gettext_lazy": _SINGULAR,
    "gettext_noop": _SINGULAR,
    "ngettext": _PLURAL,
    "ngettext_lazy": _PLURAL,
    "pgettext": (_CONTEXT, 2),
    "pgettext_lazy": (_CONTEXT, 2),
    "npgettext": (_CONTEXT, 2, 3),
    "npgettext_lazy": (_CONTEXT, 2, 3),
}
_SOURCES = ("shop", "catalog", "inventory", "orders", "payments", "crm", "analytics")
_LEFT_OUT = {"migrations", "embedded", "locale"}
_TEMPLATE_SUFFIXES = {".html", ".txt"}
_SOURCE_LANGUAGE = "en"
# Dates and tool names would make every run a change.
_UNSTABLE_HEADERS = re.compile(
    r'^"(Project-Id-Version|Report-Msgid-Bugs-To|Language-Team|POT-Creation-Date|PO-Revision-Date|Last-Translator|Generated-By):.*\n',
    re.MULTILINE,
)
_HEADER = "# What the shop says, in another language. `make messages` keeps it up to date."
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


@dataclass(frozen=True)
class CatalogueProblem:
    """One text whose translation cannot be shipped as it is."""

    locale: str
    kind: str
    text: str


def list_locales() -> list[str]:
    """Return the locales that need a translation, in Django's notation for directories."""
    return [to_locale(code) for code, _name in settings.LANGUAGES if code != _SOURCE_LANGUAGE]


def find_po_file(locale: str) -> Path:
    """Return where the translations of a locale are kept."""
    return Path(settings.LOCALE_PATHS[0]) / locale / "LC_MESSAGES" / "django.po"


def compile_catalogue(po_file: Path, *, is_forced: bool = False) -> bool:
    """Write the .mo file next to a .po file that is newer; False when there was nothing to do."""
    mo_file = po_file.with_suffix(".mo")
    if not is_forced and mo_file.exists() and mo_file.stat().st_mtime >= po_file.stat().st_mtime:
        return False
    compiled = io.BytesIO()
    write_mo(compiled, read_catalogue(po_file))
    temporary = mo_file.with_suffix(".new")
    temporary.write_bytes(compiled.getvalue())
    temporary.replace(mo_file)
    return True


def read_catalogue(po_file: Path) -> Catalog:
    """Read a .po file; an empty catalogue when there is none yet."""
    locale = po_file.parent.parent.name
    if not po_file.exists():
        return Catalog(locale=locale, domain="django", header_comment=_HEADER)
    with po_file.open("rb") as file:
        return read_po(file, locale=locale, domain="django")


def update_catalogue(po_file: Path, template: Catalog) -> None:
    """Bring a .po file up to date: translations stay, texts that are gone go, the order is by text."""
    catalogue = read_catalogue(po_file)
    catalogue.update(template, no_fuzzy_matching=True, update_header_comment=False)
    catalogue.fuzzy = False
    output = io.BytesIO()
    write_po(output, catalogue, sort_output=True, ignore_obsolete=True, include_lineno=False, width=110)
    po_file.parent.mkdir(parents=True, exist_ok=True)
    po_file.write_text(_UNSTABLE_HEADERS.sub("", output.getvalue().decode()), encoding="utf-8")


def extract_texts(root: Path) -> Catalog:
    """Collect what the Python files and templates below `root` mark for translation, and the models' own names."""
    template = Catalog(domain="django")
    for file in _list_sources(root):
        location = str(file.relative_to(root))
        for text, context in _read_texts(file):
            template.add(text, context=context, locations=[(location, 1)])
    for name in list_unmarked_names(root):
        template.add(name.text, locations=[(str(name.file.relative_to(root)), 1)])
    return template


def list_problems(locale: str, template: Catalog) -> list[CatalogueProblem]:
    """Return what keeps a locale from being complete: missing, untranslated, fuzzy, gone, other placeholders."""
    catalogue = read_catalogue(find_po_file(locale))
    problems = [
        CatalogueProblem(locale, kind, _show(message))
        for message in template
        if message.id and (kind := _find_problem(catalogue.get(message.id, message.context)))
    ]
    problems += [
        CatalogueProblem(locale, "no longer used", _show(message))
        for message in catalogue
        if message.id and not template.get(message.id, message.context)
    ]
    return problems


def _find_problem(translated: Message | None) -> str | None:
    if translated is None:
        return "missing"
    strings = translated.string if isinstance(translated.string, (list, tuple)) else [translated.string]
    if not all(strings):
        return "untranslated"
    if translated.fuzzy:
        return "fuzzy"
    # The last form is the plural, which carries every placeholder.
    source = translated.id[-1] if isinstance(translated.id, (list, tuple)) else translated.id
    expected = set(_PLACEHOLDER.findall(source))
    if any(set(_PLACEHOLDER.findall(string or "")) != expected for string in strings):
        return "other placeholders"
    return None


def _show(message: Message) -> str:
    text = message.id[0] if isinstance(message.id, (list, tuple)) else message.id
    return f"{message.context}: {text}" if message.context else str(text)


def _list_sources(root: Path) -> Iterator[Path]:
    for file in sorted((root / "templates").rglob("*")):
        if file.suffix in _TEMPLATE_SUFFIXES:
            yield file
    for package in _SOURCES:
        for file in sorted((root / package).rglob("*.py")):
            if not _LEFT_OUT.intersection(file.relative_to(root).parts):
                yield file


def _read_texts(file: Path) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    """Yield each marked text of a file, or (singular, plural), with its context."""
    source = file.read_text(encoding="utf-8")
    if file.suffix in _TEMPLATE_SUFFIXES:
        # What is left between the calls are X's in the page's indentation, which Python's tokenizer refuses.
        source = "\n".join(line.lstrip() for line in templatize(source).splitlines())
    for _line, text, _comments, context in extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS):
        yield text, context
