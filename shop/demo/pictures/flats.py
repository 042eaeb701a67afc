"""Things that lie flat or hang on the wall: boards, trays, paper goods, clocks, mirrors."""

import math

from shop.demo.pictures.palette import mix, rgb
from shop.demo.pictures.patch import (
    Point,
    ellipse,
    ellipse_points,
    polygon,
    polygons,
    rectangle,
    rounded,
    spline,
    strokes,
    taper,
    turned,
)
from shop.demo.pictures.stage import Frame, Sprite


def _slab(
    sprite: Sprite, frame: Frame, outline: list[Point], colour: str, texture: str | None = "wood"
) -> None:
    """A flat piece with a lit upper-left edge and a dark lower-right one."""
    body = polygon(outline)
    sprite.puffed(body, colour, frame.px(0.7), height=0.7, level=132, texture=texture)


def board(
    frame: Frame,
    *,
    colour: str = "oak",
    accent: str = "black",
    shape: str = "paddle",
    width: float = 22.0,
    height: float = 36.0,
) -> Sprite:
    """A chopping board: a paddle with a hole, or a round one with a groove."""
    sprite = Sprite(lift=1.2)
    w, h = width / 2, height / 2
    if shape == "round":
        _slab(sprite, frame, ellipse_points(frame.at(0, 0), frame.px(w), frame.px(w)), colour)
        groove = ellipse(frame.at(0, 0), frame.px(w * 0.90), frame.px(w * 0.90)).without(
            ellipse(frame.at(0, 0), frame.px(w * 0.865), frame.px(w * 0.865))
        )
        sprite.shade(groove, 0.32)
        return sprite
    plate = rounded(
        frame.all_at(
            [
                (-w, h * 0.52),
                (-w * 0.34, h * 0.60),
                (-w * 0.28, h),
                (w * 0.28, h),
                (w * 0.34, h * 0.60),
                (w, h * 0.52),
                (w, -h),
                (-w, -h),
            ]
        ),
        frame.px(2.4),
    )
    _slab(sprite, frame, plate, colour)
    hole = ellipse(frame.at(0, h * 0.84), frame.px(w * 0.10), frame.px(w * 0.10))
    sprite.flat(hole, (104, 84, 70))
    cord = spline(
        frame.all_at([(0, h * 0.86), (-1.6, h * 1.10), (0.4, h * 1.22), (1.8, h * 1.08), (0.1, h * 0.84)])
    )
    sprite.puffed(strokes([cord], frame.px(0.5)), accent, frame.px(0.5), height=0.9)
    return sprite


def tray(
    frame: Frame,
    *,
    colour: str = "oak",
    accent: str = "oak",
    shape: str = "oval",
    width: float = 44.0,
    height: float = 30.0,
) -> Sprite:
    """A tray from above, oval or square-cornered."""
    sprite = Sprite(lift=1.1)
    w, h = frame.px(width / 2), frame.px(height / 2)
    x, y = frame.at(0, 0)
    scales = (1.0, 0.93, 0.90)
    outlines = [
        ellipse_points((x, y), w * s, h * s)
        if shape == "oval"
        else rectangle(x - w + (1 - s) * h, y - h * s, x + w - (1 - s) * h, y + h * s, h * 0.34 * s)
        for s in scales
    ]
    sprite.puffed(polygon(outlines[0]), colour, frame.px(1.2), height=0.9, texture="wood")
    well = polygon(outlines[1])
    sprite.shade(well, 0.42)
    floor = polygon(outlines[2])
    sprite.sloped(
        floor.moved(frame.px(0.2), frame.px(0.25)).inside(well),
        accent,
        start=120,
        stop=150,
        texture="wood",
        casts=False,
    )
    return sprite


def notebook(
    frame: Frame,
    *,
    colour: str,
    accent: str = "brass",
    finish: str = "band",
    width: float = 15.0,
    height: float = 21.0,
    count: int = 1,
) -> Sprite:
    """One or more cloth-bound notebooks from above, slightly turned."""
    sprite = Sprite(lift=1.0)
    for index in range(count):
        turn, shift = -7 + index * 9, (0.9 * index, -1.0 * index)
        tint = colour if index == count - 1 or count == 1 else ("oat", "clay", "mist")[index % 3]
        _book(
            sprite,
            frame,
            colours=(tint, accent),
            finish=finish,
            size=(width, height),
            place=(turn, shift),
        )
    return sprite


