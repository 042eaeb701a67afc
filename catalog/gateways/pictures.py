"""Opening pictures from outside safely and writing the sizes that pages use."""

from __future__ import annotations

import hashlib
import io
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.JpegImagePlugin import JpegImageFile

from catalog.domain.errors import PictureRefused
from catalog.domain.media import WIDTHS
from catalog.domain.reasons import Reason
from shop.kernel.transactions import forbid_transaction

# A file of 20 kB can unfold to a gigabyte of pixels: the header is read before anything is decoded.
MOST_PIXELS = 25_000_000
MOST_BYTES = 30 * 1024 * 1024
READABLE = ("JPEG", "PNG", "WEBP", "AVIF", "GIF", "TIFF", "BMP")
# Measured on 1600 px: AVIF at speed 10 takes 0.23 s, WebP at method 2 0.19 s; slower settings save 5 %.
AVIF_OPTIONS = {"quality": 60, "speed": 10}
WEBP_OPTIONS = {"quality": 80, "method": 2}
JPEG_OPTIONS = {"quality": 90, "optimize": True}
START_OF_SCAN, END_OF_JPEG = b"\xff\xda", b"\xff\xd9"
# Within a scan 0xFF is followed by a zero or a restart's number (ITU-T T.81, B.1.1); all else is a segment or the end.
_AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7]")
_BARE_JFIF_BYTES = 14


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredPicture:
    """A picture that lies in the storage: its cleaned original and its sizes by format."""

    original: str
    checksum: str
    width: int
    height: int
    color: str
    renditions: dict[str, list[tuple[int, str]]]


def compute_checksum(content: bytes) -> str:
    """Return the SHA-256 that names a picture's files."""
    return hashlib.sha256(content).hexdigest()


def store_picture(content: bytes) -> StoredPicture:
    """Clean a picture and store it with its sizes; raises PictureRefused.

    Names come from the content, so a second call writes nothing. Not inside a transaction: it is slow and leaves files.
    """
    forbid_transaction()
    checksum = compute_checksum(content)
    picture = open_picture(content)
    base = f"products/{checksum[:2]}/{checksum[:24]}"
    has_alpha = picture.mode == "RGBA"
    original = f"{base}.png" if has_alpha else f"{base}.jpg"
    if _is_clean_jpeg(content):
        _save(original, lambda: content)
    elif has_alpha:
        _save(original, lambda: _encode(picture, "PNG", {}))
    else:
        _save(original, lambda: _encode(picture, "JPEG", JPEG_OPTIONS))
    renditions: dict[str, list[tuple[int, str]]] = {"avif": [], "webp": []}
    for width in sorted({min(width, picture.width) for width in WIDTHS}):
        size = (width, max(1, round(picture.height * width / picture.width)))
        small = picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
        for name, options in (("avif", AVIF_OPTIONS), ("webp", WEBP_OPTIONS)):
            path = f"{base}-{width}.{name}"
            _save(path, partial(_encode, small, name.upper(), options))
            renditions[name].append((width, path))
    return StoredPicture(
        original=original,
        checksum=checksum,
        width=picture.width,
        height=picture.height,
        color=_find_color(picture),
        renditions=renditions,
    )


def open_picture(content: bytes) -> Image.Image:
    """Return the upright picture without metadata, in RGB or RGBA; raises PictureRefused before it decodes a bomb."""
    if len(content) > MOST_BYTES:
        raise PictureRefused(Reason("picture_bytes", count=len(content), most=MOST_BYTES))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=READABLE)
        if picture.width * picture.height > MOST_PIXELS:
            raise PictureRefused(Reason("picture_pixels", most=MOST_PIXELS))
        picture.load()
        upright = ImageOps.exif_transpose(picture)
    except Image.DecompressionBombError as error:
        raise PictureRefused(Reason("picture_pixels", most=MOST_PIXELS)) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, RuntimeError) as error:
        raise PictureRefused(Reason("picture_unreadable")) from error
    has_alpha = "A" in upright.getbands() or "transparency" in upright.info
    return _without_metadata(upright.convert("RGBA" if has_alpha else "RGB"))


def _without_metadata(picture: Image.Image) -> Image.Image:
    """Return the pixels alone: no EXIF, no colour profile, no comment."""
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    return bare


def _is_clean_jpeg(content: bytes) -> bool:
    """Return whether these bytes are a picture that was cleaned before: encoded again, it would lose a little each time.

    Nothing but a JFIF header without a small picture of its own, no comment, one scan, and no byte behind it but the end.
    """
    picture = Image.open(io.BytesIO(content), formats=READABLE)
    if not isinstance(picture, JpegImageFile) or picture.mode != "RGB":
        return False
    is_plain = all(
        name == "APP0" and body.startswith(b"JFIF\0") and len(body) == _BARE_JFIF_BYTES
        for name, body in picture.applist
    )
    mark = _AFTER_SCAN.search(content, content.find(START_OF_SCAN) + len(START_OF_SCAN))
    return is_plain and mark is not None and content[mark.start() :] == END_OF_JPEG


def _save(path: str, make: Callable[[], bytes]) -> None:
    if not default_storage.exists(path):
        default_storage.save(path, ContentFile(make()))


def _encode(picture: Image.Image, kind: str, options: dict[str, int | bool]) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def _find_color(picture: Image.Image) -> str:
    pixel = picture.convert("RGB").resize((1, 1), Image.Resampling.BOX, reducing_gap=2.0).getpixel((0, 0))
    red, green, blue = pixel if isinstance(pixel, tuple) else (0, 0, 0)
    return f"#{int(red):02x}{int(green):02x}{int(blue):02x}"
