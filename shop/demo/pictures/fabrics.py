"""Cushions, folded textiles and cloth that hangs or lies flat."""

import random

from shop.demo.pictures.palette import Rgb, mix, rgb
from shop.demo.pictures.patch import Patch, Point, polygon, polygons, rectangle, rounded, spline, strokes
from shop.demo.pictures.stage import TILT, Frame, Sprite


def cushion(
    frame: Frame,
    *,
    colour: str,
    accent: str = "oat",
    finish: str = "plain",
    width: float = 45.0,
    height: float = 45.0,
) -> Sprite:
    """A plump cushion that stands and faces us."""
    sprite = Sprite()
    sprite.stands(*frame.at(0, 1.6), frame.px(width * 0.42), frame.px(2.6))
    w, h = width / 2, height
    edge = [
        (-w, 0.4),
        (-w * 0.5, 1.6),
        (0, 1.0),
        (w * 0.5, 1.6),
        (w, 0.4),
        (w * 0.93, h * 0.25),
        (w * 0.91, h * 0.5),
        (w * 0.94, h * 0.75),
        (w, h),
        (w * 0.5, h * 0.955),
        (0, h * 0.945),
        (-w * 0.5, h * 0.955),
        (-w, h),
        (-w * 0.94, h * 0.75),
        (-w * 0.91, h * 0.5),
        (-w * 0.93, h * 0.25),
    ]
    outline = spline(frame.all_at(edge), closed=True)
    body = polygon(outline)
    sprite.puffed(body, colour, frame.px(15), height=0.5, level=134, texture="weave")
    _cushion_finish(sprite, frame, body, accent=accent, finish=finish, half=w, height=h)
    _creases(sprite, frame, body, w, h)
    piping = accent if finish == "piped" else colour
    sprite.puffed(
        strokes([[*outline, outline[0]]], frame.px(0.75)), piping, frame.px(0.7), height=0.9, casts=False
    )
    return sprite


def _cushion_finish(
    sprite: Sprite, frame: Frame, body: Patch, *, accent: str, finish: str, half: float, height: float
) -> None:
    lines: list[list[Point]] = []
    if finish == "stripes":
        for index in range(-3, 4):
            x = index * half / 3.6
            lines.append(spline(frame.all_at([(x, 0), (x * 0.93, height * 0.5), (x, height)])))
    elif finish == "grid":
        for index in range(-4, 5):
            x, y = index * half / 4.5, height * (0.5 + index / 9.6)
            lines.append(spline(frame.all_at([(x, 0), (x * 0.93, height * 0.5), (x, height)])))
            lines.append(spline(frame.all_at([(-half, y), (0, y), (half, y)])))
    elif finish == "band":
        lines.extend(
            spline(frame.all_at([(-half, height * up), (0, height * up - 0.4), (half, height * up)]))
            for up in (0.24, 0.30, 0.70, 0.76)
        )
    if lines:
        sprite.flat(
            strokes(lines, frame.px(1.7 if finish == "stripes" else 0.7)).inside(body), accent, share=0.78
        )


def _creases(sprite: Sprite, frame: Frame, body: Patch, w: float, h: float) -> None:
    """Small pulls from each corner."""
    folds: list[list[Point]] = []
    for sx in (-1, 1):
        for sy in (0.0, 1.0):
            x, y, turn = sx * w * 0.93, h * (0.05 + 0.9 * sy), (1 if sy == 0 else -1)
            folds.append(
                spline(frame.all_at([(x, y), (x - sx * 4, y + turn * 5.5), (x - sx * 5.4, y + turn * 10)]))
            )
            folds.append(
                spline(frame.all_at([(x, y), (x - sx * 6, y + turn * 3.0), (x - sx * 11, y + turn * 3.8)]))
            )
    sprite.shade(strokes(folds, frame.px(0.8)).soft(frame.px(0.55)).inside(body), 0.26)


def folded(
    frame: Frame,
    *,
    colour: str,
    accent: str = "oat",
    width: float = 34.0,
    layers: int = 3,
    thickness: float = 6.0,
    finish: str = "plain",
    depth: float = 24.0,
    colours: tuple[str, ...] = (),
) -> Sprite:
    """A stack of folded towels, blankets or bed linen, seen from the fold."""
    sprite = Sprite()
    sprite.stands(*frame.at(0.4, 0.9), frame.px(width * 0.5), frame.px(1.8))
    for index in range(layers):
        tint = (colours or (colour,))[index % len(colours or (colour,))]
        place = frame.moved(0.5 * ((index * 2) % 3 - 1), index * thickness * 0.96)
        top = index == layers - 1
        _fold(
            sprite,
            place,
            colours=(tint, accent),
            size=(width - 0.5 * index, thickness, depth if top else 0),
            finish=finish,
        )
    return sprite


