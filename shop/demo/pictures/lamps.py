"""Lamps and lanterns, lit."""

from shop.demo.pictures.lathe import Turned, open_top, stand_on_foot, turn_body
from shop.demo.pictures.palette import Rgb
from shop.demo.pictures.patch import Point, ellipse, ellipse_points, polygon, spline, strokes, taper
from shop.demo.pictures.stage import TILT, Frame, Sprite

_WARM: Rgb = (255, 224, 168)


def _halo(sprite: Sprite, frame: Frame, radius: float, share: float = 0.4) -> None:
    """The glow in the air around a lamp."""
    sprite.flat(
        ellipse(frame.at(0, 0), frame.px(radius), frame.px(radius)).soft(frame.px(radius * 0.55)),
        _WARM,
        share=share,
    )


def _shade(sprite: Sprite, frame: Frame, colour: str, *, size: tuple[float, float, float]) -> None:
    """A fabric shade with the bulb behind it."""
    low, high, height = size
    body = Turned(frame, [(low, 0), (high, height)], smooth=False)
    patch = turn_body(sprite, body, colour, "matte", texture="weave")
    warm = ellipse(frame.at(0, height * 0.42), frame.px(low * 0.62), frame.px(height * 0.40)).soft(
        frame.px(low * 0.34)
    )
    sprite.flat(warm.inside(patch), _WARM, share=0.72)
    for level in (0.0, height):
        ring = body.ring(level, start=0, stop=180)
        sprite.shade(strokes([ring], frame.px(0.4)).inside(patch), 0.18)
    top = polygon(body.ring(height, scale=0.985))
    sprite.sloped(top, colour, start=120, stop=150, angle=20, casts=False)
    sprite.flat(top.faded(0.6).soft(frame.px(0.3)).inside(top), (255, 240, 206), share=0.7)


_BASES: dict[str, list[Point]] = {
    "gourd": [(6.2, 0), (8.0, 2.0), (8.6, 8), (5.6, 14), (3.6, 17), (4.6, 20), (4.0, 24), (1.4, 27)],
    "column": [(6.4, 0), (6.8, 0.8), (6.4, 12), (5.2, 22), (1.8, 25)],
    "ball": [(5.6, 0), (9.6, 4), (11.4, 10.5), (9.4, 17.5), (3.0, 22.6), (1.4, 25)],
}


def table_lamp(
    frame: Frame, *, colour: str, accent: str = "linen", base: str = "gourd", finish: str = "matte"
) -> Sprite:
    """A ceramic base under a linen shade."""
    sprite = Sprite()
    body = Turned(frame, _BASES[base])
    stand_on_foot(sprite, body)
    _halo(sprite, frame.moved(0, body.top + 12), 30, 0.30)
    neck = Turned(frame.moved(0, body.top - 1), [(1.0, 0), (1.0, 7)], smooth=False)
    turn_body(sprite, neck, "brass", "metal")
    turn_body(sprite, body, colour, finish, texture="stone" if finish == "matte" else None)
    _shade(sprite, frame.moved(0, body.top + 3.5), accent, size=(17.5, 12.0, 21.0))
    return sprite


def floor_lamp(frame: Frame, *, colour: str, accent: str = "linen", finish: str = "metal") -> Sprite:
    """A slim pole on a disc under a drum shade."""
    sprite = Sprite()
    foot = Turned(frame, [(15, 0), (15, 1.4), (14.4, 2.0)], smooth=False)
    stand_on_foot(sprite, foot)
    _halo(sprite, frame.moved(0, 136), 52, 0.30)
    turn_body(sprite, foot, colour, "satin")
    sprite.sloped(polygon(foot.ring(foot.top)), colour, start=164, stop=116, angle=20)
    pole = Turned(frame.moved(0, 1.8), [(1.3, 0), (1.3, 128)], smooth=False)
    turn_body(sprite, pole, colour, finish)
    _shade(sprite, frame.moved(0, 122), accent, size=(25, 20, 30))
    return sprite


