"""The pictures are drawn the same every time, and something is on them."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageChops, ImageStat

from shop.demo.pictures.scenes import KINDS, encode, list_scenes, render

SMALL = (240, 240)


def list_kinds(things: list[dict[str, object]]) -> set[object]:
    kinds: set[object] = set()
    for thing in things:
        kinds.add(thing["kind"])
        kinds |= list_kinds(thing.get("behind", []))  # type: ignore[arg-type]
    return kinds


@pytest.mark.parametrize(
    "name", ["harbour-stoneware-mug-sage.jpg", "acorn-pendant-clay.jpg", "fieldstone-linen-cushion-2.jpg"]
)
def test_picture_is_the_same_on_every_run(name: str) -> None:
    first, second = render(name, size=SMALL), render(name, size=SMALL)
    assert ImageChops.difference(first, second).getbbox() is None


@pytest.mark.parametrize("name", list(list_scenes())[::5])
def test_picture_shows_an_object_before_its_backdrop(name: str) -> None:
    picture = render(name, size=SMALL)
    assert max(ImageStat.Stat(picture.convert("L")).stddev) > 8
    assert len(picture.quantize(32).getcolors() or []) > 16


def test_colours_of_one_product_differ() -> None:
    sage, ink = (render(f"harbour-stoneware-mug-{name}.jpg", size=SMALL) for name in ("sage", "ink"))
    changed = ImageChops.difference(sage, ink).convert("L").point(lambda value: 255 * (value > 30))
    assert ImageStat.Stat(changed).mean[0] > 12


def test_main_picture_is_large_enough_to_zoom() -> None:
    picture = Image.open(io.BytesIO(encode("kestrel-chefs-knife.jpg")))
    assert picture.format == "JPEG"
    assert picture.size == (1200, 1200)


def test_every_description_names_known_things() -> None:
    named = set().union(*(list_kinds(scene["things"]) for scene in list_scenes().values()))
    assert named <= set(KINDS)
    assert len(named) >= 40