def _fold(
    sprite: Sprite,
    frame: Frame,
    *,
    colours: tuple[str, str],
    size: tuple[float, float, float],
    finish: str,
) -> None:
    (colour, accent), (width, thickness, depth) = colours, size
    w = width / 2
    if depth:
        back = depth * TILT
        corners = [
            frame.at(-w + 1.2, thickness + back),
            frame.at(w - 1.2, thickness + back),
            frame.at(w, thickness * 0.62),
            frame.at(-w, thickness * 0.62),
        ]
        sprite.sloped(
            polygon(rounded(corners, frame.px(1.4))), colour, start=168, stop=132, angle=35, texture="weave"
        )
    slab = polygon(
        rounded(
            [frame.at(-w, thickness), frame.at(w, thickness), frame.at(w, 0), frame.at(-w, 0)],
            frame.px(thickness * 0.46),
        )
    )
    sprite.puffed(slab, colour, frame.px(thickness * 0.95), height=0.72, level=126, texture="weave")
    if finish in {"band", "stripes"}:
        _bands(sprite, frame, slab, accent=accent, half=w, finish=finish)
    _fold_lines(sprite, frame, slab, w, thickness)
    if finish == "fringe":
        _fringe(sprite, frame, colour, w, thickness)


def _bands(sprite: Sprite, frame: Frame, slab: Patch, *, accent: str, half: float, finish: str) -> None:
    places = (0.52, 0.60) if finish == "band" else (-0.62, -0.5, -0.38, 0.38, 0.5, 0.62)
    bars = [[frame.at(half * x, -1), frame.at(half * x, 30)] for x in places]
    sprite.flat(strokes(bars, frame.px(0.9)).inside(slab), accent, share=0.72)


def _fold_lines(sprite: Sprite, frame: Frame, slab: Patch, w: float, thickness: float) -> None:
    gaps: list[list[Point]] = []
    for up, left in ((0.34, -0.93), (0.66, -0.90)):
        path = [
            (w * left, thickness * up),
            (-w * 0.3, thickness * (up + 0.02)),
            (w * 0.4, thickness * (up - 0.02)),
            (w, thickness * up),
        ]
        gaps.append(spline(frame.all_at(path)))
    sprite.shade(strokes(gaps, frame.px(thickness * 0.045)).inside(slab), 0.55)
    sprite.shade(
        strokes(gaps, frame.px(thickness * 0.16)).soft(frame.px(thickness * 0.06)).inside(slab), 0.20
    )


def _fringe(sprite: Sprite, frame: Frame, colour: str, w: float, thickness: float) -> None:
    chance = random.Random(round(w * 10))
    threads: list[list[Point]] = []
    for index in range(30):
        x = w * 0.18 + index * w * 0.026
        sway = chance.uniform(-0.35, 0.35)
        threads.append(
            frame.all_at(
                [
                    (x, thickness * 0.42),
                    (x + sway, thickness * 0.42 - 2.2),
                    (x + sway * 1.6, thickness * 0.42 - 4.2),
                ]
            )
        )
    sprite.shade(strokes(threads, frame.px(0.42)).moved(frame.px(0.25), frame.px(0.25)), 0.22)
    sprite.puffed(strokes(threads, frame.px(0.36)), colour, frame.px(0.4), height=0.8, level=140)


