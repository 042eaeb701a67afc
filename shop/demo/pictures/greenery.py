"""Leaves, branches and potted plants."""

import math
import random

from shop.demo.pictures.lathe import Turned, open_top, stand_on_foot, turn_body
from shop.demo.pictures.palette import mix, rgb
from shop.demo.pictures.patch import Point, dots, polygon, polygons, spline, strokes, taper
from shop.demo.pictures.stage import Frame, Sprite


def _leaf(base: Point, angle: float, length: float, width: float, bend: float = 0.0) -> list[Point]:
    """The outline of one leaf in centimetres; the angle in degrees, 90 is up."""
    along, up = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    outline: list[Point] = []
    for reach, side in (
        (0.0, 0.0),
        (0.28, 0.42),
        (0.55, 0.5),
        (0.82, 0.28),
        (1.0, 0.0),
        (0.82, -0.28),
        (0.55, -0.5),
        (0.28, -0.42),
    ):
        droop = bend * reach * reach
        x = base[0] + along * length * reach - up * width * side
        outline.append((x + droop * 0.3, base[1] + up * length * reach + along * width * side - droop))
    return spline(outline, closed=True, steps=5)


def _leaves(sprite: Sprite, frame: Frame, outlines: list[list[Point]], colour: str) -> None:
    """Leaves in three tones, the ones to the left a little lighter."""
    tones = (mix(rgb(colour), (30, 40, 34), 0.30), rgb(colour), mix(rgb(colour), (255, 250, 226), 0.22))
    for index, tone in enumerate(tones):
        group = [frame.all_at(outline) for number, outline in enumerate(outlines) if number % 3 == index]
        if group:
            name = "#{:02x}{:02x}{:02x}".format(*tone)
            sprite.puffed(polygons(group), name, frame.px(1.3), height=0.75, level=130)


def branch(
    frame: Frame,
    *,
    colour: str = "leaf",
    height: float = 34.0,
    lean: float = 6.0,
    leaves: int = 9,
    size: float = 4.2,
    seed: int = 1,
) -> Sprite:
    """One leafy branch that rises from the foot point."""
    sprite, chance = Sprite(), random.Random(seed)
    stem = spline([(0, 0), (lean * 0.15, height * 0.4), (lean * 0.55, height * 0.75), (lean, height)])
    sprite.puffed(
        taper(frame.all_at(stem), [frame.px(0.5), frame.px(0.22)]), "walnut", frame.px(0.4), height=0.8
    )
    outlines = []
    for index in range(leaves):
        x, y = stem[round((0.38 + 0.62 * index / leaves) * (len(stem) - 1))]
        side = 1 if index % 2 else -1
        angle = 90 - side * chance.uniform(34, 62) - lean
        outlines.append(_leaf((x, y), angle, size * chance.uniform(0.8, 1.15), size * 0.52))
    outlines.append(_leaf(stem[-1], 92 - lean, size, size * 0.5))
    _leaves(sprite, frame, outlines, colour)
    return sprite


def bouquet(frame: Frame, *, style: str = "eucalyptus", seed: int = 3) -> Sprite:
    """A few loose branches for a vase; the foot point is the vase's mouth."""
    sprite = Sprite()
    if style == "pampas":
        return _pampas(frame)
    if style == "berries":
        return _berries(frame, seed)
    tint, size = ("sage", 4.4) if style == "eucalyptus" else ("olive", 5.2)
    for index, (height, lean) in enumerate(((25, -9), (31, -2), (27, 8), (18, 13))):
        sprite.join(
            branch(frame, colour=tint, height=height, lean=lean, leaves=9, size=size, seed=seed + index)
        )
    return sprite


def _pampas(frame: Frame) -> Sprite:
    sprite, chance = Sprite(), random.Random(5)
    for height, lean in ((30, -9), (36, 0), (31, 9)):
        stem = spline([(0, 0), (lean * 0.3, height * 0.5), (lean, height)])
        sprite.puffed(strokes([frame.all_at(stem)], frame.px(0.3)), "natural", frame.px(0.3), height=0.7)
        hairs = []
        for index in range(80):
            x, y = stem[round((0.52 + 0.48 * index / 80) * (len(stem) - 1))]
            away = chance.uniform(-2.1, 2.1) * math.sin(math.pi * min(1, 0.2 + index / 100))
            hairs.append(
                spline(
                    frame.all_at([(x, y), (x + away * 0.6, y + 2.0), (x + away, y + 2.6 + chance.random())]),
                    steps=4,
                )
            )
        sprite.puffed(strokes(hairs, frame.px(0.22)), "oat", frame.px(1.4), height=0.6, level=140)
    return sprite


def _berries(frame: Frame, seed: int) -> Sprite:
    sprite, chance = Sprite(), random.Random(seed)
    places = []
    for height, lean in ((24, -8), (30, 1), (25, 9)):
        stem = spline([(0, 0), (lean * 0.25, height * 0.5), (lean, height)])
        sprite.puffed(
            taper(frame.all_at(stem), [frame.px(0.45), frame.px(0.2)]), "walnut", frame.px(0.3), height=0.7
        )
        for index in range(11):
            x, y = stem[round((0.34 + 0.66 * index / 11) * (len(stem) - 1))]
            bx, by = frame.at(x + chance.uniform(-1.8, 1.8), y + chance.uniform(-0.4, 1.4))
            places.append((bx, by, frame.px(chance.uniform(0.5, 0.78))))
    sprite.puffed(dots(places), "rust", frame.px(0.8), height=1.3, level=136)
    return sprite


