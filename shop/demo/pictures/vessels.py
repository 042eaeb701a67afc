"""Cups, bowls, pots and bottles."""

import random

from PIL import Image, ImageDraw

from shop.demo.pictures.lathe import Turned, open_top, stand_on_foot, turn_body
from shop.demo.pictures.palette import mix, rgb
from shop.demo.pictures.patch import Patch, ellipse_points, polygon, polygons, rectangle, rounded, spline, strokes, taper
from shop.demo.pictures.stage import TILT, Frame, Sprite


def _speckles(sprite: Sprite, body: Turned, patch: Patch, colour: str, *, count: int = 260, share: float = 0.5) -> None:
    """Iron spots in the glaze, wrapped around the body."""
    texture = Image.new("L", (1024, 512), 0)
    draw, chance = ImageDraw.Draw(texture), random.Random(count)
    for _ in range(count):
        x, y, r = chance.random() * 1024, chance.random() * 512, 1.0 + chance.random() ** 3 * 4.0
        draw.ellipse((x - r, y - r, x + r, y + r), fill=round(90 + 165 * chance.random()))
    spots = Patch(body.wrap(patch, texture), patch.x, patch.y).inside(patch)
    sprite.flat(spots, colour, share=share)


def _finish(sprite: Sprite, body: Turned, patch: Patch, finish: str, accent: str) -> None:
    """What a potter does to the outside: a bare foot, a dipped rim, speckles, stripes or ribs."""
    if finish == "speckled":
        _speckles(sprite, body, patch, "walnut")
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


def mug(frame: Frame, *, colour: str, accent: str = "oat", finish: str = "plain", height: float = 9.0,
        radius: float = 4.1, handle: bool = True, liquid: str | None = None, material: str = "glaze") -> Sprite:
    """A mug or, without a handle, a tumbler."""
    sprite = Sprite()
    profile = [(radius * 0.78, 0), (radius * 0.9, height * 0.04), (radius, height * 0.25), (radius * 1.02, height * 0.6),
               (radius, height)]
    body = Turned(frame, profile)
    stand_on_foot(sprite, body)
    if handle:
        reach = radius + height * 0.30
        path = [(radius * 0.9, height * 0.82), (reach * 0.93, height * 0.82), (reach * 1.02, height * 0.55),
                (reach * 0.88, height * 0.28), (radius * 0.9, height * 0.22)]
        sprite.puffed(strokes([spline(frame.all_at(path))], frame.px(height * 0.11)), colour, frame.px(0.9), height=1.5)
    patch = turn_body(sprite, body, colour, material)
    _finish(sprite, body, patch, finish, accent)
    level = height * 0.86 if liquid else None
    open_top(sprite, body, colour, wall=0.3, level=level, liquid=liquid)
    return sprite


def bowl(frame: Frame, *, colour: str, accent: str = "oat", finish: str = "plain", radius: float = 8.0,
         height: float = 7.0, liquid: str | None = None, material: str = "glaze") -> Sprite:
    """A footed bowl."""
    profile = [(radius * 0.40, 0), (radius * 0.41, height * 0.09), (radius * 0.62, height * 0.22),
               (radius * 0.86, height * 0.52), (radius * 0.97, height * 0.82), (radius, height)]
    sprite, body = Sprite(), Turned(frame, profile)
    stand_on_foot(sprite, body)
    patch = turn_body(sprite, body, colour, material)
    _finish(sprite, body, patch, finish, accent)
    level = height * 0.72 if liquid else None
    open_top(sprite, body, accent if finish == "inside" else colour, wall=0.32, level=level, liquid=liquid)
    return sprite