def draped(
    frame: Frame,
    *,
    colour: str,
    accent: str = "oat",
    finish: str = "plain",
    width: float = 50.0,
    height: float = 70.0,
) -> Sprite:
    """A cloth hung by its middle from a peg: tea towel, throw or bath towel."""
    sprite = Sprite(lift=1.2)
    w = width / 2
    left = [
        (-w * 0.10, height),
        (-w * 0.30, height * 0.84),
        (-w * 0.66, height * 0.46),
        (-w * 0.82, height * 0.06),
    ]
    hem = [
        (-w * 0.55, height * 0.01),
        (-w * 0.22, height * 0.05),
        (w * 0.12, 0),
        (w * 0.46, height * 0.04),
        (w * 0.84, height * 0.03),
    ]
    right = [(w * 0.68, height * 0.46), (w * 0.30, height * 0.84), (w * 0.10, height)]
    body = polygon(spline(frame.all_at([*left, *hem, *right]), closed=False))
    sprite.puffed(body, colour, frame.px(4.5), height=0.8, level=132, texture="weave")
    if finish in {"stripes", "band"}:
        levels = (0.08, 0.12, 0.16, 0.26) if finish == "stripes" else (0.10, 0.14)
        hems = [_draw_hem(frame, w=w, height=height, up=up) for up in levels]
        sprite.flat(strokes(hems, frame.px(0.9)).inside(body), accent, share=0.85)
    folds = [
        spline(frame.all_at([(x * 0.12 * w, height * 0.99), (x * 0.42 * w, height * 0.6), (x * 0.80 * w, 0)]))
        for x in (-0.78, -0.42, -0.1, 0.26, 0.62)
    ]
    sprite.shade(strokes(folds, frame.px(2.6)).soft(frame.px(1.6)).inside(body), 0.34)
    lights = strokes([[(x - frame.px(2.6), y) for x, y in fold] for fold in folds], frame.px(1.4)).soft(
        frame.px(1.1)
    )
    sprite.flat(lights.inside(body), (255, 252, 244), share=0.26)
    _peg(sprite, frame.moved(0, height))
    return sprite


def _draw_hem(frame: Frame, *, w: float, height: float, up: float) -> list[tuple[float, float]]:
    points = [
        (-w, height * (up + 0.02)),
        (-w * 0.3, height * (up + 0.035)),
        (w * 0.3, height * up),
        (w, height * (up + 0.02)),
    ]
    return spline(frame.all_at(points))


def _peg(sprite: Sprite, frame: Frame) -> None:
    sprite.puffed(
        polygon(rectangle(*frame.at(-1.5, 1.7), *frame.at(1.5, -1.3), frame.px(1.4))),
        "oak",
        frame.px(1.6),
        height=1.1,
        texture="wood",
    )


def apron(frame: Frame, *, colour: str, accent: str = "walnut", finish: str = "plain") -> Sprite:
    """A bib apron on a peg."""
    sprite = Sprite(lift=1.2)
    loop = spline(frame.all_at([(-9, 66), (-7, 76), (0, 84), (7, 76), (9, 66)]))
    sprite.puffed(strokes([loop], frame.px(1.6)), accent, frame.px(1.4), height=0.9)
    ties = [spline(frame.all_at([(s * 26, 44), (s * 33, 36), (s * 31, 18), (s * 34, 8)])) for s in (-1, 1)]
    sprite.puffed(strokes(ties, frame.px(1.6)), accent, frame.px(1.4), height=0.9)
    half = [(10.5, 67), (12, 58), (17, 50), (26, 45), (28, 24), (28.5, 2)]
    outline = [(-x, y) for x, y in half][::-1] + half
    body = polygon(spline(frame.all_at([*outline, (12, 0.8), (-4, 1.8), (-17, 0.6)])))
    sprite.puffed(body, colour, frame.px(3.6), height=0.8, level=130, texture="weave")
    if finish == "stripes":
        bars = [[frame.at(x, 0), frame.at(x * 0.94, 70)] for x in range(-28, 29, 4)]
        sprite.flat(strokes(bars, frame.px(0.5)).inside(body), accent, share=0.7)
    folds = [spline(frame.all_at([(x * 0.6, 46), (x, 24), (x * 1.1, 0)])) for x in (-18, -9, 8, 19)]
    sprite.shade(strokes(folds, frame.px(2.4)).soft(frame.px(1.6)).inside(body), 0.28)
    _pocket(sprite, frame, colour)
    _peg(sprite, frame.moved(0, 84))
    return sprite


def _pocket(sprite: Sprite, frame: Frame, colour: str) -> None:
    pocket = polygon(rounded(frame.all_at([(-14, 34), (14, 34), (13.4, 17), (-13.4, 17)]), frame.px(1.4)))
    sprite.shade(pocket.moved(frame.px(0.3), frame.px(0.45)).soft(frame.px(0.35)), 0.36)
    sprite.puffed(pocket, colour, frame.px(1.4), height=0.7, level=136, texture="weave", casts=False)
    seams = [[frame.at(-13.6, 32.4), frame.at(13.6, 32.4)], [frame.at(0, 32.4), frame.at(0, 17.4)]]
    sprite.shade(strokes(seams, frame.px(0.3)), 0.4)


