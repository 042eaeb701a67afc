"""Canisters, pots, pans, glasses and baskets."""

from PIL import Image, ImageDraw

from shop.demo.pictures.finishes import finish_outside
from shop.demo.pictures.lathe import Turned, open_top, stand_on_foot, turn_body
from shop.demo.pictures.palette import mix, rgb
from shop.demo.pictures.patch import Patch, polygon, spline, strokes, taper
from shop.demo.pictures.stage import Frame, Sprite


def jar(
    frame: Frame,
    *,
    colour: str,
    accent: str = "oak",
    finish: str = "plain",
    radius: float = 5.2,
    height: float = 11.0,
    material: str = "satin",
) -> Sprite:
    """A canister with a wooden lid."""
    sprite = Sprite()
    body = Turned(
        frame, [(radius * 0.9, 0), (radius, height * 0.05), (radius, height * 0.9), (radius * 0.97, height)]
    )
    stand_on_foot(sprite, body)
    patch = turn_body(sprite, body, colour, material)
    finish_outside(sprite, body, patch, finish, accent)
    lid = Turned(
        frame.moved(0, height),
        [(radius * 1.0, 0), (radius * 1.02, 0.3), (radius * 1.02, 1.3), (radius * 0.98, 1.5)],
    )
    turn_body(sprite, lid, accent, "matte", texture="wood")
    sprite.sloped(
        polygon(lid.ring(lid.top)), accent, start=172, stop=134, angle=20, texture="wood", casts=False
    )
    knob = Turned(frame.moved(0, height + 1.4), [(0.9, 0), (0.9, 0.4), (1.3, 0.9), (1.2, 1.6), (0.3, 1.9)])
    turn_body(sprite, knob, accent, "satin")
    return sprite


def pot(
    frame: Frame,
    *,
    colour: str,
    accent: str = "brass",
    radius: float = 12.0,
    height: float = 11.0,
    lid: bool = True,
    material: str = "satin",
) -> Sprite:
    """A casserole with two ears and a domed lid."""
    sprite = Sprite()
    body = Turned(
        frame, [(radius * 0.86, 0), (radius * 0.96, height * 0.08), (radius, height * 0.3), (radius, height)]
    )
    stand_on_foot(sprite, body)
    for sign in (-1, 1):
        ear = [
            (sign * radius * 0.95, height * 0.86),
            (sign * radius * 1.24, height * 0.88),
            (sign * radius * 1.26, height * 0.70),
            (sign * radius * 0.95, height * 0.66),
        ]
        sprite.puffed(strokes([spline(frame.all_at(ear))], frame.px(1.4)), colour, frame.px(1.2), height=1.2)
    turn_body(sprite, body, colour, material)
    if not lid:
        open_top(sprite, body, colour, wall=0.5)
        return sprite
    cover = Turned(
        frame.moved(0, height),
        [
            (radius * 1.03, 0),
            (radius * 1.03, 0.9),
            (radius * 0.98, 1.2),
            (radius * 0.74, 3.0),
            (radius * 0.32, 4.3),
            (0.8, 4.6),
        ],
    )
    sprite.shade(polygon(body.ring(height, scale=1.02)).moved(0, frame.px(0.35)), 0.30)
    turn_body(sprite, cover, colour, material)
    knob = Turned(frame.moved(0, height + 4.4), [(0.8, 0), (0.8, 0.7), (1.9, 1.2), (1.9, 2.0), (1.5, 2.4)])
    turn_body(sprite, knob, accent, "metal")
    sprite.sloped(polygon(knob.ring(knob.top)), accent, start=200, stop=120, angle=20, casts=False)
    return sprite


def pan(frame: Frame, *, colour: str, accent: str = "walnut", radius: float = 13.0) -> Sprite:
    """A frying pan with its handle to the right."""
    sprite = Sprite()
    body = Turned(frame, [(radius * 0.82, 0), (radius * 0.88, 0.5), (radius * 0.98, 3.2), (radius, 4.2)])
    stand_on_foot(sprite, body)
    path = [(radius * 0.92, 3.6), (radius * 1.3, 4.8), (radius * 1.75, 6.6), (radius * 2.2, 7.6)]
    sprite.puffed(
        taper(spline(frame.all_at(path)), [frame.px(1.5), frame.px(1.9), frame.px(2.3)]),
        accent,
        frame.px(1.4),
        height=1.1,
        texture="wood",
    )
    turn_body(sprite, body, colour, "satin")
    open_top(sprite, body, colour, wall=0.4)
    bottom = polygon(body.ring(body.top, scale=0.86)).moved(0, frame.px(0.75))
    sprite.sloped(bottom.soft(frame.px(0.2)), colour, start=100, stop=148, angle=20, casts=False)
    return sprite