def plates(frame: Frame, *, colour: str, accent: str = "walnut", radius: float = 13.0, count: int = 1,
           finish: str = "plain") -> Sprite:
    """One plate or a stack of them."""
    sprite = Sprite()
    sprite.stands(*frame.at(0, 0), frame.px(radius * 0.66))
    for index in range(count):
        place = frame.moved(0.14 * (index % 2) - 0.07 * (index % 3), index * 1.25)
        body = Turned(place, [(radius * 0.62, 0), (radius * 0.80, 0.45), (radius * 0.94, 1.2), (radius, 2.3)], smooth=False)
        if index:
            sprite.shade(tilt_ellipse(place.moved(0, 0.5), radius * 0.97).soft(frame.px(0.4)), 0.35)
        under = tilt_ellipse(place.moved(0, 0.1), radius * 0.78)
        sprite.sloped(under, colour, start=86, stop=60, angle=10)
        patch = body.silhouette()
        sprite.sloped(patch, colour, start=128, stop=84, angle=12)
        edge = body.silhouette(1.95, 2.3)
        sprite.sloped(edge, colour, start=176, stop=128, angle=8, casts=False)
    if finish == "speckled":
        _speckles(sprite, body, edge, "walnut", count=200)
    _plate_face(sprite, body, colour, accent, finish)
    return sprite


def _plate_face(sprite: Sprite, body: Turned, colour: str, accent: str, finish: str) -> None:
    px = body.frame.px
    sprite.sloped(polygon(body.ring(body.top)), colour, start=176, stop=146, angle=30, casts=False)
    if finish == "rim":
        band = polygon(body.ring(body.top, scale=0.995)).without(polygon(body.ring(body.top, scale=0.965)))
        sprite.flat(band, accent, share=0.8)
    slope_ring = polygon(body.ring(body.top, scale=0.97))
    sprite.sloped(slope_ring, colour, start=122, stop=152, angle=20, casts=False)
    flat = polygon(body.ring(body.top, scale=0.72)).moved(0, px(0.7)).inside(slope_ring)
    sprite.sloped(flat.soft(px(0.12)), colour, start=150, stop=134, angle=25, casts=False)


def teapot(frame: Frame, *, colour: str, accent: str = "oak", finish: str = "plain", material: str = "satin",
           tall: bool = False) -> Sprite:
    """A teapot with a bail or loop handle and a knob; tall makes a coffee pot."""
    sprite, h = Sprite(), (15.0 if tall else 11.0)
    r = 6.2 if tall else 8.0
    body = Turned(frame, [(r * 0.62, 0), (r * 0.82, h * 0.06), (r, h * 0.36), (r * 0.9, h * 0.68), (r * 0.5, h * 0.94),
                          (r * 0.44, h)])
    stand_on_foot(sprite, body)
    loop = [(r * 0.55, h * 0.92), (r * 1.25, h * 1.02), (r * 1.65, h * 0.66), (r * 1.38, h * 0.30), (r * 0.92, h * 0.24)]
    sprite.puffed(strokes([spline(frame.all_at(loop))], frame.px(1.05)), accent, frame.px(0.9), height=1.4)
    spout = [(-r * 0.72, h * 0.30), (-r * 1.12, h * 0.42), (-r * 1.38, h * 0.74), (-r * 1.62, h * 0.92)]
    sprite.puffed(taper(spline(frame.all_at(spout)), [frame.px(4.2), frame.px(2.4), frame.px(1.5)]), colour,
                  frame.px(1.9), height=1.3, level=140)
    patch = turn_body(sprite, body, colour, material)
    _finish(sprite, body, patch, finish, accent)
    lid = Turned(frame.moved(0, h * 0.985), [(r * 0.46, 0), (r * 0.44, h * 0.03), (r * 0.28, h * 0.10), (0.5, h * 0.13)])
    turn_body(sprite, lid, colour, material)
    knob = Turned(frame.moved(0, h * 1.09), [(0.5, 0), (0.55, 0.3), (1.05, 0.9), (0.95, 1.5), (0.2, 1.85)])
    turn_body(sprite, knob, accent, "satin")
    return sprite


def carafe(frame: Frame, *, colour: str, accent: str = "oak", finish: str = "plain", material: str = "glaze") -> Sprite:
    """A pitcher with a lip and a handle."""
    sprite = Sprite()
    body = Turned(frame, [(4.6, 0), (5.4, 0.8), (6.2, 5), (5.4, 11), (3.8, 16), (3.7, 19), (4.4, 22)])
    stand_on_foot(sprite, body)
    loop = [(3.8, 19.5), (7.6, 19.8), (9.2, 15), (8.0, 10.0), (5.6, 8.6)]
    sprite.puffed(strokes([spline(frame.all_at(loop))], frame.px(1.25)), colour, frame.px(1.1), height=1.4)
    patch = turn_body(sprite, body, colour, material)
    _finish(sprite, body, patch, finish, accent)
    lip = polygon(spline(frame.all_at([(-3.4, 21.0), (-5.7, 22.1), (-4.6, 22.3), (-3.5, 20.0)]), closed=True))
    sprite.sloped(lip, colour, start=170, stop=120, angle=20)
    open_top(sprite, body, colour, wall=0.35)
    return sprite