_DOMES: dict[str, list[Point]] = {
    "dome": [(21, 0), (20.4, 4), (16.5, 11), (9, 16.5), (3, 18.4), (1.6, 20)],
    "cone": [(20, 0), (12, 10), (5.4, 18), (3.4, 24), (1.6, 26)],
    "bell": [(16, 0), (13.4, 3.5), (11.6, 10), (9.4, 18), (4.0, 23), (1.6, 25)],
}


def pendant(
    frame: Frame,
    *,
    colour: str,
    accent: str = "brass",
    shape: str = "dome",
    finish: str = "satin",
    cord: float = 90,
) -> Sprite:
    """A pendant that hangs in from above the picture; the frame's foot is its rim."""
    sprite = Sprite(lift=2.6)
    body = Turned(frame, _DOMES[shape])
    glow = frame.moved(0, -12)
    sprite.flat(ellipse(glow.at(0, 0), frame.px(26), frame.px(22)).soft(frame.px(14)), _WARM, share=0.42)
    sprite.puffed(
        strokes([[frame.at(0, body.top + 3), frame.at(0, body.top + cord)]], frame.px(0.55)),
        "charcoal",
        frame.px(0.5),
        height=0.8,
    )
    under = polygon(body.ring(0))
    sprite.sloped(under, colour, start=60, stop=96, angle=20)
    bulb = ellipse(frame.at(0, -1.6), frame.px(4.6), frame.px(4.6))
    turn_body(sprite, body, colour, finish, low=0.0)
    lit = polygon(
        ellipse_points(body.centre(0), frame.px(body.radii[0] * 0.96), frame.px(body.radii[0] * 0.96) * TILT)
    ).without(polygon(body.ring(0, scale=0.1)))
    sprite.flat(lit, (255, 226, 174), share=0.94)
    sprite.flat(bulb.soft(frame.px(0.6)), (255, 250, 232))
    cap = Turned(frame.moved(0, body.top - 0.4), [(1.9, 0), (1.9, 3.0), (0.8, 4.4)], smooth=False)
    turn_body(sprite, cap, accent, "metal")
    return sprite


def paper_lantern(frame: Frame, *, colour: str = "paper", radius: float = 22, cord: float = 90) -> Sprite:
    """A round paper lantern with bamboo ribs."""
    sprite = Sprite(lift=2.6)
    body = Turned(
        frame,
        [
            (radius * 0.34, 0),
            (radius * 0.78, radius * 0.3),
            (radius, radius * 0.92),
            (radius * 0.78, radius * 1.55),
            (radius * 0.32, radius * 1.84),
        ],
    )
    _halo(sprite, frame.moved(0, radius), radius * 1.35, 0.4)
    sprite.puffed(
        strokes([[frame.at(0, body.top), frame.at(0, body.top + cord)]], frame.px(0.45)),
        "charcoal",
        frame.px(0.5),
        height=0.8,
    )
    patch = turn_body(sprite, body, colour, "matte")
    warm = ellipse(frame.at(0, radius * 0.9), frame.px(radius * 0.6), frame.px(radius * 0.6)).soft(
        frame.px(radius * 0.4)
    )
    sprite.flat(warm.inside(patch), (255, 233, 190), share=0.8)
    ribs = [body.ring(body.top * step / 15, start=4, stop=176) for step in range(1, 15)]
    sprite.shade(strokes(ribs, frame.px(0.22)).inside(patch), 0.22)
    return sprite


