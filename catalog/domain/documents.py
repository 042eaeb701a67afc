"""Documents from outside: what a PDF is, and how large it may be."""

from __future__ import annotations

import hashlib

from django.utils.translation import gettext as _

from catalog.domain.errors import DocumentRefused

MOST_BYTES = 20 * 1024 * 1024
# Readers accept a header anywhere in the first kilobyte (ISO 32000-1, annex H); we want it at the very beginning.
HEAD_BYTES = 1024
MAGIC = b"%PDF-"


def check_pdf(size: int, head: bytes) -> None:
    """Raise DocumentRefused for a file that is no PDF by its first bytes, is empty or too large."""
    if not head.startswith(MAGIC):
        raise DocumentRefused(
            _("This is no PDF. Save the document as a PDF and choose that file."), field="file"
        )
    if size > MOST_BYTES:
        raise DocumentRefused(
            _("The file has %(size)d MB; %(most)d MB at most.")
            % {"size": -(-size // 1024**2), "most": MOST_BYTES // 1024**2},
            field="file",
        )


def name_document(content: bytes) -> str:
    """Return the name a file is stored under: by its content, so that nobody's name reaches the disk."""
    return f"{hashlib.sha256(content).hexdigest()[:24]}.pdf"
