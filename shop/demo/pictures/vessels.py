"""Cups, bowls, plates, pots for tea, and vases."""

from shop.demo.pictures.finishes import finish_outside, speckle, tilt_ellipse
from shop.demo.pictures.lathe import Turned, open_top, stand_on_foot, turn_body
from shop.demo.pictures.patch import polygon, spline, strokes, taper
from shop.demo.pictures.stage import Frame, Sprite


def mug(
    frame: Frame,
    *,
    colour: str,
    accent: str = "oat",
    finish: str = "plain",
    height: float = 9.0,
    radius: float = 4.1,
    handle: bool = True,
    liquid: str | None = None,
    material: str = "glaze",
) -> Sprite:
    """A mug or, without a handle, a tumbler."""
    sprite = Sprite()
    profile = [
        (radius * 0.78, 0),
        (radius * 0.9, height * 0.04),
        (radius, height * 0.25),
        (radius * 1.02, height * 0.6),
        (radius, height),
    ]
    body = Turned(frame, profile)
    stand_on_foot(sprite, body)
    if handle:
        reach = radius + height * 0.30
        path = [
            (radius * 0.9, height * 0.82),
            (reach * 0.93, height * 0.82),
            (reach * 1.02, height * 0.55),
            (reach * 0.88, height * 0.28),
            (radius * 0.9, height * 0.22),
        ]
        sprite.puffed(
            strokes([spline(frame.all_at(path))], frame.px(height * 0.11)), colour, frame.px(0.9), height=1.5
        )
    patch = turn_body(sprite, body, colour, material)
    finish_outside(sprite, body, patch, finish, accent)
    level = height * 0.86 if liquid else None
    open_top(sprite, body, colour, wall=0.3, level=level, liquid=liquid)
    return sprite


def bowl(
    frame: Frame,
    *,
    colour: str,
    accent: str = "oat",
    finish: str = "plain",
    radius: float = 8.0,
    height: float = 7.0,
    liquid: str | None = None,
    material: str = "glaze",
) -> Sprite:
    """A footed bowl."""
    profile = [
        (radius * 0.40, 0),
        (radius * 0.41, height * 0.09),
        (radius * 0.62, height * 0.22),
        (radius * 0.86, height * 0.52),
        (radius * 0.97, height * 0.82),
        (radius, height),
    ]
    sprite, body = Sprite(), Turned(frame, profile)
    stand_on_foot(sprite, body)
    patch = turn_body(sprite, body, colour, material)
    finish_outside(sprite, body, patch, finish, accent)
    level = height * 0.72 if liquid else None
    open_top(sprite, body, accent if finish == "inside" else colour, wall=0.32, level=level, liquid=liquid)
    return sprite


def plates(
    frame: Frame,
    *,
    colour: str,
    accent: str = "walnut",
    radius: float = 13.0,
    count: int = 1,
    finish: str = "plain",
) -> Sprite:
    """One plate or a stack of them."""
    sprite = Sprite()
    sprite.stands(*frame.at(0, 0), frame.px(radius * 0.66))
    for index in range(count):
        place = frame.moved(0.14 * (index % 2) - 0.07 * (index % 3), index * 1.25)
        body = Turned(
            place,
            [(radius * 0.62, 0), (radius * 0.80, 0.45), (radius * 0.94, 1.2), (radius, 2.3)],
            smooth=False,
        )
        if index:
            sprite.shade(tilt_ellipse(place.moved(0, 0.5), radius * 0.97).soft(frame.px(0.4)), 0.35)
        under = tilt_ellipse(place.moved(0, 0.1), radius * 0.78)
        sprite.sloped(under, colour, start=86, stop=60, angle=10)
        patch = body.silhouette()
        sprite.sloped(patch, colour, start=128, stop=84, angle=12)
        edge = body.silhouette(1.95, 2.3)
        sprite.sloped(edge, colour, start=176, stop=128, angle=8, casts=False)
    if finish == "speckled":
        speckle(sprite, body, edge, "walnut", count=200)
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


def teapot(
    frame: Frame,
    *,
    colour: str,
    accent: str = "oak",
    finish: str = "plain",
    material: str = "satin",
    tall: bool = False,
) -> Sprite:
    """A teapot with a bail or loop handle and a knob; tall makes a coffee pot."""
    sprite, h = Sprite(), (15.0 if tall else 11.0)
    r = 6.2 if tall else 8.0
    body = Turned(
        frame,
        [
            (r * 0.62, 0),
            (r * 0.82, h * 0.06),
            (r, h * 0.36),
            (r * 0.9, h * 0.68),
            (r * 0.5, h * 0.94),
            (r * 0.44, h),
        ],
    )
    stand_on_foot(sprite, body)
    loop = [
        (r * 0.55, h * 0.92),
        (r * 1.25, h * 1.02),
        (r * 1.65, h * 0.66),
        (r * 1.38, h * 0.30),
        (r * 0.92, h * 0.24),
    ]
    sprite.puffed(strokes([spline(frame.all_at(loop))], frame.px(1.05)), accent, frame.px(0.9), height=1.4)
    spout = [(-r * 0.72, h * 0.30), (-r * 1.12, h * 0.42), (-r * 1.38, h * 0.74), (-r * 1.62, h * 0.92)]
    sprite.puffed(
        taper(spline(frame.all_at(spout)), [frame.px(4.2), frame.px(2.4), frame.px(1.5)]),
        colour,
        frame.px(1.9),
        height=1.3,
        level=140,
    )
    patch = turn_body(sprite, body, colour, material)
    finish_outside(sprite, body, patch, finish, accent)
    lid = Turned(
        frame.moved(0, h * 0.985),
        [(r * 0.46, 0), (r * 0.44, h * 0.03), (r * 0.28, h * 0.10), (0.5, h * 0.13)],
    )
    turn_body(sprite, lid, colour, material)
    knob = Turned(frame.moved(0, h * 1.09), [(0.5, 0), (0.55, 0.3), (1.05, 0.9), (0.95, 1.5), (0.2, 1.85)])
    turn_body(sprite, knob, accent, "satin")
    return sprite


def carafe(
    frame: Frame, *, colour: str, accent: str = "oak", finish: str = "plain", material: str = "glaze"
) -> Sprite:
    """A pitcher with a lip and a handle."""
    sprite = Sprite()
    body = Turned(frame, [(4.6, 0), (5.4, 0.8), (6.2, 5), (5.4, 11), (3.8, 16), (3.7, 19), (4.4, 22)])
    stand_on_foot(sprite, body)
    loop = [(3.8, 19.5), (7.6, 19.8), (9.2, 15), (8.0, 10.0), (5.6, 8.6)]
    sprite.puffed(strokes([spline(frame.all_at(loop))], frame.px(1.25)), colour, frame.px(1.1), height=1.4)
    patch = turn_body(sprite, body, colour, material)
    finish_outside(sprite, body, patch, finish, accent)
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


def vase(
    frame: Frame,
    *,
    colour: str,
    accent: str = "oat",
    finish: str = "plain",
    shape: str = "bottle",
    material: str = "matte",
    size: float = 1.0,
) -> Sprite:
    """A vase in one of four shapes."""
    sprite, body = Sprite(), Turned(frame, [(r * size, h * size) for r, h in _VASES[shape]])
    stand_on_foot(sprite, body)
    patch = turn_body(sprite, body, colour, material, texture="stone" if material == "matte" else None)
    finish_outside(sprite, body, patch, finish, accent)
    open_top(sprite, body, colour, wall=0.35)
    return sprite