def planter(
    frame: Frame,
    *,
    colour: str,
    accent: str = "leaf",
    plant: str = "blades",
    radius: float = 8.0,
    height: float = 14.0,
    finish: str = "plain",
) -> Sprite:
    """A plant in its pot."""
    sprite = Sprite()
    body = Turned(
        frame,
        [(radius * 0.72, 0), (radius * 0.76, height * 0.04), (radius * 0.95, height * 0.7), (radius, height)],
    )
    top = frame.moved(0, height * 0.93)
    if plant != "none":
        _PLANTS[plant](sprite, top, accent, radius)
    pot = Sprite()
    stand_on_foot(pot, body)
    turn_body(pot, body, colour, "matte", texture="stone")
    band = Turned(
        frame.moved(0, height * 0.86), [(radius * 1.03, 0), (radius * 1.05, height * 0.14)], smooth=False
    )
    if finish == "rim":
        pot.shade(polygon(body.ring(height * 0.83, scale=1.02)), 0.3)
        turn_body(pot, band, colour, "matte", texture="stone")
    vessel = band if finish == "rim" else body
    open_top(
        pot,
        vessel,
        colour,
        wall=0.7,
        level=vessel.top * 0.9 if vessel is body else vessel.top * 0.6,
        liquid="walnut",
    )
    front = Sprite(parts=sprite.parts, feet=[])
    pot.join(front)
    return pot


def _blades(sprite: Sprite, frame: Frame, colour: str, radius: float) -> None:
    chance = random.Random(11)
    outlines = []
    for index in range(11):
        x = (index - 5) * radius * 0.105
        length = radius * (3.4 - 0.12 * abs(index - 5) ** 1.4) * chance.uniform(0.82, 1.08)
        outlines.append(
            _leaf((x, -0.6), 90 - (index - 5) * 5.4 + chance.uniform(-3, 3), length, radius * 0.36)
        )
    _leaves(sprite, frame, outlines, colour)


def _bush(sprite: Sprite, frame: Frame, colour: str, radius: float) -> None:
    chance = random.Random(13)
    outlines = []
    for ring, (count, reach) in enumerate(((13, 2.3), (11, 1.7), (8, 1.15))):
        for index in range(count):
            angle = 14 + 152 * (index + 0.5 * (ring % 2)) / (count - 1) + chance.uniform(-6, 6)
            base = (
                math.cos(math.radians(angle)) * radius * reach * 0.36,
                math.sin(math.radians(angle)) * radius * reach * 0.42 - 0.5,
            )
            outlines.append(_leaf(base, angle, radius * reach * 0.66, radius * 0.5, bend=radius * 0.14))
    stems = [[frame.at(0, -0.5), frame.at(o[0][0], o[0][1])] for o in outlines]
    sprite.puffed(strokes(stems, frame.px(0.22)), "forest", frame.px(0.3), height=0.7)
    _leaves(sprite, frame, outlines, colour)


def _tree(sprite: Sprite, frame: Frame, colour: str, radius: float) -> None:
    chance = random.Random(17)
    trunk = spline([(0, -0.6), (0.4, radius * 1.4), (-0.3, radius * 2.7), (0.2, radius * 3.6)])
    sprite.puffed(
        taper(frame.all_at(trunk), [frame.px(1.0), frame.px(0.6), frame.px(0.4)]),
        "walnut",
        frame.px(0.8),
        height=1.0,
    )
    outlines = []
    for index in range(92):
        turn, reach = chance.uniform(0, 360), math.sqrt(chance.random()) * radius * 1.45
        x, y = (
            math.cos(math.radians(turn)) * reach,
            radius * 3.7 + math.sin(math.radians(turn)) * reach * 0.92,
        )
        outlines.append(
            _leaf((x, y), turn + chance.uniform(-50, 50), radius * 0.46, radius * 0.17 + index % 2 * 0.1)
        )
    twigs = [
        spline(
            [
                frame.at(0.1, radius * 2.7),
                frame.at(o[0][0] * 0.6, (o[0][1] + radius * 2.7) / 2 + 1),
                frame.at(*o[0]),
            ],
            steps=5,
        )
        for o in outlines[::4]
    ]
    sprite.puffed(strokes(twigs, frame.px(0.24)), "walnut", frame.px(0.3), height=0.7)
    _leaves(sprite, frame, outlines, colour)


def _herb(sprite: Sprite, frame: Frame, colour: str, radius: float) -> None:
    chance = random.Random(19)
    outlines, stems = [], []
    for index in range(15):
        x, tip = (index - 7) * radius * 0.11, radius * chance.uniform(1.1, 2.2)
        lean = (index - 7) * radius * 0.10
        stems.append(spline(frame.all_at([(x * 0.5, -0.5), (x, tip * 0.5), (x + lean, tip)]), steps=5))
        for step in (0.5, 0.68, 0.86, 1.0):
            for side in (-1, 1):
                place = (x + lean * step, tip * step)
                outlines.append(_leaf(place, 90 - side * chance.uniform(30, 75), radius * 0.34, radius * 0.2))
    sprite.puffed(strokes(stems, frame.px(0.2)), "forest", frame.px(0.3), height=0.7)
    _leaves(sprite, frame, outlines, colour)


_PLANTS = {"blades": _blades, "bush": _bush, "tree": _tree, "herb": _herb}