def _book(
    sprite: Sprite,
    frame: Frame,
    *,
    colours: tuple[str, str],
    finish: str,
    size: Point,
    place: tuple[float, Point],
) -> None:
    (colour, accent), (turn, shift) = colours, place
    w, h = size[0] / 2, size[1] / 2

    def put(points: list[Point]) -> list[Point]:
        return frame.all_at(turned(points, turn, shift))

    pages = polygon(
        put([(-w + 0.3, h - 0.5), (w + 0.35, h - 0.4), (w + 0.35, -h - 0.25), (-w + 0.3, -h - 0.35)])
    )
    sprite.flat(pages, mix(rgb("paper"), (120, 104, 90), 0.16), casts=True)
    cover = polygon(rounded(put([(-w, h), (w, h), (w, -h), (-w, -h)]), frame.px(0.7)))
    sprite.puffed(cover, colour, frame.px(0.5), height=0.6, level=132, texture="weave")
    sprite.shade(strokes([put([(-w + 1.3, h), (-w + 1.3, -h)])], frame.px(0.22)).inside(cover), 0.4)
    if finish == "band":
        strap = strokes([put([(w - 2.2, h), (w - 2.2, -h)])], frame.px(0.55)).inside(cover)
        sprite.shade(strap.moved(frame.px(0.12), frame.px(0.1)), 0.3)
        sprite.puffed(strap, accent, frame.px(0.4), height=0.7, casts=False)
    else:
        label = polygon(
            put([(-w * 0.38, h * 0.56), (w * 0.46, h * 0.56), (w * 0.46, h * 0.26), (-w * 0.38, h * 0.26)])
        )
        sprite.sloped(label, "paper", start=150, stop=132, casts=False)
        sprite.flat(
            strokes([put([(-w * 0.16, h * 0.42), (w * 0.24, h * 0.42)])], frame.px(0.18)),
            "charcoal",
            share=0.7,
        )


def pen(frame: Frame, *, colour: str, accent: str = "brass", count: int = 1) -> Sprite:
    """Pens or pencils from above."""
    sprite = Sprite(lift=0.7)
    for index in range(count):
        tint = (colour, "oat", "clay", "sage", "ink")[index % 5] if count > 1 else colour
        shift = (index * 2.6 - (count - 1) * 1.3, (index % 2) * 1.2)
        points = frame.all_at(turned([(-7.0, 0), (5.6, 0)], 58, shift))
        sprite.puffed(strokes([points], frame.px(1.0)), tint, frame.px(0.9), height=1.2)
        tip = frame.all_at(turned([(-9.2, 0), (-7.0, 0)], 58, shift))
        sprite.puffed(taper(tip, [frame.px(0.16), frame.px(0.9)]), accent, frame.px(0.7), height=1.2)
        ring = frame.all_at(turned([(1.2, 0), (1.7, 0)], 58, shift))
        sprite.puffed(strokes([ring], frame.px(1.06)), accent, frame.px(0.8), height=1.2, casts=False)
        clip = frame.all_at(turned([(1.6, -0.26), (5.2, -0.26)], 58, shift))
        sprite.puffed(strokes([clip], frame.px(0.26)), accent, frame.px(0.3), height=1.4, casts=False)
    return sprite


def clock(frame: Frame, *, colour: str, accent: str = "oak", radius: float = 15.0) -> Sprite:
    """A quiet wall clock at ten past ten."""
    sprite = Sprite(lift=1.6)
    sprite.puffed(
        ellipse(frame.at(0, 0), frame.px(radius), frame.px(radius)),
        accent,
        frame.px(1.6),
        height=0.9,
        texture="wood",
    )
    sprite.shade(ellipse(frame.at(0, 0), frame.px(radius * 0.915), frame.px(radius * 0.915)), 0.4)
    face = ellipse(frame.at(0.08, -0.12), frame.px(radius * 0.9), frame.px(radius * 0.9))
    sprite.sloped(face, colour, start=140, stop=126, texture="fine", casts=False)
    ink = "charcoal" if sum(rgb(colour)) > 380 else "oat"
    marks = []
    for hour in range(12):
        angle, inner = math.radians(hour * 30), (0.70 if hour % 3 == 0 else 0.76)
        marks.append(
            [
                frame.at(math.sin(angle) * radius * reach, math.cos(angle) * radius * reach)
                for reach in (inner, 0.82)
            ]
        )
    sprite.flat(strokes(marks, frame.px(0.32)), ink, share=0.85)
    for degrees, reach, width in ((305, 0.46, 0.62), (60, 0.68, 0.44)):
        tip = frame.at(
            math.sin(math.radians(degrees)) * radius * reach, math.cos(math.radians(degrees)) * radius * reach
        )
        hand = strokes([[frame.at(0, 0), tip]], frame.px(width))
        sprite.shade(hand.moved(frame.px(0.25), frame.px(0.4)).soft(frame.px(0.25)), 0.3)
        sprite.flat(hand, ink)
    sprite.puffed(
        ellipse(frame.at(0, 0), frame.px(0.75), frame.px(0.75)),
        "brass",
        frame.px(0.8),
        height=1.0,
        level=146,
        casts=False,
    )
    return sprite


