"""From a picture's description (content/pictures.json) to the picture."""

import io
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final, TypedDict

from PIL import Image

from shop.demo.pictures import (
    care,
    fabrics,
    flats,
    furniture,
    greenery,
    handtools,
    kitchenware,
    lamps,
    vessels,
)
from shop.demo.pictures.stage import Backdrop, Frame, Sprite, Stage

CONTENT: Final = Path(__file__).resolve().parent.parent / "content"
SIZE: Final = (1200, 1200)
QUALITY: Final = 88

BACKDROPS: Final[dict[str, tuple[str, str]]] = {
    "sand": ("#e9e2d6", "#ddd3c4"),
    "oat": ("#efeae0", "#e4dbcc"),
    "sage": ("#dfe4d9", "#ced6c6"),
    "mist": ("#e1e6e8", "#d0d9dc"),
    "blush": ("#f0e1d8", "#e3cec2"),
    "stone": ("#e3e0db", "#d3cec6"),
    "ochre": ("#f0e4cb", "#e1d1b0"),
    "dusk": ("#cfc6ba", "#bcb0a1"),
}

KINDS: Final[dict[str, Callable[..., Sprite]]] = {
    builder.__name__: builder
    for builder in (
        vessels.mug, vessels.bowl, vessels.plates, vessels.teapot, vessels.carafe, vessels.vase,
        kitchenware.jar, kitchenware.pot, kitchenware.pan, kitchenware.glass, care.bottle, care.candle,
        care.taper_candle, care.diffuser, kitchenware.basket, care.soap_bar, fabrics.cushion,
        fabrics.folded, fabrics.draped, fabrics.apron, fabrics.rug, fabrics.napkins, greenery.branch,
        greenery.bouquet, greenery.planter, lamps.table_lamp, lamps.floor_lamp, lamps.pendant,
        lamps.paper_lantern, lamps.desk_lamp, lamps.lantern, flats.board, handtools.knife, flats.tray,
        flats.notebook, flats.pen, flats.clock, flats.mirror, handtools.tools, handtools.cutlery,
        handtools.utensils, handtools.brush, flats.print_sheet, flats.hooks, handtools.scissors,
        flats.desk_pad, furniture.stool, furniture.box, furniture.watering_can, furniture.bench,
        furniture.birdhouse, furniture.shelf, furniture.organiser,
    )
}  # fmt: skip


class Scene(TypedDict, total=False):
    """One picture: what stands or lies where, in centimetres around the foot point."""

    mode: str
    backdrop: str
    view: float
    ground: float
    centre: float
    size: tuple[int, int]
    things: list[dict[str, Any]]


@cache
def list_scenes() -> dict[str, Scene]:
    """Every picture of the demo shop by its file name."""
    scenes: dict[str, Scene] = json.loads((CONTENT / "pictures.json").read_text(encoding="utf-8"))
    return scenes


def render(name: str, *, size: tuple[int, int] | None = None) -> Image.Image:
    """The picture; the same on every run."""
    scene = list_scenes()[name]
    width, height = size or scene.get("size") or SIZE
    is_flat = scene.get("mode") == "lay"
    wall, floor = BACKDROPS[scene.get("backdrop", "sand")]
    stage = Stage((width, height), Backdrop(wall, wall if is_flat else floor, 1.0 if is_flat else 0.60))
    frame = Frame(
        width * scene.get("centre", 0.5),
        height * scene.get("ground", 0.5 if is_flat else 0.74),
        width / scene.get("view", 40.0),
    )
    sprites = [_build(thing, frame) for thing in scene["things"]]
    (stage.lay if is_flat else stage.stand)(sprites)
    return stage.image


def encode(name: str) -> bytes:
    """The picture as a JPEG file."""
    buffer = io.BytesIO()
    render(name).save(buffer, "JPEG", quality=QUALITY, subsampling=0)
    return buffer.getvalue()


def _build(thing: dict[str, Any], frame: Frame) -> Sprite:
    options: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in thing.items()
    }
    place = frame.moved(*options.pop("at", (0.0, 0.0)))
    behind, above = options.pop("behind", ()), options.pop("above", ())
    sprite = KINDS[str(options.pop("kind"))](place, **options)
    for other in behind:
        sprite.put_behind(_build(other, place))
    for other in above:
        sprite.parts.extend(_build(other, place).parts)
    return sprite