_VASES = {
    "bottle": [(4.4, 0), (5.6, 1.0), (6.6, 6), (5.2, 12), (2.0, 16.5), (1.7, 20), (2.3, 23)],
    "column": [(4.2, 0), (4.6, 0.6), (4.9, 8), (4.9, 16), (4.7, 23)],
    "moon": [(3.6, 0), (6.4, 2.0), (9.2, 8.4), (7.2, 14.6), (3.0, 17.4), (3.0, 19)],
    "tulip": [(3.4, 0), (3.8, 0.6), (5.6, 5), (6.0, 10), (4.2, 16), (4.6, 19), (6.4, 22)],
}


def vase(frame: Frame, *, colour: str, accent: str = "oat", finish: str = "plain", shape: str = "bottle",
         material: str = "matte", size: float = 1.0) -> Sprite:
    """A vase in one of four shapes."""
    sprite, body = Sprite(), Turned(frame, [(r * size, h * size) for r, h in _VASES[shape]])
    stand_on_foot(sprite, body)
    patch = turn_body(sprite, body, colour, material, texture="stone" if material == "matte" else None)
    _finish(sprite, body, patch, finish, accent)
    open_top(sprite, body, colour, wall=0.35)
    return sprite


def jar(frame: Frame, *, colour: str, accent: str = "oak", finish: str = "plain", radius: float = 5.2,
        height: float = 11.0, material: str = "satin") -> Sprite:
    """A canister with a wooden lid."""
    sprite = Sprite()
    body = Turned(frame, [(radius * 0.9, 0), (radius, height * 0.05), (radius, height * 0.9), (radius * 0.97, height)])
    stand_on_foot(sprite, body)
    patch = turn_body(sprite, body, colour, material)
    _finish(sprite, body, patch, finish, accent)
    lid = Turned(frame.moved(0, height), [(radius * 1.0, 0), (radius * 1.02, 0.3), (radius * 1.02, 1.3), (radius * 0.98, 1.5)])
    turn_body(sprite, lid, accent, "matte", texture="wood")
    sprite.sloped(polygon(lid.ring(lid.top)), accent, start=172, stop=134, angle=20, texture="wood", casts=False)
    knob = Turned(frame.moved(0, height + 1.4), [(0.9, 0), (0.9, 0.4), (1.3, 0.9), (1.2, 1.6), (0.3, 1.9)])
    turn_body(sprite, knob, accent, "satin")
    return sprite


def pot(frame: Frame, *, colour: str, accent: str = "brass", radius: float = 12.0, height: float = 11.0,
        lid: bool = True, material: str = "satin") -> Sprite:
    """A casserole with two ears and a domed lid."""
    sprite = Sprite()
    body = Turned(frame, [(radius * 0.86, 0), (radius * 0.96, height * 0.08), (radius, height * 0.3), (radius, height)])
    stand_on_foot(sprite, body)
    for sign in (-1, 1):
        ear = [(sign * radius * 0.95, height * 0.86), (sign * radius * 1.24, height * 0.88),
               (sign * radius * 1.26, height * 0.70), (sign * radius * 0.95, height * 0.66)]
        sprite.puffed(strokes([spline(frame.all_at(ear))], frame.px(1.4)), colour, frame.px(1.2), height=1.2)
    turn_body(sprite, body, colour, material)
    if not lid:
        open_top(sprite, body, colour, wall=0.5)
        return sprite
    cover = Turned(frame.moved(0, height), [(radius * 1.03, 0), (radius * 1.03, 0.9), (radius * 0.98, 1.2),
                                            (radius * 0.74, 3.0), (radius * 0.32, 4.3), (0.8, 4.6)])
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
    sprite.puffed(taper(spline(frame.all_at(path)), [frame.px(1.5), frame.px(1.9), frame.px(2.3)]), accent, frame.px(1.4),
                  height=1.1, texture="wood")
    turn_body(sprite, body, colour, "satin")
    open_top(sprite, body, colour, wall=0.4)
    bottom = polygon(body.ring(body.top, scale=0.86)).moved(0, frame.px(0.75))
    sprite.sloped(bottom.soft(frame.px(0.2)), colour, start=100, stop=148, angle=20, casts=False)
    return sprite


