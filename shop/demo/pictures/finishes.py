"""What a potter does to the outside of a vessel."""

import random

from PIL import Image, ImageDraw

from shop.demo.pictures.lathe import Turned, turn_body
from shop.demo.pictures.patch import Patch, ellipse_points, polygon
from shop.demo.pictures.stage import TILT, Frame, Sprite


def speckle(
    sprite: Sprite, body: Turned, patch: Patch, colour: str, *, count: int = 260, share: float = 0.5
) -> None:
    """Iron spots in the glaze, wrapped around the body."""
    texture = Image.new("L", (1024, 512), 0)
    draw, chance = ImageDraw.Draw(texture), random.Random(count)
    for _ in range(count):
        x, y, r = chance.random() * 1024, chance.random() * 512, 1.0 + chance.random() ** 3 * 4.0
        draw.ellipse((x - r, y - r, x + r, y + r), fill=round(90 + 165 * chance.random()))
    spots = Patch(body.wrap(patch, texture), patch.x, patch.y).inside(patch)
    sprite.flat(spots, colour, share=share)


def finish_outside(sprite: Sprite, body: Turned, patch: Patch, finish: str, accent: str) -> None:
    """What a potter does to the outside: a bare foot, a dipped rim, speckles, stripes or ribs."""
    if finish == "speckled":
        speckle(sprite, body, patch, "walnut")
    elif finish == "dipped":
        turn_body(sprite, body, accent, "glaze", low=body.top * 0.58, casts=False)
    elif finish == "bare":
        turn_body(sprite, body, accent, "matte", high=body.top * 0.24, texture="stone", casts=False)
    elif finish in {"stripes", "ribs", "check"}:
        texture = _pattern(finish)
        share = 0.16 if finish == "ribs" else 0.9
        sprite.flat(Patch(body.wrap(patch, texture), patch.x, patch.y).inside(patch), accent, share=share)


def _pattern(finish: str) -> Image.Image:
    texture = Image.new("L", (1024, 512), 0)
    draw = ImageDraw.Draw(texture)
    if finish == "stripes":
        for top in (60, 96, 116):
            draw.rectangle((0, top, 1024, top + (18 if top == 60 else 7)), fill=255)
    elif finish == "ribs":
        for left in range(0, 1024, 64):
            draw.rectangle((left, 0, left + 26, 512), fill=255)
    else:
        for row in range(8):
            for column in range(row % 2, 16, 2):
                draw.rectangle((column * 64, row * 64, column * 64 + 63, row * 64 + 63), fill=255)
    return texture


def tilt_ellipse(frame: Frame, radius: float, up: float = 0.0) -> Patch:
    """A circle that lies flat at some height."""
    return polygon(ellipse_points(frame.at(0, up), frame.px(radius), frame.px(radius) * TILT))
