"""Stools, boxes, shelves and garden things that stand."""

from shop.demo.pictures.lathe import Turned, open_top, stand_on_foot, turn_body
from shop.demo.pictures.palette import mix, rgb
from shop.demo.pictures.patch import Point, ellipse, polygon, rectangle, rounded, spline, strokes, taper
from shop.demo.pictures.stage import TILT, Frame, Sprite


def stool(
    frame: Frame, *, colour: str = "oak", accent: str = "oak", height: float = 45.0, radius: float = 17.0
) -> Sprite:
    """A round stool, or with a wide top a side table, on splayed legs."""
    sprite = Sprite()
    legs = ((-0.70, 0.55), (0.70, 0.55), (-0.95, -0.35), (0.95, -0.35))
    for x, depth in (*legs[:2], *legs[2:]):
        foot = frame.at(x * radius * 1.02, depth * radius * TILT)
        sprite.stands(*foot, frame.px(1.7))
        top = frame.at(x * radius * 0.66, height + depth * radius * TILT * 0.6)
        sprite.puffed(
            taper([foot, top], [frame.px(1.9), frame.px(3.2)]),
            colour,
            frame.px(1.6),
            height=1.1,
            texture="wood",
        )
    sprite.ground = frame.at(0, 0)
    seat = Turned(
        frame.moved(0, height),
        [(radius * 0.94, 0), (radius, 0.8), (radius, 2.6), (radius * 0.97, 3.2)],
        smooth=False,
    )
    turn_body(sprite, seat, accent, "matte", texture="wood")
    sprite.sloped(polygon(seat.ring(seat.top)), accent, start=170, stop=126, angle=30, texture="wood")
    return sprite


def box(
    frame: Frame,
    *,
    colour: str = "oak",
    accent: str = "brass",
    width: float = 30.0,
    height: float = 18.0,
    depth: float = 22.0,
    finish: str = "lid",
    texture: str = "wood",
) -> Sprite:
    """A box with a lid or open like a crate, in three-quarter view."""
    sprite = Sprite()
    w, back = width / 2, depth * TILT * 1.5
    sprite.stands(*frame.at(depth * 0.14, back * 0.42), frame.px(w * 1.02), frame.px(back * 0.42))
    shift = depth * 0.26
    front = rectangle(*frame.at(-w, height), *frame.at(w, 0), frame.px(0.5))
    side = [
        frame.at(w, height),
        frame.at(w + shift, height + back),
        frame.at(w + shift, back),
        frame.at(w, 0),
    ]
    top = [
        frame.at(-w, height),
        frame.at(-w + shift, height + back),
        frame.at(w + shift, height + back),
        frame.at(w, height),
    ]
    sprite.sloped(polygon(side), colour, start=96, stop=70, angle=90, texture=texture)
    sprite.sloped(polygon(front), colour, start=142, stop=112, angle=60, texture=texture)
    sprite.sloped(polygon(top), colour, start=178, stop=150, angle=40, texture=texture)
    if finish == "open":
        inset = _inset(top, frame.px(1.3))
        sprite.sloped(polygon(inset), colour, start=52, stop=104, angle=25, texture=texture, casts=False)
        grip = polygon(
            rectangle(*frame.at(-w * 0.26, height * 0.80), *frame.at(w * 0.26, height * 0.62), frame.px(1.4))
        )
        sprite.flat(grip, mix(rgb(colour), (40, 28, 24), 0.72))
        return sprite
    seam = [
        frame.at(-w, height * 0.72),
        frame.at(w, height * 0.72),
        frame.at(w + shift, height * 0.72 + back),
    ]
    sprite.shade(strokes([seam], frame.px(0.28)), 0.5)
    clasp = polygon(rectangle(*frame.at(-1.3, height * 0.80), *frame.at(1.3, height * 0.60), frame.px(0.5)))
    sprite.puffed(clasp, accent, frame.px(0.8), height=1.2, level=146, casts=False)
    return sprite


def _inset(corners: list[Point], by: float) -> list[Point]:
    cx = sum(x for x, _ in corners) / len(corners)
    cy = sum(y for _, y in corners) / len(corners)
    width = max(x for x, _ in corners) - min(x for x, _ in corners)
    share = 1 - 2 * by / width
    return [(cx + (x - cx) * share, cy + (y - cy) * (share - 0.1)) for x, y in corners]


def watering_can(frame: Frame, *, colour: str, accent: str = "brass") -> Sprite:
    """A watering can with a long spout."""
    sprite = Sprite()
    body = Turned(frame, [(8.6, 0), (9.0, 0.5), (8.4, 10), (6.4, 15), (5.8, 16.5)])
    stand_on_foot(sprite, body)
    loop = [(4.6, 16.2), (8.4, 22.5), (14.6, 19.0), (14.2, 9.4), (8.6, 4.6)]
    sprite.puffed(strokes([spline(frame.all_at(loop))], frame.px(1.2)), accent, frame.px(1.0), height=1.3)
    spout = [(-7.2, 3.6), (-12.5, 8.0), (-17.0, 16.4), (-20.6, 22.4)]
    sprite.puffed(
        taper(spline(frame.all_at(spout)), [frame.px(3.4), frame.px(2.0), frame.px(1.5)]),
        colour,
        frame.px(1.7),
        height=1.2,
        level=138,
    )
    rose = polygon(
        spline(frame.all_at([(-19.8, 21.0), (-24.2, 24.2), (-21.4, 27.4), (-19.4, 23.6)]), closed=True)
    )
    sprite.puffed(rose, accent, frame.px(1.8), height=1.2)
    turn_body(sprite, body, colour, "satin")
    open_top(sprite, body, colour, wall=0.3)
    return sprite