def glass(frame: Frame, *, colour: str = "water", radius: float = 3.8, height: float = 9.5, liquid: str | None = None,
          flare: float = 1.06) -> Sprite:
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
    shine = polygon([frame.at(-body.radius_at(top * 0.16) * 0.68, top * 0.16), frame.at(-body.radius_at(top) * 0.70, top * 0.86),
                     frame.at(-body.radius_at(top) * 0.42, top * 0.83), frame.at(-body.radius_at(top * 0.16) * 0.44, top * 0.13)])
    sprite.flat(shine.soft(frame.px(0.14)).inside(patch), (255, 255, 255), share=0.5)


def bottle(frame: Frame, *, colour: str, accent: str = "black", label: str = "paper", pump: bool = True,
           radius: float = 3.4, height: float = 14.0) -> Sprite:
    """A soap or lotion bottle with a paper label and a pump or a cap."""
    sprite = Sprite()
    body = Turned(frame, [(radius * 0.92, 0), (radius, height * 0.03), (radius, height * 0.74), (radius * 0.9, height * 0.84),
                          (radius * 0.42, height * 0.95), (radius * 0.38, height)])
    stand_on_foot(sprite, body)
    turn_body(sprite, body, colour, "glaze")
    band = body.silhouette(height * 0.16, height * 0.60)
    middle = polygon(rectangle(*frame.at(-radius * 0.72, height * 0.75), *frame.at(radius * 0.72, 0), 4))
    sprite.add(band.inside(middle), label, body.tones(band, "matte"), casts=False)
    for index, (wide, up) in enumerate(((0.42, 0.47), (0.30, 0.42), (0.36, 0.29), (0.28, 0.26))):
        line = [frame.at(-radius * wide, height * up - 0.55), frame.at(radius * wide, height * up - 0.55)]
        sprite.flat(strokes([line], frame.px(0.30 if index == 0 else 0.12)), "charcoal", share=0.7)
    (_pump if pump else _cap)(sprite, frame.moved(0, height * 0.955), radius, accent)
    return sprite


def _cap(sprite: Sprite, frame: Frame, radius: float, accent: str) -> None:
    cap = Turned(frame, [(radius * 0.5, 0), (radius * 0.5, 2.4), (radius * 0.46, 2.6)], smooth=False)
    turn_body(sprite, cap, accent, "satin")
    sprite.sloped(polygon(cap.ring(cap.top)), accent, start=180, stop=136, casts=False)


def _pump(sprite: Sprite, frame: Frame, radius: float, accent: str) -> None:
    collar = Turned(frame, [(radius * 0.48, 0), (radius * 0.48, 1.2), (radius * 0.3, 1.5)], smooth=False)
    turn_body(sprite, collar, accent, "satin")
    stem = Turned(frame.moved(0, 1.4), [(0.32, 0), (0.32, 1.8)], smooth=False)
    turn_body(sprite, stem, accent, "satin")
    nozzle = [frame.at(0.5, 3.5), frame.at(-2.2, 3.55), frame.at(-2.9, 3.1)]
    sprite.puffed(strokes([spline(nozzle)], frame.px(0.62)), accent, frame.px(0.5), height=1.2)
    head = Turned(frame.moved(0, 3.0), [(0.95, 0), (1.0, 0.2), (1.0, 0.9), (0.85, 1.05)], smooth=False)
    turn_body(sprite, head, accent, "satin")
    sprite.sloped(polygon(head.ring(head.top)), accent, start=190, stop=140, casts=False)


