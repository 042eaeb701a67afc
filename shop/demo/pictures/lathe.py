"""Bodies of revolution, lit exactly: each point takes the tone of its normal."""

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final

from PIL import Image

from shop.demo.pictures.light import matcap, matcap_place, textured
from shop.demo.pictures.patch import Patch, Point, ellipse_points, polygon, polygons, spline
from shop.demo.pictures.stage import TILT, Frame, Sprite

_RISE: Final = math.sqrt(1 - TILT * TILT)
_CELL_COLUMNS: Final = 28
_TEXTURE: Final = (1024, 512)


class Turned:
    """What a potter's wheel makes: a profile of (radius, height) in centimetres, from foot to rim."""

    def __init__(self, frame: Frame, profile: Sequence[Point], *, smooth: bool = True) -> None:
        curve = spline(profile, steps=12) if smooth else list(profile)
        self.frame = frame
        self.heights: list[float] = []
        self.radii: list[float] = []
        for radius, height in curve:
            if self.heights and height <= self.heights[-1] + 1e-4:
                height = self.heights[-1] + 1e-4  # noqa: PLW2901 - a profile must rise for the inverse to exist
            self.heights.append(height)
            self.radii.append(max(0.01, radius))
        self.top = self.heights[-1]

    def radius_at(self, height: float) -> float:
        """How wide it is there."""
        low = min(max(bisect_right(self.heights, height) - 1, 0), len(self.heights) - 2)
        share = (height - self.heights[low]) / (self.heights[low + 1] - self.heights[low])
        share = max(0.0, min(1.0, share))
        return self.radii[low] + (self.radii[low + 1] - self.radii[low]) * share

    def growth_at(self, height: float, *, share: float = 0.06) -> float:
        """How fast the radius grows there, over a span wide enough to hide the facets."""
        span = (self.top - self.heights[0]) * share
        lower, upper = max(self.heights[0], height - span), min(self.top, height + span)
        growth = (self.radius_at(upper) - self.radius_at(lower)) / max(upper - lower, 1e-6)
        return max(-8.0, min(8.0, growth))

    def ring(self, height: float, *, scale: float = 1.0, start: float = 0, stop: float = 360) -> list[Point]:
        """The circle at a height as the camera sees it."""
        radius = self.frame.px(self.radius_at(height)) * scale
        return ellipse_points(self.centre(height), radius, radius * TILT, start=start, stop=stop)

    def centre(self, height: float) -> Point:
        """The pixel of its axis there."""
        return self.frame.at(0, height * _RISE)

    def silhouette(self, low: float | None = None, high: float | None = None) -> Patch:
        """The outline of the body between two heights."""
        low = self.heights[0] if low is None else low
        high = self.top if high is None else high
        levels = [low, *(h for h in self.heights if low < h < high), high]
        sides: list[Point] = []
        for sign, ordered in ((-1, levels), (1, levels[::-1])):
            sides.extend(self._edge(sign, h) for h in ordered)
        rings = [self.ring(h) for h in self._ring_levels(levels)]
        return polygons([sides, *rings])

    def _edge(self, sign: int, height: float) -> Point:
        """Where the outline touches the ring of this height: the envelope of all rings."""
        lean = max(-0.98, min(0.98, self.growth_at(height, share=0.012) / _RISE * TILT))
        radius = self.radius_at(height)
        return self.frame.at(
            sign * radius * math.sqrt(1 - lean * lean), height * _RISE - radius * TILT * lean
        )

    def _ring_levels(self, levels: Sequence[float]) -> list[float]:
        """Rings close both ends, and the places where the wall is nearly flat."""
        chosen = {levels[0], levels[-1]}
        for lower, upper in pairwise(levels):
            if abs(self.radius_at(upper) - self.radius_at(lower)) * TILT > (upper - lower) * 0.6:
                chosen.update((lower, upper))
        return sorted(chosen)

    def tones(self, patch: Patch, material: str) -> Image.Image:
        """The shading map of the body in the patch's box."""
        source = matcap(material)
        return self._warp(patch, source, self._matcap_corner)

    def wrap(self, patch: Patch, texture: Image.Image) -> Image.Image:
        """A texture (across: half a turn; down: from rim to foot) on the body in the patch's box."""
        return self._warp(patch, texture.resize(_TEXTURE), self._texture_corner)

    def _matcap_corner(self, x: float, y: float) -> Point:
        turn, height = self._surface(x, y)
        growth = self.growth_at(height)
        length = math.hypot(1.0, growth)
        out, up = 1 / length, -growth / length
        return matcap_place(out * math.sin(turn), up * _RISE - out * math.cos(turn) * TILT)

    def _texture_corner(self, x: float, y: float) -> Point:
        turn, height = self._surface(x, y)
        across = (turn / math.pi + 0.5) * (_TEXTURE[0] - 1)
        return across, (1 - (height - self.heights[0]) / (self.top - self.heights[0])) * (_TEXTURE[1] - 1)

    def _surface(self, x: float, y: float) -> tuple[float, float]:
        """Turn (0 to the front) and height of the surface point under a pixel."""
        dx = (x - self.frame.x) / self.frame.scale
        up = (self.frame.y - y) / self.frame.scale
        height = up / _RISE
        for _ in range(5):
            radius = self.radius_at(height)
            depth = math.sqrt(max(0.0, radius * radius - dx * dx))
            height = max(self.heights[0], min(self.top, (up + depth * TILT) / _RISE))
        radius = self.radius_at(height)
        return math.asin(max(-0.999, min(0.999, dx / radius))), height

    def _warp(
        self, patch: Patch, source: Image.Image, corner: Callable[[float, float], Point]
    ) -> Image.Image:
        width, height = patch.size
        columns = min(_CELL_COLUMNS, max(4, width // 12))
        rows = min(44, max(4, height // 12))
        xs = [round(width * index / columns) for index in range(columns + 1)]
        ys = [round(height * index / rows) for index in range(rows + 1)]
        grid = [[corner(patch.x + x, patch.y + y) for x in xs] for y in ys]
        cells = [
            (
                (xs[i], ys[j], xs[i + 1], ys[j + 1]),
                (*grid[j][i], *grid[j + 1][i], *grid[j + 1][i + 1], *grid[j][i + 1]),
            )
            for j in range(rows)
            for i in range(columns)
        ]
        return source.transform(patch.size, Image.Transform.MESH, cells, Image.Resampling.BILINEAR)


def turn_body(
    sprite: Sprite,
    body: Turned,
    colour: str,
    material: str,
    *,
    low: float | None = None,
    high: float | None = None,
    texture: str | None = None,
    casts: bool = True,
) -> Patch:
    """Adds the body, or a band of it, to the sprite and returns its patch."""
    patch = body.silhouette(low, high)
    shading = body.tones(patch, material)
    if texture:
        shading = textured(shading, texture, seed=round(body.top * 100))
    sprite.add(patch, colour, shading, casts=casts)
    return patch


def open_top(
    sprite: Sprite,
    body: Turned,
    colour: str,
    *,
    wall: float,
    level: float | None = None,
    liquid: str | None = None,
) -> Patch:
    """The mouth of a vessel: rim, inner wall, and what is in it up to a level."""
    rim_scale = 1 - wall / body.radius_at(body.top)
    rim = polygon(body.ring(body.top))
    sprite.sloped(rim, colour, start=186, stop=150, angle=20, casts=False)
    mouth = polygon(body.ring(body.top, scale=rim_scale))
    sprite.sloped(mouth, colour, start=58, stop=134, angle=16, casts=False)
    deep = polygon(body.ring(body.top, scale=rim_scale)).moved(
        -body.frame.px(wall * 0.6), -body.frame.px(0.1)
    )
    sprite.shade(
        mouth.without(
            deep.moved(body.frame.px(body.radius_at(body.top) * 0.5), body.frame.px(0.35)).soft(
                body.frame.px(0.25)
            )
        ),
        0.30,
    )
    if level is not None:
        x, y = body.centre(level)
        radius = body.frame.px(body.radius_at(level)) * rim_scale
        surface = polygon(ellipse_points((x, y), radius, radius * TILT)).inside(mouth)
        sprite.sloped(surface, liquid or colour, start=112, stop=150, angle=15, casts=False)
    return mouth


def stand_on_foot(sprite: Sprite, body: Turned) -> None:
    """The ground contact of a turned body."""
    x, y = body.centre(body.heights[0])
    sprite.stands(x, y, body.frame.px(body.radii[0]))