def mirror(
    frame: Frame, *, colour: str = "oak", shape: str = "round", width: float = 50.0, height: float = 50.0
) -> Sprite:
    """A wall mirror: round, or an arch."""
    sprite = Sprite(lift=1.8)
    w, h = width / 2, height / 2
    outlines = []
    for inset in (0.0, 1.5):
        if shape == "round":
            outlines.append(ellipse_points(frame.at(0, 0), frame.px(w - inset), frame.px(h - inset)))
        else:
            arch = ellipse_points(
                frame.at(0, h - w), frame.px(w - inset), frame.px(w - inset), start=180, stop=360
            )
            outlines.append([*arch, frame.at(w - inset, -h + inset), frame.at(-w + inset, -h + inset)])
    sprite.puffed(polygon(outlines[0]), colour, frame.px(1.4), height=0.9, texture="wood")
    glass = polygon(outlines[1])
    sprite.sloped(glass, "mist", start=216, stop=130, angle=58, casts=False)
    for x, wide in ((-0.5, 9.0), (-0.12, 3.0)):
        band = strokes(
            [[frame.at(w * (x - 0.7), -h * 1.2), frame.at(w * (x + 0.9), h * 1.2)]],
            frame.px(wide * width / 50),
        )
        sprite.flat(band.inside(glass), (255, 255, 255), share=0.26)
    inner = glass.without(glass.moved(frame.px(0.4), frame.px(0.5)))
    sprite.shade(inner.soft(frame.px(0.3)).inside(glass), 0.34)
    return sprite


def print_sheet(
    frame: Frame, *, colour: str = "paper", accent: str = "sage", width: float = 30.0, height: float = 40.0
) -> Sprite:
    """A framed print of hills under a sun."""
    sprite = Sprite(lift=1.6)
    w, h = width / 2, height / 2
    sprite.puffed(
        polygon(rectangle(*frame.at(-w, h), *frame.at(w, -h))),
        "oak",
        frame.px(0.9),
        height=0.9,
        texture="wood",
    )
    sheet = polygon(rectangle(*frame.at(-w + 1.4, h - 1.4), *frame.at(w - 1.4, -h + 1.4)))
    sprite.sloped(sheet, colour, start=138, stop=128, casts=False)
    art = polygon(rectangle(*frame.at(-w + 4.4, h - 4.6), *frame.at(w - 4.4, -h + 6.4)))
    sprite.sloped(art, "oat", start=146, stop=130, casts=False)
    sprite.flat(
        ellipse(frame.at(w * 0.2, h * 0.30), frame.px(w * 0.24), frame.px(w * 0.24)).inside(art), "clay"
    )
    for level, tint, lean in ((0.06, "mist", 1.8), (-0.14, accent, -2.4), (-0.34, "forest", 1.6)):
        ridge = spline(
            frame.all_at(
                [
                    (-w, h * level - lean),
                    (-w * 0.4, h * level + lean),
                    (w * 0.2, h * level - lean * 0.4),
                    (w, h * level + lean),
                ]
            )
        )
        sprite.flat(polygon([*ridge, frame.at(w, -h), frame.at(-w, -h)]).inside(art), tint)
    return sprite


def hooks(frame: Frame, *, colour: str = "oak", accent: str = "brass", count: int = 4) -> Sprite:
    """A rail with pegs."""
    sprite = Sprite(lift=1.2)
    w = count * 6.0
    sprite.puffed(
        polygon(rectangle(*frame.at(-w, 4), *frame.at(w, -4), frame.px(1.2))),
        colour,
        frame.px(1.0),
        height=0.8,
        texture="wood",
    )
    for index in range(count):
        place = frame.moved(-w + w / count + index * 2 * w / count, 0)
        disc = ellipse(place.at(0, -0.2), place.px(1.9), place.px(1.9))
        sprite.shade(disc.moved(place.px(1.2), place.px(1.5)).soft(place.px(0.8)), 0.42)
        sprite.puffed(disc, accent, place.px(1.9), height=1.3)
        sprite.puffed(
            ellipse(place.at(0, -0.2), place.px(1.0), place.px(1.0)),
            accent,
            place.px(0.9),
            height=0.7,
            level=150,
            casts=False,
        )
    return sprite


def desk_pad(
    frame: Frame, *, colour: str, accent: str = "walnut", width: float = 60.0, height: float = 38.0
) -> Sprite:
    """A felt or leather desk mat with stitched edges."""
    sprite = Sprite(lift=0.5)
    w, h = width / 2, height / 2
    sprite.puffed(
        polygon(rectangle(*frame.at(-w, h), *frame.at(w, -h), frame.px(1.6))),
        colour,
        frame.px(0.8),
        height=0.6,
        level=130,
        texture="stone",
    )
    tab = polygons([rectangle(*frame.at(-w - 0.6, h * 0.4), *frame.at(-w + 3.4, h * 0.1), frame.px(0.5))])
    sprite.puffed(tab, accent, frame.px(0.5), height=0.7)
    edge = rectangle(*frame.at(-w + 1.2, h - 1.2), *frame.at(w - 1.2, -h + 1.2), frame.px(1.0))
    sprite.shade(strokes([[*edge, edge[0]]], frame.px(0.18)), 0.34)
    return sprite