def candle(frame: Frame, *, colour: str, accent: str = "paper", radius: float = 4.0, height: float = 8.6,
           lit: bool = True, finish: str = "plain", label: bool = True) -> Sprite:
    """A candle in a tumbler."""
    sprite = Sprite()
    body = Turned(frame, [(radius * 0.93, 0), (radius, height * 0.05), (radius, height)], smooth=False)
    stand_on_foot(sprite, body)
    patch = turn_body(sprite, body, colour, "glaze")
    _finish(sprite, body, patch, finish, accent)
    if label:
        band = body.silhouette(height * 0.26, height * 0.62)
        middle = polygon(rectangle(*frame.at(-radius * 0.56, height), *frame.at(radius * 0.56, 0)))
        sprite.add(band.inside(middle), accent, body.tones(band, "matte"), casts=False)
        line = [frame.at(-radius * 0.3, height * 0.34), frame.at(radius * 0.3, height * 0.34)]
        sprite.flat(strokes([line], frame.px(0.28)), "charcoal", share=0.7)
    open_top(sprite, body, colour, wall=0.25, level=height * 0.88, liquid="paper")
    _wick(sprite, frame.moved(0, height * 0.86), lit=lit)
    return sprite


def _wick(sprite: Sprite, frame: Frame, *, lit: bool) -> None:
    sprite.flat(strokes([[frame.at(0, 0), frame.at(0.06, 1.0)]], frame.px(0.16)), "charcoal")
    if not lit:
        return
    halo = polygon(ellipse_points(frame.at(0, 1.9), frame.px(2.4), frame.px(3.2))).soft(frame.px(1.9))
    sprite.flat(halo, (255, 214, 138), share=0.34)
    flame = [(0, 0.75), (0.42, 1.35), (0.26, 2.2), (0.02, 3.3), (-0.24, 2.2), (-0.4, 1.35)]
    sprite.flat(polygon(spline(frame.all_at(flame), closed=True)).soft(frame.px(0.06)), (255, 190, 92))
    core = [(0, 0.85), (0.22, 1.3), (0.0, 2.3), (-0.2, 1.3)]
    sprite.flat(polygon(spline(frame.all_at(core), closed=True)).soft(frame.px(0.07)), (255, 243, 208))


def taper_candle(frame: Frame, *, colour: str, accent: str = "brass", height: float = 22.0) -> Sprite:
    """A slim candle in a holder with a saucer."""
    sprite = Sprite()
    foot = Turned(frame, [(5.0, 0), (5.4, 0.4), (5.2, 0.9), (1.6, 1.1), (1.0, 1.8), (1.0, 3.6), (1.5, 4.2)], smooth=False)
    stand_on_foot(sprite, foot)
    turn_body(sprite, foot, accent, "satin")
    stick = Turned(frame.moved(0, 4.1), [(1.05, 0), (0.9, height * 0.9), (0.5, height)], smooth=False)
    turn_body(sprite, stick, colour, "satin")
    _wick(sprite, frame.moved(0, 3.8 + height * 0.965), lit=True)
    return sprite


def diffuser(frame: Frame, *, colour: str, accent: str = "natural", label: str = "paper") -> Sprite:
    """A room scent bottle with reeds."""
    sprite = Sprite()
    reeds = [[frame.at(dx * 0.16, 8.5), frame.at(dx, top)] for dx, top in ((-4.6, 22.5), (-2.1, 24.2), (0.4, 24.8), (3.0, 23.6), (5.0, 21.8))]
    sprite.puffed(strokes(reeds, frame.px(0.34)), accent, frame.px(0.4), height=0.9)
    body = Turned(frame, [(3.7, 0), (4.0, 0.4), (4.0, 6.4), (3.4, 7.6), (1.5, 8.6), (1.4, 10.2)])
    stand_on_foot(sprite, body)
    turn_body(sprite, body, colour, "glaze")
    band = body.silhouette(1.4, 5.0)
    sprite.add(band.inside(polygon(rectangle(*frame.at(-2.6, 12), *frame.at(2.6, 0)))), label, body.tones(band, "matte"), casts=False)
    sprite.flat(strokes([[frame.at(-1.3, 2.3), frame.at(1.3, 2.3)]], frame.px(0.28)), "charcoal", share=0.7)
    open_top(sprite, body, "walnut", wall=0.3)
    front = [[frame.at(dx * 0.16, 9.7), frame.at(dx * 0.42, 14)] for dx in (-4.6, 0.4, 5.0)]
    sprite.puffed(strokes(front, frame.px(0.34)), accent, frame.px(0.4), height=0.9)
    return sprite


