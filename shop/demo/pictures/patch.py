"""Antialiased masks: every outline is drawn at twice the size and reduced."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from PIL import Image, ImageChops, ImageDraw, ImageFilter

Point: TypeAlias = tuple[float, float]

OVERSAMPLING: Final = 2
_MARGIN: Final = 3


@dataclass(frozen=True, slots=True)
class Patch:
    """A grey mask and where its top-left corner lies on the stage."""

    mask: Image.Image
    x: int
    y: int

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.mask.size

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom."""
        return self.x, self.y, self.x + self.mask.width, self.y + self.mask.height

    def seen_from(self, other: "Patch") -> Image.Image:
        """The mask in the other patch's box."""
        view = Image.new("L", other.size, 0)
        view.paste(self.mask, (self.x - other.x, self.y - other.y))
        return view

    def inside(self, other: "Patch") -> "Patch":
        """The part of this patch that lies in the other."""
        return Patch(ImageChops.multiply(self.mask, other.seen_from(self)), self.x, self.y)

    def without(self, other: "Patch") -> "Patch":
        """The part of this patch that the other leaves free."""
        free = ImageChops.invert(other.seen_from(self))
        return Patch(ImageChops.multiply(self.mask, free), self.x, self.y)

    def faded(self, share: float) -> "Patch":
        """The same patch, translucent."""
        return Patch(self.mask.point([round(value * share) for value in range(256)]), self.x, self.y)

    def soft(self, radius: float) -> "Patch":
        """The same patch with blurred edges, in a box that has room for them."""
        room = math.ceil(radius * 2.2)
        grown = Image.new("L", (self.mask.width + 2 * room, self.mask.height + 2 * room), 0)
        grown.paste(self.mask, (room, room))
        return Patch(
            grown.filter(ImageFilter.BoxBlur(radius * 0.8)).filter(ImageFilter.BoxBlur(radius * 0.6)),
            self.x - room,
            self.y - room,
        )

    def moved(self, dx: float, dy: float) -> "Patch":
        """The same patch elsewhere."""
        return Patch(self.mask, self.x + round(dx), self.y + round(dy))


def _canvas_for(points: Sequence[Point], pad: float) -> tuple[Image.Image, int, int]:
    left = math.floor(min(x for x, _ in points) - pad) - _MARGIN
    top = math.floor(min(y for _, y in points) - pad) - _MARGIN
    right = math.ceil(max(x for x, _ in points) + pad) + _MARGIN
    bottom = math.ceil(max(y for _, y in points) + pad) + _MARGIN
    size = ((right - left) * OVERSAMPLING, (bottom - top) * OVERSAMPLING)
    return Image.new("L", size, 0), left, top


def _enlarged(points: Iterable[Point], left: int, top: int) -> list[Point]:
    return [((x - left) * OVERSAMPLING, (y - top) * OVERSAMPLING) for x, y in points]


def polygons(outlines: Sequence[Sequence[Point]]) -> Patch:
    """The union of filled outlines."""
    large, left, top = _canvas_for([point for outline in outlines for point in outline], 0)
    draw = ImageDraw.Draw(large)
    for outline in outlines:
        draw.polygon(_enlarged(outline, left, top), fill=255)
    return Patch(large.reduce(OVERSAMPLING), left, top)


def polygon(points: Sequence[Point]) -> Patch:
    """One filled outline."""
    return polygons([points])


def strokes(lines: Sequence[Sequence[Point]], width: float) -> Patch:
    """Round-ended lines of one width."""
    large, left, top = _canvas_for([point for line in lines for point in line], width)
    draw = ImageDraw.Draw(large)
    radius = width * OVERSAMPLING / 2
    for line in lines:
        path = _enlarged(line, left, top)
        draw.line(path, fill=255, width=max(1, round(radius * 2)), joint="curve")
        for x, y in (path[0], path[-1]):
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return Patch(large.reduce(OVERSAMPLING), left, top)


