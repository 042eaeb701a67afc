"""Small manuals as PDF files: a title, headings, paragraphs, drawn with the fonts that every reader has."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import Final

WIDTH, HEIGHT, MARGIN = 595, 842, 64  # A4 in points
LETTERS: Final = 86
FIRST_LINE: Final = HEIGHT - 96
Section = Sequence[str]


def write_leaflet(shop: str, title: str, subtitle: str, sections: Sequence[Section]) -> bytes:
    """Return a PDF of one page; the same words give the same bytes. Latin letters only, 40 lines or so."""
    drawing = "\n".join(_draw(shop, title, subtitle, sections)).encode("cp1252")
    return _join(
        [
            b"<< /Type /Catalog /Pages 2 0 R /Lang (en) /ViewerPreferences << /DisplayDocTitle true >> >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents 4 0 R" % (WIDTH, HEIGHT)
            + b" /Resources << /Font << /R 5 0 R /B 6 0 R >> >> >>",
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing),
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
            b"<< /Title (%s) >>" % _escape(title).encode("cp1252"),
        ]
    )


def _draw(shop: str, title: str, subtitle: str, sections: Sequence[Section]) -> Iterator[str]:
    yield f"0.76 0.35 0.22 rg {MARGIN} {HEIGHT - 60} 40 3 re f 0.13 0.12 0.11 rg"
    yield _line(shop, font="R", size=10, height=HEIGHT - 50)
    yield _line(title, font="B", size=22, height=FIRST_LINE)
    yield _line(subtitle, font="R", size=12, height=FIRST_LINE - 22)
    height = FIRST_LINE - 40
    for heading, text in sections:
        height -= 28
        yield _line(heading, font="B", size=13, height=height)
        height -= 4
        for words in textwrap.wrap(text, LETTERS):
            height -= 16
            yield _line(words, font="R", size=11, height=height)


def _line(words: str, *, font: str, size: int, height: int) -> str:
    return f"BT /{font} {size} Tf {MARGIN} {height} Td ({_escape(words)}) Tj ET"


def _escape(words: str) -> str:
    return words.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _join(objects: Sequence[bytes]) -> bytes:
    """Number the objects, and note where each begins (ISO 32000-1, 7.5.4)."""
    written = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(written)
    written += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    written += b"".join(b"%010d 00000 n \n" % place for place in places)
    written += b"trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\n" % (len(objects) + 1, len(objects))
    return bytes(written + b"startxref\n%d\n%%%%EOF\n" % table)
