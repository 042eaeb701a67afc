"""ZIP archives of pictures from outside: checked before anything is written, counted while it is."""

from __future__ import annotations

import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import IO

from catalog.domain.errors import FileRefused
from catalog.domain.reasons import Reason
from shop.kernel.transactions import forbid_transaction

MOST_FILES = 20_000
MOST_BYTES = 2 << 30
MOST_FILE_BYTES = 30 << 20
# Pictures and PDFs hardly pack; a bomb of zeros packs to 1 : 1000.
HIGHEST_RATIO = 100
SMALL_BYTES = 1 << 20
CHUNK = 1 << 16
# What zipfile raises for streams, methods and names that no archive should have.
_DAMAGES = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)
ENCRYPTED = 0x1
SUFFIXES = frozenset(
    {".jpg", ".jpeg", ".png", ".webp", ".avif", ".gif", ".tif", ".tiff", ".bmp", ".pdf", ".csv"}
)


def check_archive(file: IO[bytes] | Path) -> int:
    """Return how many files would be taken; raises FileRefused in plain words for anything but harmless pictures."""
    with _open(file) as archive:
        return len(_list_entries(archive))


def unpack_archive(file: IO[bytes] | Path, *, folder: Path) -> int:
    """Write the pictures, PDFs and CSV files below a folder, one level deep; returns how many.

    Sizes are counted while they are written, whatever the archive says of itself. Raises FileRefused.
    """
    forbid_transaction()
    total = 0
    with _open(file) as archive:
        entries = _list_entries(archive)
        for entry in entries:
            place = PurePosixPath(entry.filename.replace("\\", "/"))
            parent = place.parent.name
            target = (folder / parent if parent else folder) / place.name
            total += _write_entry(archive, entry, target, left=MOST_BYTES - total)
    return len(entries)


def _open(file: IO[bytes] | Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise _refuse("archive_damaged") from error


def _refuse(code: str, **facts: str | int) -> FileRefused:
    return FileRefused(Reason(code, **facts), field="archive")


def _list_entries(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    entries = archive.infolist()
    if len(entries) > MOST_FILES:
        raise _refuse("archive_full", count=MOST_FILES)
    for entry in entries:
        _check_entry(entry)
    if sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise _refuse("archive_large")
    return [entry for entry in entries if _is_taken(entry)]


def _is_taken(entry: zipfile.ZipInfo) -> bool:
    place = PurePosixPath(entry.filename.replace("\\", "/"))
    is_hidden = place.name.startswith(".") or "__MACOSX" in place.parts
    return not entry.is_dir() and not is_hidden and place.suffix.lower() in SUFFIXES


def _check_entry(entry: zipfile.ZipInfo) -> None:
    place = PurePosixPath(entry.filename.replace("\\", "/"))
    name = entry.filename[:120]
    if place.is_absolute() or ".." in place.parts or ":" in entry.filename or "\0" in entry.filename:
        raise _refuse("archive_escape", name=name)
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise _refuse("archive_link", name=name)
    if entry.flag_bits & ENCRYPTED:
        raise _refuse("archive_locked")
    if _is_taken(entry) and entry.file_size > MOST_FILE_BYTES:
        raise _refuse("entry_large", name=name)
    if entry.file_size > SMALL_BYTES and entry.file_size > HIGHEST_RATIO * max(entry.compress_size, 1):
        raise _refuse("entry_bomb", name=name)


def _write_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, *, left: int) -> int:
    written = 0
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(entry) as source, target.open("wb") as copy:
            while chunk := source.read(CHUNK):
                written += len(chunk)
                if written > min(MOST_FILE_BYTES, left):
                    raise _refuse("entry_larger_than_told", name=entry.filename[:120])
                copy.write(chunk)
    except _DAMAGES as error:
        raise _refuse("entry_damaged", name=entry.filename[:120]) from error
    return written