def bench(
    frame: Frame, *, colour: str = "oak", accent: str = "linen", width: float = 110.0, height: float = 44.0
) -> Sprite:
    """A slim bench with a cushion."""
    sprite = Sprite()
    w = width / 2
    sprite.ground = frame.at(0, 2)
    for x in (-0.86, 0.86):
        for back in (7.0, 0.0):
            foot = frame.at(x * w + back * 0.2, back)
            sprite.stands(*foot, frame.px(3.0))
            sprite.puffed(
                strokes([[foot, frame.at(x * w * 0.98 + back * 0.2, height)]], frame.px(3.6)),
                colour,
                frame.px(2),
                height=1.0,
                texture="wood",
            )
    sprite.sloped(
        polygon(
            rounded(
                frame.all_at([(-w + 4, height + 10), (w - 4, height + 10), (w, height), (-w, height)]),
                frame.px(1),
            )
        ),
        colour,
        start=170,
        stop=136,
        texture="wood",
    )
    sprite.sloped(
        polygon(rectangle(*frame.at(-w, height + 0.6), *frame.at(w, height - 4), frame.px(1))),
        colour,
        start=132,
        stop=104,
        angle=20,
        texture="wood",
    )
    pad = polygon(
        rounded(
            frame.all_at(
                [(-w + 6, height + 14), (w - 6, height + 14), (w - 2, height + 1.5), (-w + 2, height + 1.5)]
            ),
            frame.px(4),
        )
    )
    sprite.puffed(pad, accent, frame.px(5), height=0.7, texture="weave")
    return sprite


def birdhouse(frame: Frame, *, colour: str = "ash", accent: str = "forest") -> Sprite:
    """A nesting box with a pitched roof."""
    sprite = Sprite()
    sprite.stands(*frame.at(1.6, 1.5), frame.px(8.6), frame.px(1.6))
    side = [frame.at(7.5, 17), frame.at(11.5, 19.6), frame.at(11.5, 3.4), frame.at(7.5, 0)]
    sprite.sloped(polygon(side), colour, start=92, stop=70, angle=90, texture="wood")
    front = polygon(frame.all_at([(-7.5, 0), (-7.5, 17), (0, 25), (7.5, 17), (7.5, 0)]))
    sprite.sloped(front, colour, start=146, stop=116, angle=55, texture="wood")
    roof_right = polygon(frame.all_at([(0, 27), (4, 29.4), (13.6, 19.4), (9.6, 15.4)]))
    sprite.sloped(roof_right, accent, start=112, stop=82, angle=45)
    roof_left = polygon(frame.all_at([(0, 27), (0, 24.6), (-8.4, 15.4), (-9.8, 16.8)]))
    sprite.sloped(roof_left, accent, start=160, stop=130, angle=45)
    edge = polygon(frame.all_at([(0, 27), (0, 24.6), (8.4, 15.4), (9.8, 16.8)]))
    sprite.sloped(edge, accent, start=138, stop=112, angle=45)
    hole = ellipse(frame.at(0, 14), frame.px(2.5), frame.px(2.5))
    sprite.flat(hole, (66, 48, 40))
    sprite.shade(hole.without(hole.moved(frame.px(0.5), frame.px(0.5))), 0.6)
    sprite.puffed(
        strokes([[frame.at(0, 9.2), frame.at(-0.8, 8.0)]], frame.px(1.1)), "walnut", frame.px(0.9), height=1.2
    )
    return sprite


def shelf(frame: Frame, *, colour: str = "oak", accent: str = "brass", width: float = 60.0) -> Sprite:
    """A wall shelf on two brackets; goods can stand on it."""
    sprite = Sprite(lift=1.8)
    w = width / 2
    for x in (-0.66, 0.66):
        path = [frame.at(w * x, 0), frame.at(w * x, -11), frame.at(w * x + 2.6, 0)]
        sprite.puffed(strokes([path], frame.px(0.9)), accent, frame.px(0.8), height=1.2)
    sprite.sloped(
        polygon(frame.all_at([(-w, 2.6), (-w + 2.5, 6.8), (w - 2.5, 6.8), (w, 2.6)])),
        colour,
        start=170,
        stop=138,
        texture="wood",
    )
    sprite.sloped(
        polygon(rectangle(*frame.at(-w, 2.8), *frame.at(w, 0), frame.px(0.4))),
        colour,
        start=132,
        stop=104,
        angle=15,
        texture="wood",
    )
    return sprite


def organiser(frame: Frame, *, colour: str = "walnut", accent: str = "brass") -> Sprite:
    """A desk tidy with pens and cards in it."""
    sprite = box(frame, colour=colour, accent=accent, width=22, height=9, depth=12, finish="open")
    goods = Sprite()
    for x, lean, tint in ((-5.2, -1.6, "clay"), (-3.2, 0.2, "sage"), (-1.6, 1.8, "ink")):
        goods.puffed(
            strokes([[frame.at(x, 10.4), frame.at(x + lean, 21 + x * 0.5)]], frame.px(0.9)),
            tint,
            frame.px(0.8),
            height=1.2,
        )
    card = polygon(frame.all_at([(2.6, 10.4), (2.8, 18), (10.4, 17.4), (10.2, 10.4)]))
    goods.sloped(card, "paper", start=146, stop=126)
    sprite.join(goods)
    return sprite