def rug(
    frame: Frame,
    *,
    colour: str,
    accent: str = "chalk",
    finish: str = "stripes",
    width: float = 70.0,
    height: float = 110.0,
) -> Sprite:
    """A rug from above with fringes at both ends."""
    sprite = Sprite(lift=0.6)
    chance, w, h = random.Random(7), width / 2, height / 2
    ends: list[list[Point]] = []
    for index in range(int(width / 1.5)):
        x = -w + 0.8 + index * 1.5
        ends.extend(
            frame.all_at([(x, sign * h * 0.98), (x + chance.uniform(-0.7, 0.7), sign * (h + 4.6))])
            for sign in (-1, 1)
        )
    sprite.puffed(strokes(ends, frame.px(0.7)), accent, frame.px(0.6), height=0.7)
    body = polygon(rectangle(*frame.at(-w, h), *frame.at(w, -h), frame.px(1.0)))
    sprite.puffed(body, colour, frame.px(1.6), height=0.6, level=130, texture="weave")
    _rug_pattern(sprite, frame, body, accent=accent, finish=finish, half=(w, h))
    return sprite


def _rug_pattern(sprite: Sprite, frame: Frame, body: Patch, *, accent: str, finish: str, half: Point) -> None:
    w, h = half
    if finish == "stripes":
        bars = [
            [frame.at(-w, h * y), frame.at(w, h * y)]
            for y in (-0.86, -0.80, -0.66, -0.2, 0.0, 0.2, 0.66, 0.80, 0.86)
        ]
        sprite.flat(strokes(bars, frame.px(1.6)).inside(body), accent, share=0.8)
        return
    frames = []
    for inset in (0.90, 0.82):
        corners = [
            frame.at(x * w * inset, y * h * (1 - (1 - inset) * w / h))
            for x, y in ((-1, 1), (1, 1), (1, -1), (-1, -1), (-1, 1))
        ]
        frames.append(corners)
    sprite.flat(strokes(frames, frame.px(1.2)).inside(body), accent, share=0.8)
    if finish == "diamonds":
        gems = [
            [frame.at(0, y + 14), frame.at(w * 0.5, y), frame.at(0, y - 14), frame.at(-w * 0.5, y)]
            for y in (-30, 0, 30)
        ]
        sprite.flat(polygons(gems).inside(body), accent, share=0.7)
        small = [
            [frame.at(0, y + 7), frame.at(w * 0.25, y), frame.at(0, y - 7), frame.at(-w * 0.25, y)]
            for y in (-30, 0, 30)
        ]
        sprite.flat(polygons(small).inside(body), _quieter(accent), share=0.9)


def _quieter(accent: str) -> Rgb:
    """A darker neighbour of the accent for small inlays."""
    return mix(rgb(accent), (92, 74, 62), 0.45)


def napkins(
    frame: Frame, *, colour: str, accent: str = "brass", finish: str = "plain", ring: bool = True
) -> Sprite:
    """A linen napkin pulled through a ring, from above."""
    sprite = Sprite(lift=0.9)
    fan = [
        (-13, -17),
        (-6, -19.5),
        (0, -18),
        (6.5, -19.6),
        (13.5, -16.4),
        (7, -6),
        (2.4, 0),
        (6.5, 9),
        (9, 16),
        (3.5, 18.4),
        (-1, 17),
        (-5.5, 18.6),
        (-9.4, 15.4),
        (-6.2, 8),
        (-2.4, 0),
        (-7, -7),
    ]
    body = polygon(spline(frame.all_at(fan), closed=True))
    sprite.puffed(body, colour, frame.px(2.6), height=0.9, level=132, texture="weave")
    folds = [
        spline(frame.all_at([(x, -18), (x * 0.34, -5), (x * 0.14, 0), (x * 0.3, 8), (x * 0.62, 17)]))
        for x in (-10, -5.2, -1, 4.4, 9.6)
    ]
    sprite.shade(strokes(folds, frame.px(0.9)).soft(frame.px(0.55)).inside(body), 0.42)
    if finish == "band":
        hem = spline(frame.all_at([(-12.4, -15.4), (-6, -17.8), (0, -16.4), (6.3, -17.9), (12.8, -14.8)]))
        sprite.flat(strokes([hem], frame.px(0.5)).inside(body), accent, share=0.9)
    if ring:
        hoop = polygon(rectangle(*frame.at(-3.6, 1.6), *frame.at(3.6, -1.6), frame.px(1.1)))
        sprite.puffed(hoop, accent, frame.px(1.9), height=1.5)
    return sprite
