"""Bottles, soap, candles and scents."""

from shop.demo.pictures.finishes import finish_outside
from shop.demo.pictures.lathe import Turned, open_top, stand_on_foot, turn_body
from shop.demo.pictures.patch import ellipse_points, polygon, polygons, rectangle, rounded, spline, strokes
from shop.demo.pictures.stage import Frame, Sprite


def bottle(
    frame: Frame,
    *,
    colour: str,
    accent: str = "black",
    label: str = "paper",
    pump: bool = True,
    radius: float = 3.4,
    height: float = 14.0,
) -> Sprite:
    """A soap or lotion bottle with a paper label and a pump or a cap."""
    sprite = Sprite()
    body = Turned(
        frame,
        [
            (radius * 0.92, 0),
            (radius, height * 0.03),
            (radius, height * 0.74),
            (radius * 0.9, height * 0.84),
            (radius * 0.42, height * 0.95),
            (radius * 0.38, height),
        ],
    )
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


def candle(
    frame: Frame,
    *,
    colour: str,
    accent: str = "paper",
    radius: float = 4.0,
    height: float = 8.6,
    lit: bool = True,
    finish: str = "plain",
    label: bool = True,
) -> Sprite:
    """A candle in a tumbler."""
    sprite = Sprite()
    body = Turned(frame, [(radius * 0.93, 0), (radius, height * 0.05), (radius, height)], smooth=False)
    stand_on_foot(sprite, body)
    patch = turn_body(sprite, body, colour, "glaze")
    finish_outside(sprite, body, patch, finish, accent)
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
    foot = Turned(
        frame,
        [(5.0, 0), (5.4, 0.4), (5.2, 0.9), (1.6, 1.1), (1.0, 1.8), (1.0, 3.6), (1.5, 4.2)],
        smooth=False,
    )
    stand_on_foot(sprite, foot)
    turn_body(sprite, foot, accent, "satin")
    stick = Turned(frame.moved(0, 4.1), [(1.05, 0), (0.9, height * 0.9), (0.5, height)], smooth=False)
    turn_body(sprite, stick, colour, "satin")
    _wick(sprite, frame.moved(0, 3.8 + height * 0.965), lit=True)
    return sprite


def diffuser(frame: Frame, *, colour: str, accent: str = "natural", label: str = "paper") -> Sprite:
    """A room scent bottle with reeds."""
    sprite = Sprite()
    reeds = [
        [frame.at(dx * 0.16, 8.5), frame.at(dx, top)]
        for dx, top in ((-4.6, 22.5), (-2.1, 24.2), (0.4, 24.8), (3.0, 23.6), (5.0, 21.8))
    ]
    sprite.puffed(strokes(reeds, frame.px(0.34)), accent, frame.px(0.4), height=0.9)
    body = Turned(frame, [(3.7, 0), (4.0, 0.4), (4.0, 6.4), (3.4, 7.6), (1.5, 8.6), (1.4, 10.2)])
    stand_on_foot(sprite, body)
    turn_body(sprite, body, colour, "glaze")
    band = body.silhouette(1.4, 5.0)
    sprite.add(
        band.inside(polygon(rectangle(*frame.at(-2.6, 12), *frame.at(2.6, 0)))),
        label,
        body.tones(band, "matte"),
        casts=False,
    )
    sprite.flat(strokes([[frame.at(-1.3, 2.3), frame.at(1.3, 2.3)]], frame.px(0.28)), "charcoal", share=0.7)
    open_top(sprite, body, "walnut", wall=0.3)
    front = [[frame.at(dx * 0.16, 9.7), frame.at(dx * 0.42, 14)] for dx in (-4.6, 0.4, 5.0)]
    sprite.puffed(strokes(front, frame.px(0.34)), accent, frame.px(0.4), height=0.9)
    return sprite


def soap_bar(
    frame: Frame, *, colour: str, accent: str = "oak", dish: bool = True, second: str | None = None
) -> Sprite:
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
    top = rounded(
        [frame.at(-7.2, 2.3), frame.at(6.4, 2.3), frame.at(7.6, -0.4), frame.at(-8.2, -0.4)], frame.px(0.7)
    )
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
    top = polygon(
        rounded(
            [frame.at(-4.5, 3.3), frame.at(4.3, 3.3), frame.at(5.0, 1.5), frame.at(-5.0, 1.5)], frame.px(1.1)
        )
    )
    sprite.puffed(top, colour, frame.px(1.2), height=0.5, level=160, casts=False)
    stamp = polygon(ellipse_points(frame.at(0, 2.4), frame.px(1.9), frame.px(0.42)))
    inner = polygon(ellipse_points(frame.at(0, 2.4), frame.px(1.6), frame.px(0.33)))
    sprite.shade(stamp.without(inner), 0.22)