def desk_lamp(frame: Frame, *, colour: str, accent: str = "brass") -> Sprite:
    """A jointed task lamp."""
    sprite = Sprite()
    foot = Turned(frame, [(9, 0), (9, 1.4), (8.2, 2.1)], smooth=False)
    stand_on_foot(sprite, foot)
    turn_body(sprite, foot, colour, "satin")
    sprite.sloped(polygon(foot.ring(foot.top)), colour, start=166, stop=120, angle=20)
    arms = [[frame.at(0, 2), frame.at(7, 24)], [frame.at(7, 24), frame.at(-8, 42)]]
    sprite.puffed(strokes(arms, frame.px(1.1)), accent, frame.px(0.9), height=1.3)
    for x, y in ((0, 2.2), (7, 24), (-8, 42)):
        sprite.puffed(
            ellipse(frame.at(x, y), frame.px(1.35), frame.px(1.35)), colour, frame.px(1.4), height=1.2
        )
    beam = polygon([frame.at(-17, 36), frame.at(-8, 33), frame.at(-4, 0.5), frame.at(-36, 0.5)]).soft(
        frame.px(3.6)
    )
    sprite.flat(beam, _WARM, share=0.30)
    head = [(-5.5, 45.5), (-9.2, 47.2), (-12.4, 45.0), (-20.5, 36.6), (-7.0, 31.2), (-4.4, 41.0)]
    sprite.flat(
        polygon(spline(frame.all_at([(-20.5, 36.6), (-13, 31.6), (-7.0, 31.2), (-14.2, 36.0)]), closed=True)),
        (255, 236, 196),
    )
    sprite.puffed(polygon(spline(frame.all_at(head), closed=True, steps=6)), colour, frame.px(5), height=0.8)
    sprite.puffed(
        taper(frame.all_at([(-8, 42), (-9.5, 43.2)]), [frame.px(2.0), frame.px(2.0)]),
        accent,
        frame.px(1.2),
        height=1.0,
        casts=False,
    )
    return sprite


def lantern(frame: Frame, *, colour: str, accent: str = "brass") -> Sprite:
    """A garden lantern with glass sides and a candle in it."""
    sprite = Sprite()
    foot = Turned(frame, [(9.5, 0), (9.5, 1.2), (8.6, 2.2)], smooth=False)
    stand_on_foot(sprite, foot)
    loop = ellipse_points(frame.at(0, 33), frame.px(4.6), frame.px(6.0), start=160, stop=380)
    sprite.puffed(strokes([loop], frame.px(0.8)), colour, frame.px(0.7), height=1.2)
    turn_body(sprite, foot, colour, "satin")
    sprite.sloped(polygon(foot.ring(foot.top)), colour, start=166, stop=120, angle=20)
    stick = Turned(frame.moved(0, 2.2), [(3.2, 0), (3.2, 8)], smooth=False)
    turn_body(sprite, stick, "paper", "matte")
    open_top(sprite, stick, "paper", wall=0.2, level=7.7)
    _flame(sprite, frame.moved(0, 10))
    pane = Turned(frame.moved(0, 2), [(8.0, 0), (8.0, 24)], smooth=False)
    wall = pane.silhouette()
    sprite.add(wall.faded(0.2), "water", pane.tones(wall, "glaze"), casts=False)
    for x in (-7.9, -4.6, 4.6, 7.9):
        sprite.puffed(
            strokes(
                [[frame.at(x, 1.4 if abs(x) > 5 else 0.2), frame.at(x, 26 if abs(x) > 5 else 24.6)]],
                frame.px(0.7),
            ),
            colour,
            frame.px(0.6),
            height=1.0,
        )
    roof = Turned(
        frame.moved(0, 25),
        [(9.6, 0), (9.6, 1.0), (7.6, 3.2), (3.4, 5.4), (2.6, 7.4), (0.6, 8.2)],
        smooth=False,
    )
    turn_body(sprite, roof, colour, "satin")
    knob = Turned(frame.moved(0, 32.6), [(0.5, 0), (1.1, 0.7), (0.3, 1.6)])
    turn_body(sprite, knob, accent, "metal")
    return sprite


def _flame(sprite: Sprite, frame: Frame) -> None:
    _halo(sprite, frame.moved(0, 2), 7.5, 0.46)
    shape = [(0, 0.5), (0.7, 1.5), (0.4, 2.7), (0.02, 4.2), (-0.4, 2.7), (-0.7, 1.5)]
    sprite.flat(polygon(spline(frame.all_at(shape), closed=True)).soft(frame.px(0.1)), (255, 198, 102))
    sprite.flat(ellipse(frame.at(0, 1.6), frame.px(0.3), frame.px(0.7)).soft(frame.px(0.1)), (255, 246, 214))