def taper(points: Sequence[Point], widths: Sequence[float]) -> Patch:
    """A line whose width changes along the way."""
    large, left, top = _canvas_for(points, max(widths))
    draw = ImageDraw.Draw(large)
    path = _enlarged(points, left, top)
    last = len(path) - 1
    for index in range(last):
        share = index / max(1, last - 1) * (len(widths) - 1)
        low = min(int(share), len(widths) - 2) if len(widths) > 1 else 0
        high = min(low + 1, len(widths) - 1)
        radius = (widths[low] + (widths[high] - widths[low]) * (share - low)) * OVERSAMPLING / 2
        draw.line((path[index], path[index + 1]), fill=255, width=max(1, round(radius * 2)))
        for x, y in (path[index], path[index + 1]):
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return Patch(large.reduce(OVERSAMPLING), left, top)


def dots(places: Sequence[tuple[float, float, float]]) -> Patch:
    """Filled circles, each (x, y, radius)."""
    pad = max(radius for _, _, radius in places)
    large, left, top = _canvas_for([(x, y) for x, y, _ in places], pad)
    draw = ImageDraw.Draw(large)
    for x, y, radius in places:
        (cx, cy), r = _enlarged([(x, y)], left, top)[0], radius * OVERSAMPLING
        draw.ellipse((cx - r, cy - r, cx + r, cy + r), fill=255)
    return Patch(large.reduce(OVERSAMPLING), left, top)


def ellipse(centre: Point, rx: float, ry: float) -> Patch:
    """A filled upright ellipse."""
    cx, cy = centre
    large, left, top = _canvas_for([(cx - rx, cy - ry), (cx + rx, cy + ry)], 0)
    (x0, y0), (x1, y1) = _enlarged([(cx - rx, cy - ry), (cx + rx, cy + ry)], left, top)
    ImageDraw.Draw(large).ellipse((x0, y0, x1, y1), fill=255)
    return Patch(large.reduce(OVERSAMPLING), left, top)


def ellipse_points(
    centre: Point, rx: float, ry: float, *, start: float = 0, stop: float = 360
) -> list[Point]:
    """Points on an ellipse; angles in degrees, 0 to the right and 90 to the bottom."""
    steps = max(24, round(abs(stop - start) / 4))
    angles = (math.radians(start + (stop - start) * step / steps) for step in range(steps + 1))
    return [(centre[0] + rx * math.cos(a), centre[1] + ry * math.sin(a)) for a in angles]


def rounded(points: Sequence[Point], radius: float) -> list[Point]:
    """An outline with its corners rounded."""
    outline: list[Point] = []
    count = len(points)
    for index, corner in enumerate(points):
        before, after = points[index - 1], points[(index + 1) % count]
        start, end = _towards(corner, before, radius), _towards(corner, after, radius)
        outline.extend(_bend(start, corner, end, step / 8) for step in range(9))
    return outline


def _towards(start: Point, goal: Point, distance: float) -> Point:
    length = math.dist(start, goal) or 1.0
    share = min(0.5, distance / length)
    return start[0] + (goal[0] - start[0]) * share, start[1] + (goal[1] - start[1]) * share


def _bend(start: Point, corner: Point, end: Point, t: float) -> Point:
    a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t * t
    return (a * start[0] + b * corner[0] + c * end[0], a * start[1] + b * corner[1] + c * end[1])


def rectangle(left: float, top: float, right: float, bottom: float, radius: float = 0) -> list[Point]:
    """The outline of a rectangle with rounded corners."""
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    return rounded(corners, radius) if radius else corners


def spline(points: Sequence[Point], *, closed: bool = False, steps: int = 10) -> list[Point]:
    """A smooth curve through the points (Catmull-Rom)."""
    count = len(points)
    curve: list[Point] = []
    for index in range(count if closed else count - 1):
        if closed:
            around = [points[(index + offset) % count] for offset in (-1, 0, 1, 2)]
        else:
            around = [points[min(max(index + offset, 0), count - 1)] for offset in (-1, 0, 1, 2)]
        curve.extend(_between(around, step / steps) for step in range(steps))
    if not closed:
        curve.append(points[-1])
    return curve


def _between(around: Sequence[Point], t: float) -> Point:
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = around

    def blend(a: float, b: float, c: float, d: float) -> float:
        return 0.5 * (
            2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3
        )

    return blend(ax, bx, cx, dx), blend(ay, by, cy, dy)


def turned(points: list[Point], degrees: float, centre: Point) -> list[Point]:
    """Points turned around the origin, then moved to the centre."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return [(centre[0] + x * c - y * s, centre[1] + x * s + y * c) for x, y in points]