def basket(frame: Frame, *, colour: str, accent: str = "oak", radius: float = 14.0, height: float = 20.0,
           handles: bool = True) -> Sprite:
    """A woven basket; the weave is wrapped around the body."""
    sprite = Sprite()
    body = Turned(frame, [(radius * 0.84, 0), (radius * 0.94, height * 0.1), (radius, height * 0.5), (radius * 0.96, height)])
    stand_on_foot(sprite, body)
    patch = turn_body(sprite, body, colour, "matte")
    weave = Patch(body.wrap(patch, _weave()), patch.x, patch.y).inside(patch)
    sprite.flat(weave, mix(rgb(colour), (60, 40, 28), 0.55), share=0.62)
    open_top(sprite, body, colour, wall=0.9)
    rim = body.ring(body.top, scale=0.985)
    sprite.puffed(strokes([[*rim, rim[0]]], frame.px(1.3)), colour, frame.px(1.0), height=1.0, texture="weave", casts=False)
    if handles:
        for sign in (-1, 1):
            loop = [(sign * radius * 0.93, height * 0.95), (sign * radius * 1.18, height * 1.04),
                    (sign * radius * 1.16, height * 0.80), (sign * radius * 0.98, height * 0.76)]
            sprite.puffed(strokes([spline(frame.all_at(loop))], frame.px(1.4)), accent, frame.px(1.0), height=1.2)
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


def tilt_ellipse(frame: Frame, radius: float, up: float = 0.0) -> Patch:
    """A circle that lies flat at some height."""
    return polygon(ellipse_points(frame.at(0, up), frame.px(radius), frame.px(radius) * TILT))


def soap_bar(frame: Frame, *, colour: str, accent: str = "oak", dish: bool = True, second: str | None = None) -> Sprite:
    """A bar of soap on a slatted dish."""
    sprite = Sprite()
    if dish:
        _dish(sprite, frame, accent)
    else:
        sprite.stands(*frame.at(0, 0.2), frame.px(5.2), frame.px(1.6))
    base = frame.moved(0, 1.5 if dish else 0.6)
    for index, tint in enumerate([colour, second] if second else [colour]):
        _bar(sprite, base.moved(0.5 * index, index * 2.5), tint)
    return sprite


def _dish(sprite: Sprite, frame: Frame, accent: str) -> None:
    sprite.stands(*frame.at(0, 0.2), frame.px(7.4), frame.px(2.4))
    top = rounded([frame.at(-7.2, 2.3), frame.at(6.4, 2.3), frame.at(7.6, -0.4), frame.at(-8.2, -0.4)], frame.px(0.7))
    front = polygon(rectangle(*frame.at(-8.2, -0.2), *frame.at(7.6, -1.3), frame.px(0.4)))
    sprite.sloped(front, accent, start=112, stop=92, angle=0, texture="wood")
    plate = polygon(top)
    sprite.sloped(plate, accent, start=158, stop=132, texture="wood")
    gaps = [[frame.at(-7.6 + i * 2.2 - 0.3, 0.2), frame.at(-6.8 + i * 2.15, 1.9)] for i in range(1, 7)]
    sprite.shade(strokes(gaps, frame.px(0.28)), 0.5)


def _bar(sprite: Sprite, frame: Frame, colour: str) -> None:
    under = polygon(ellipse_points(frame.at(0.3, -0.2), frame.px(5.4), frame.px(1.2))).soft(frame.px(0.5))
    sprite.shade(under, 0.5)
    body = polygons([rectangle(*frame.at(-5.0, 2.6), *frame.at(5.0, -0.4), frame.px(1.3))])
    sprite.sloped(body, colour, start=134, stop=96, angle=60, texture="fine")
    top = polygon(rounded([frame.at(-4.5, 3.3), frame.at(4.3, 3.3), frame.at(5.0, 1.5), frame.at(-5.0, 1.5)], frame.px(1.1)))
    sprite.puffed(top, colour, frame.px(1.2), height=0.5, level=160, casts=False)
    stamp = polygon(ellipse_points(frame.at(0, 2.4), frame.px(1.9), frame.px(0.42)))
    inner = polygon(ellipse_points(frame.at(0, 2.4), frame.px(1.6), frame.px(0.33)))
    sprite.shade(stamp.without(inner), 0.22)