def glass(
    frame: Frame,
    *,
    colour: str = "water",
    radius: float = 3.8,
    height: float = 9.5,
    liquid: str | None = None,
    flare: float = 1.06,
) -> Sprite:
    """A clear or tinted tumbler."""
    sprite = Sprite()
    body = Turned(frame, [(radius * 0.86, 0), (radius * 0.9, 0.3), (radius * flare, height)], smooth=False)
    stand_on_foot(sprite, body)
    patch = body.silhouette()
    sprite.add(patch.faded(0.42), colour, body.tones(patch, "satin"))
    if liquid:
        drink = body.silhouette(0.9, height * 0.68)
        sprite.add(drink.faded(0.72), liquid, body.tones(drink, "satin"), casts=False)
        surface = polygon(body.ring(height * 0.68, scale=0.96))
        sprite.sloped(surface.faded(0.8), liquid, start=190, stop=150, casts=False)
    _glints(sprite, body, patch)
    return sprite


def _glints(sprite: Sprite, body: Turned, patch: Patch) -> None:
    """Edges, the thick base and the window's reflection in clear glass."""
    frame, top = body.frame, body.top
    width = frame.px(0.16)
    for scale, share in ((1.0, 0.85),):
        rim = body.ring(top, scale=scale)
        sprite.flat(strokes([[*rim, rim[0]]], width), (255, 255, 255), share=share)
    base = polygon(body.ring(0.75, scale=0.9))
    sprite.flat(base, mix(rgb("slate"), (255, 255, 255), 0.45), share=0.30)
    for sign, share in ((-1, 0.34), (1, 0.42)):
        side = [frame.at(sign * (body.radius_at(h) - 0.16), h * 0.965) for h in (0.2, top * 0.5, top)]
        sprite.flat(strokes([side], frame.px(0.22)), (96, 104, 104), share=share)
    shine = polygon(
        [
            frame.at(-body.radius_at(top * 0.16) * 0.68, top * 0.16),
            frame.at(-body.radius_at(top) * 0.70, top * 0.86),
            frame.at(-body.radius_at(top) * 0.42, top * 0.83),
            frame.at(-body.radius_at(top * 0.16) * 0.44, top * 0.13),
        ]
    )
    sprite.flat(shine.soft(frame.px(0.14)).inside(patch), (255, 255, 255), share=0.5)


def basket(
    frame: Frame,
    *,
    colour: str,
    accent: str = "oak",
    radius: float = 14.0,
    height: float = 20.0,
    handles: bool = True,
) -> Sprite:
    """A woven basket; the weave is wrapped around the body."""
    sprite = Sprite()
    body = Turned(
        frame,
        [(radius * 0.84, 0), (radius * 0.94, height * 0.1), (radius, height * 0.5), (radius * 0.96, height)],
    )
    stand_on_foot(sprite, body)
    patch = turn_body(sprite, body, colour, "matte")
    weave = Patch(body.wrap(patch, _weave()), patch.x, patch.y).inside(patch)
    sprite.flat(weave, mix(rgb(colour), (60, 40, 28), 0.55), share=0.62)
    open_top(sprite, body, colour, wall=0.9)
    rim = body.ring(body.top, scale=0.985)
    sprite.puffed(
        strokes([[*rim, rim[0]]], frame.px(1.3)),
        colour,
        frame.px(1.0),
        height=1.0,
        texture="weave",
        casts=False,
    )
    if handles:
        for sign in (-1, 1):
            loop = [
                (sign * radius * 0.93, height * 0.95),
                (sign * radius * 1.18, height * 1.04),
                (sign * radius * 1.16, height * 0.80),
                (sign * radius * 0.98, height * 0.76),
            ]
            sprite.puffed(
                strokes([spline(frame.all_at(loop))], frame.px(1.4)), accent, frame.px(1.0), height=1.2
            )
    return sprite


def _weave() -> Image.Image:
    texture = Image.new("L", (1024, 512), 0)
    draw = ImageDraw.Draw(texture)
    for row in range(22):
        top = row * 23.3
        for column in range(-1, 33):
            left = column * 32 + (16 if row % 2 else 0)
            draw.arc((left - 2, top - 4, left + 34, top + 30), 190, 350, fill=255, width=5)
            draw.line((left + 16, top + 3, left + 16, top + 10), fill=150, width=3)
    return texture
