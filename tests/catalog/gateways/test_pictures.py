from __future__ import annotations

import io
import struct
import zlib

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from catalog.domain.errors import PictureRefused
from catalog.gateways.pictures import open_picture, store_picture
from shop.kernel.transactions import NetworkInsideTransaction, transaction


def _encode(picture: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def _bomb(side: int) -> bytes:
    """A PNG whose header tells of far more pixels than the file holds."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 100))
        + chunk(b"IEND", b"")
    )


def test_sizes_are_made_in_both_formats() -> None:
    stored = store_picture(_encode(Image.new("RGB", (1000, 500), "#ff0000")))
    assert [width for width, _ in stored.renditions["webp"]] == [320, 640, 960, 1000]
    assert [width for width, _ in stored.renditions["avif"]] == [320, 640, 960, 1000]
    assert (stored.width, stored.height) == (1000, 500)
    assert stored.color in {"#fe0000", "#ff0000"}
    for sizes in stored.renditions.values():
        for width, path in sizes:
            with default_storage.open(path) as file:
                assert Image.open(file).size == (width, width // 2)


def test_a_small_picture_is_not_blown_up() -> None:
    stored = store_picture(_encode(Image.new("RGB", (200, 100))))
    assert [width for width, _ in stored.renditions["webp"]] == [200]


def test_the_same_picture_is_stored_once() -> None:
    content = _encode(Image.new("RGB", (50, 50), "blue"))
    assert store_picture(content) == store_picture(content)


def test_metadata_goes_and_the_picture_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees
    exif[0x010E] = "taken at home"
    stored = store_picture(_encode(Image.new("RGB", (80, 40)), exif=exif.tobytes()))
    assert (stored.width, stored.height) == (40, 80)
    with default_storage.open(stored.original) as file:
        assert b"taken at home" not in file.read()


def _hide(content: bytes, place: str) -> bytes:
    """Put a note where nobody looks for it: before a second scan, into the header's small picture, behind the end."""
    note = b"taken at home"
    if place == "header":
        small = note + b"!!"  # 5 x 1 pixels of three bytes
        return (
            content[:4]
            + struct.pack(">H", 16 + len(small))
            + content[6:18]
            + b"\x05\x01"
            + small
            + content[20:]
        )
    if place == "scan":
        at = content.rindex(b"\xff\xc4")  # the tables of the last of a progressive picture's scans
        return content[:at] + b"\xff\xe1" + struct.pack(">H", 2 + len(note)) + note + content[at:]
    return content + note


@pytest.mark.parametrize("place", ["header", "scan", "end"])
def test_a_note_in_an_odd_place_goes_too(place: str) -> None:
    picture = Image.effect_noise((64, 64), 90).convert("RGB")
    content = _hide(_encode(picture, progressive=place == "scan"), place)
    with default_storage.open(store_picture(content).original) as file:
        assert b"taken at home" not in file.read()


def test_a_cleaned_picture_is_kept_byte_by_byte() -> None:
    with default_storage.open(store_picture(_encode(Image.effect_noise((64, 64), 90))).original) as file:
        cleaned = file.read()
    with default_storage.open(store_picture(cleaned).original) as file:
        assert file.read() == cleaned


def test_transparency_stays() -> None:
    stored = store_picture(_encode(Image.new("RGBA", (40, 40), (0, 0, 0, 0)), "PNG"))
    assert stored.original.endswith(".png")


@pytest.mark.parametrize(
    "content", [b"", b"GIF89a", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.4"]
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(PictureRefused):
        open_picture(content)


@pytest.mark.parametrize("side", [5_001, 20_000])
def test_a_bomb_is_refused_by_its_header(side: int) -> None:
    with pytest.raises(PictureRefused) as refused:
        open_picture(_bomb(side))
    assert refused.value.message == "the picture has more than 25000000 pixels"


@pytest.mark.django_db(transaction=True)
def test_no_file_is_written_inside_a_transaction() -> None:
    with transaction(), pytest.raises(NetworkInsideTransaction):
        store_picture(_encode(Image.new("RGB", (10, 10))))


def test_a_damaged_avif_is_refused() -> None:
    header, box, pixels = _encode(
        Image.effect_mandelbrot((64, 64), (-3, -2.5, 2, 2.5), 100), "AVIF"
    ).partition(b"mdat")
    with pytest.raises(PictureRefused):
        open_picture(header + box + b"\xff" * len(pixels))
