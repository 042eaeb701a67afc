"""Knives, cutlery, brushes and garden tools, from above."""

from shop.demo.pictures.patch import (
    dots,
    ellipse,
    ellipse_points,
    polygon,
    rounded,
    spline,
    strokes,
    taper,
    turned,
)
from shop.demo.pictures.stage import Frame, Sprite


def knife(
    frame: Frame, *, colour: str = "walnut", accent: str = "steel", length: float = 32.0, shape: str = "chef"
) -> Sprite:
    """A knife that points up to the right, from above."""
    sprite = Sprite(lift=0.8)
    _forge_blade(sprite, frame, accent=accent, length=length, shape=shape)
    _rivet_grip(sprite, frame, colour=colour, length=length)
    return sprite


def _forge_blade(sprite: Sprite, frame: Frame, *, accent: str, length: float, shape: str) -> None:
    blade_length, belly = length * 0.6, (2.3 if shape == "chef" else 2.0)
    blade = [
        (0, belly),
        (blade_length * 0.6, belly),
        (blade_length, 0.2 if shape == "chef" else belly * 0.5),
        (blade_length * 0.82, -1.1),
        (blade_length * 0.4, -belly),
        (0, -belly),
    ]
    edge = spline(turned(blade, 38, (-1, -1)), closed=False)
    plate = polygon(frame.all_at(edge))
    sprite.sloped(plate, accent, start=206, stop=106, angle=118)
    bevel = polygon(
        frame.all_at(
            turned(
                [
                    (0, -belly * 0.45),
                    (blade_length * 0.5, -belly * 0.42),
                    (blade_length * 0.97, 0.0),
                    (blade_length * 0.8, -1.2),
                    (blade_length * 0.4, -belly),
                    (0, -belly),
                ],
                38,
                (-1, -1),
            )
        )
    )
    sprite.flat(bevel.inside(plate), (252, 252, 250), share=0.55)


def _rivet_grip(sprite: Sprite, frame: Frame, *, colour: str, length: float) -> None:
    grip = [
        (-0.1, 1.25),
        (-length * 0.2, 1.0),
        (-length * 0.37, 1.5),
        (-length * 0.40, 0.2),
        (-length * 0.38, -1.5),
        (-length * 0.2, -1.1),
        (-0.1, -1.4),
    ]
    sprite.puffed(
        polygon(frame.all_at(spline(turned(grip, 38, (-1, -1)), closed=True))),
        colour,
        frame.px(1.5),
        height=0.8,
        texture="wood",
    )
    rivets = [
        (*frame.at(*turned([(-length * x, 0.05)], 38, (-1, -1))[0]), frame.px(0.3))
        for x in (0.09, 0.19, 0.29)
    ]
    sprite.puffed(dots(rivets), "brass", frame.px(0.4), height=1.0, level=150, casts=False)


def tools(frame: Frame, *, colour: str = "ash", accent: str = "forest", count: int = 2) -> Sprite:
    """A trowel and a hand fork."""
    sprite = Sprite(lift=1.0)
    for index in range(count):
        place = frame.moved((index - (count - 1) / 2) * 11, 0)
        grip = [
            (-0.9, -6),
            (-1.5, -10),
            (-1.2, -15),
            (-1.5, -18),
            (0, -19.2),
            (1.5, -18),
            (1.2, -15),
            (1.5, -10),
            (0.9, -6),
        ]
        sprite.puffed(
            strokes([[place.at(0, -6.4), place.at(0, 1.5)]], place.px(0.9)),
            "steel",
            place.px(0.8),
            height=1.3,
        )
        sprite.puffed(
            polygon(spline(place.all_at(grip), closed=True)),
            colour,
            place.px(1.6),
            height=0.9,
            texture="wood",
        )
        if index % 2 == 0:
            blade = [(-3.2, 1.2), (-3.9, 6), (-2.9, 12), (0, 18), (2.9, 12), (3.9, 6), (3.2, 1.2)]
            body = polygon(spline(place.all_at(blade), closed=True))
            sprite.puffed(body, accent, place.px(2.6), height=0.8)
            sprite.shade(
                strokes([[place.at(0, 2), place.at(0, 15)]], place.px(0.5)).soft(place.px(0.3)), 0.25
            )
        else:
            tines = [
                spline(place.all_at([(x * 0.2, 1), (x, 4.0), (x * 1.05, 10), (x * 0.9, 16.4)]))
                for x in (-3.2, 0.0, 3.2)
            ]
            sprite.puffed(strokes(tines, place.px(1.1)), accent, place.px(0.9), height=1.2)
    return sprite


def cutlery(frame: Frame, *, colour: str = "steel", accent: str = "steel") -> Sprite:
    """Fork, knife and spoon side by side."""
    sprite = Sprite(lift=0.8)
    for x in (-6.0, 0.0, 6.0):
        stem = [frame.at(x, 3.0), frame.at(x, -4), frame.at(x, -11)]
        sprite.puffed(
            taper(spline(stem), [frame.px(0.6), frame.px(0.7), frame.px(1.25)]),
            accent,
            frame.px(0.9),
            height=1.3,
        )
    head = [(-7.4, 3.4), (-7.5, 7), (-7.3, 11), (-4.7, 11), (-4.5, 7), (-4.6, 3.4), (-6, 2.2)]
    fork = polygon(rounded(frame.all_at(head), frame.px(0.9)))
    gaps = strokes([[frame.at(x, 11.4), frame.at(x, 6.6)] for x in (-6.85, -6.0, -5.15)], frame.px(0.34))
    sprite.puffed(fork.without(gaps), colour, frame.px(1.2), height=1.2)
    blade = [(-0.55, 2.4), (-0.9, 6), (-0.85, 10.4), (0.2, 11.6), (0.9, 9), (0.8, 2.4)]
    sprite.puffed(polygon(spline(frame.all_at(blade), closed=True)), colour, frame.px(1.0), height=1.3)
    bowl = ellipse(frame.at(6.0, 7.0), frame.px(1.95), frame.px(3.9))
    sprite.puffed(bowl, colour, frame.px(2.2), height=1.0)
    sprite.shade(ellipse(frame.at(5.8, 7.3), frame.px(1.35), frame.px(3.0)).soft(frame.px(0.5)), 0.26)
    return sprite


def utensils(frame: Frame, *, colour: str = "oak", accent: str = "oak") -> Sprite:
    """A wooden spoon, a spatula and a slotted turner."""
    sprite = Sprite(lift=1.0)
    heads = {
        -7.0: [(-2.2, 6), (-2.9, 10), (-1.8, 14.4), (0, 15.4), (1.8, 14.4), (2.9, 10), (2.2, 6), (0, 3.8)],
        0.0: [(-1.0, 4), (-2.6, 7.4), (-2.9, 15), (2.6, 15.6), (2.6, 7.4), (1.0, 4)],
        7.0: [(-1.0, 4), (-3.0, 7), (-3.1, 15.4), (3.1, 15.4), (3.0, 7), (1.0, 4)],
    }
    for x, head in heads.items():
        place = frame.moved(x, 0)
        sprite.puffed(
            taper(
                [place.at(0, 5), place.at(0, -5), place.at(0, -18)],
                [place.px(1.0), place.px(1.2), place.px(1.6)],
            ),
            colour,
            place.px(1.0),
            height=1.0,
            texture="wood",
        )
        body = polygon(rounded(place.all_at(head), place.px(1.4)))
        if x > 1:
            slots = strokes([[place.at(dx, 7.6), place.at(dx, 13.6)] for dx in (-1.5, 0, 1.5)], place.px(0.6))
            body = body.without(slots)
        sprite.puffed(body, colour, place.px(1.4), height=0.8, texture="wood")
        if x < -1:
            sprite.shade(ellipse(place.at(0.1, 9.8), place.px(2.0), place.px(4.4)).soft(place.px(0.6)), 0.26)
    return sprite


def brush(frame: Frame, *, colour: str = "ash", accent: str = "oat") -> Sprite:
    """A long bath brush."""
    sprite = Sprite(lift=1.0)
    stem = frame.all_at([(-13, -13), (-4, -3.4), (3.5, 4.5)])
    bristles = [
        frame.all_at([(x * 0.707 - 0.4, x * 0.707 + 0.4), (x * 0.707 + 2.2, x * 0.707 - 2.2)])
        for x in [6 + 0.35 * i for i in range(32)]
    ]
    sprite.puffed(strokes(bristles, frame.px(0.34)), accent, frame.px(1.2), height=0.8)
    sprite.puffed(
        taper(spline(stem), [frame.px(1.9), frame.px(1.5), frame.px(2.2)]),
        colour,
        frame.px(1.4),
        height=1.0,
        texture="wood",
    )
    head = turned([(5, 1.6), (11, 2.3), (17, 1.7), (17.8, 0), (17, -1.7), (11, -2.3), (5, -1.6)], 45, (0, 0))
    sprite.puffed(
        polygon(spline(frame.all_at(head), closed=True)), colour, frame.px(1.6), height=0.9, texture="wood"
    )
    return sprite


def scissors(frame: Frame, *, colour: str = "black", accent: str = "steel") -> Sprite:
    """Scissors or herb snips, slightly open."""
    sprite = Sprite(lift=0.8)
    for side in (1, -1):
        blade = [(side * 0.2, -0.6), (side * 2.8, 13.6), (side * 1.0, 9), (-side * 0.9, 0.2)]
        sprite.sloped(
            polygon(spline(frame.all_at(blade), closed=True)), accent, start=196, stop=112, angle=10
        )
        arm = spline(frame.all_at([(side * 0.4, 1), (-side * 0.9, -3.4), (-side * 2.0, -5.4)]))
        sprite.puffed(strokes([arm], frame.px(1.1)), colour, frame.px(0.9), height=1.1)
        loop = ellipse_points(frame.at(-side * 3.2, -8.6), frame.px(2.3), frame.px(3.3))
        sprite.puffed(strokes([loop], frame.px(1.05)), colour, frame.px(0.9), height=1.1)
    sprite.puffed(
        ellipse(frame.at(0, 0.3), frame.px(0.6), frame.px(0.6)),
        "brass",
        frame.px(0.6),
        height=1.0,
        level=150,
        casts=False,
    )
    return sprite
