"""Sprites (the parts of one object) and the stage that lights, shadows and paints them."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from PIL import Image, ImageChops, ImageFilter

from shop.demo.pictures.light import grain, puff, slope, textured
from shop.demo.pictures.palette import Rgb, mix, ramp, rgb
from shop.demo.pictures.patch import Patch, Point

TILT: Final = 0.26
_SHADOW_FACTOR: Final = 8
_SHADOW: Final[Rgb] = (58, 44, 40)


@dataclass(frozen=True, slots=True)
class Frame:
    """Where an object stands (pixels) and how many pixels one centimetre is."""

    x: float
    y: float
    scale: float

    def at(self, dx: float, dy: float) -> Point:
        """The pixel `dx` centimetres to the right and `dy` above the foot."""
        return self.x + dx * self.scale, self.y - dy * self.scale

    def all_at(self, points: Iterable[Point]) -> list[Point]:
        """The pixels of many places."""
        return [self.at(dx, dy) for dx, dy in points]

    def px(self, length: float) -> float:
        """Centimetres in pixels."""
        return length * self.scale

    def moved(self, dx: float, dy: float) -> "Frame":
        """A frame whose foot stands elsewhere."""
        x, y = self.at(dx, dy)
        return Frame(x, y, self.scale)


@dataclass(frozen=True, slots=True)
class Part:
    """One patch and what it is painted with."""

    patch: Patch
    paint: Image.Image | Rgb
    casts: bool = True


@dataclass(slots=True)
class Sprite:
    """One object: parts from back to front, and the ellipses where it touches the ground."""

    parts: list[Part] = field(default_factory=list)
    feet: list[tuple[float, float, float, float]] = field(default_factory=list)
    lift: float = 1.0
    ground: Point | None = None

    def add(
        self, patch: Patch, colour: str, shading: Image.Image, *, casts: bool = True, lift: float = 0.78
    ) -> None:
        """A patch whose shading map is dyed with the colour's ramp."""
        self.parts.append(Part(patch, ramp(colour, lift=lift).dye(shading), casts))

    def flat(self, patch: Patch, colour: str | Rgb, *, share: float = 1.0, casts: bool = False) -> None:
        """A patch of one colour, perhaps translucent."""
        paint = rgb(colour) if isinstance(colour, str) else colour
        self.parts.append(Part(patch if share == 1 else patch.faded(share), paint, casts))

    def puffed(
        self,
        patch: Patch,
        colour: str,
        depth: float,
        *,
        height: float = 1.0,
        level: int = 132,
        texture: str | None = None,
        casts: bool = True,
    ) -> None:
        """A soft raised shape."""
        shading = puff(patch.mask, depth=depth, height=height, level=level)
        if texture:
            shading = textured(shading, texture, seed=patch.x + patch.y)
        self.add(patch, colour, shading, casts=casts)

    def sloped(
        self,
        patch: Patch,
        colour: str,
        *,
        start: int = 150,
        stop: int = 108,
        angle: float = 45.0,
        texture: str | None = None,
        casts: bool = True,
    ) -> None:
        """A plane with a straight gradient."""
        shading = slope(patch.size, start=start, stop=stop, angle=angle)
        if texture:
            shading = textured(shading, texture, seed=patch.x + patch.y)
        self.add(patch, colour, shading, casts=casts)

    def shade(self, patch: Patch, share: float, *, colour: Rgb = _SHADOW) -> None:
        """A shadow that lies on the object itself."""
        self.parts.append(Part(patch.faded(share), colour, casts=False))

    def stands(self, x: float, y: float, rx: float, ry: float | None = None) -> None:
        """Touches the ground in this ellipse."""
        self.feet.append((x, y, rx, rx * TILT if ry is None else ry))

    def join(self, other: "Sprite") -> None:
        """Takes the other's parts in front of its own."""
        self.parts.extend(other.parts)
        self.feet.extend(other.feet)

    def put_behind(self, other: "Sprite") -> None:
        """Takes the other's parts behind its own; the ground contact stays its own."""
        self.parts[:0] = other.parts


@dataclass(frozen=True, slots=True)
class Backdrop:
    """A studio sweep (with a horizon) or a plain surface seen from above."""

    wall: str
    floor: str
    horizon: float = 0.60


@cache
def _backdrop_image(backdrop: Backdrop, size: tuple[int, int]) -> Image.Image:
    wall, floor = rgb(backdrop.wall), rgb(backdrop.floor)
    columns, rows = 48, 64
    pixels = bytearray()
    for row in range(rows):
        down = row / (rows - 1)
        share = _smooth((down - backdrop.horizon + 0.07) / 0.14) if backdrop.horizon < 1 else 0.0
        for column in range(columns):
            across = column / (columns - 1)
            pixels.extend(_lit(mix(wall, floor, share), across, down))
    coarse = Image.frombytes("RGB", (columns, rows), bytes(pixels)).resize(size, Image.Resampling.BICUBIC)
    dust = grain("fine").resize((1024, 1024)).crop((0, 0, 800, 800)).resize(size, Image.Resampling.NEAREST)
    gentle = dust.point([128 + round((value - 128) * 0.2) for value in range(256)])
    return ImageChops.add(coarse, Image.merge("RGB", (gentle, gentle, gentle)), 1, -128)


def _smooth(value: float) -> float:
    t = max(0.0, min(1.0, value))
    return t * t * (3 - 2 * t)


def _lit(base: Rgb, across: float, down: float) -> Rgb:
    glow = max(0.0, 1 - math.hypot(across - 0.28, (down - 0.22) * 0.9) / 0.95)
    dim = max(0.0, math.hypot(across - 0.30, down - 0.25) - 0.45) * 0.26
    return mix(mix(base, (255, 252, 246), glow * 0.46), (70, 56, 50), dim * 0.62)


class Stage:
    """The picture while it is painted."""

    def __init__(self, size: tuple[int, int], backdrop: Backdrop) -> None:
        self.size = size
        self.image = _backdrop_image(backdrop, size).copy()

    def stand(self, sprites: Sequence[Sprite]) -> None:
        """Objects that stand on the ground, from back to front."""
        for sprite in sprites:
            silhouette = self._silhouette(sprite)
            ground = sprite.ground or next(((x, y + ry * 0.2) for x, y, _, ry in sprite.feet), None)
            if ground:
                self._darken(self._cast(silhouette, *ground), 0.46)
            self._darken(self._contact(sprite), 0.8)
            self._paint(sprite)

    def lay(self, sprites: Sequence[Sprite]) -> None:
        """Objects that lie on, or hang before, the surface."""
        for sprite in sprites:
            silhouette = self._silhouette(sprite)
            for distance, blur, share in ((0.6, 0.7, 0.36), (2.4, 3.2, 0.30)):
                step = round(distance * sprite.lift * self.size[1] / 1600 * 9 / _SHADOW_FACTOR)
                moved = ImageChops.offset(silhouette, step, round(step * 1.1))
                radius = blur * sprite.lift * self.size[1] / 1600 * 7 / _SHADOW_FACTOR
                self._darken(moved.filter(ImageFilter.GaussianBlur(max(0.6, radius))), share)
            self._paint(sprite)

    def _silhouette(self, sprite: Sprite) -> Image.Image:
        size = (self.size[0] // _SHADOW_FACTOR, self.size[1] // _SHADOW_FACTOR)
        whole = Image.new("L", size, 0)
        for part in sprite.parts:
            if not part.casts:
                continue
            mask, patch = part.patch.mask, part.patch
            small = (
                mask.reduce(_SHADOW_FACTOR)
                if min(mask.size) > _SHADOW_FACTOR
                else mask.resize(
                    (max(1, mask.width // _SHADOW_FACTOR), max(1, mask.height // _SHADOW_FACTOR))
                )
            )
            layer = Image.new("L", size, 0)
            layer.paste(small, (round(patch.x / _SHADOW_FACTOR), round(patch.y / _SHADOW_FACTOR)))
            whole = ImageChops.lighter(whole, layer)
        return whole

    def _cast(self, silhouette: Image.Image, x: float, ground: float) -> Image.Image:
        """The long soft shadow to the right: the silhouette laid down and sheared."""
        y = ground / _SHADOW_FACTOR
        lie, lean = 0.20, 0.62
        # Image.transform maps an output pixel to its source: height = (y - row) / lie.
        laid = silhouette.transform(
            silhouette.size,
            Image.Transform.AFFINE,
            (1, lean / lie, -lean / lie * y, 0, 1 / lie, y - y / lie),
            Image.Resampling.BILINEAR,
        )
        near = laid.filter(ImageFilter.GaussianBlur(self.size[1] / 1600 * 2.2))
        far = laid.filter(ImageFilter.GaussianBlur(self.size[1] / 1600 * 7))
        fade = _fade_from(silhouette.size, round(x / _SHADOW_FACTOR))
        return Image.composite(near, far, fade)

    def _contact(self, sprite: Sprite) -> Image.Image:
        size = (self.size[0] // _SHADOW_FACTOR, self.size[1] // _SHADOW_FACTOR)
        dark = Image.new("L", size, 0)
        for x, y, rx, ry in sprite.feet:
            spot = _soft_spot(
                (max(4, round(rx * 2.5 / _SHADOW_FACTOR)), max(3, round(ry * 3.0 / _SHADOW_FACTOR)))
            )
            layer = Image.new("L", size, 0)
            left = round((x + rx * 0.08) / _SHADOW_FACTOR - spot.width / 2)
            layer.paste(spot, (left, round((y + ry * 0.12) / _SHADOW_FACTOR - spot.height / 2)))
            dark = ImageChops.lighter(dark, layer)
        return dark

    def _darken(self, small: Image.Image, share: float) -> None:
        mask = small.point([round(value * share) for value in range(256)])
        self.image.paste(_SHADOW, (0, 0), mask.resize(self.size, Image.Resampling.BICUBIC))

    def _paint(self, sprite: Sprite) -> None:
        for part in sprite.parts:
            if isinstance(part.paint, tuple):
                self.image.paste(part.paint, part.patch.box, part.patch.mask)
            else:
                self.image.paste(part.paint, (part.patch.x, part.patch.y), part.patch.mask)


@cache
def _soft_spot(size: tuple[int, int]) -> Image.Image:
    radial = Image.radial_gradient("L").resize((128, 128), Image.Resampling.BILINEAR)
    falling = radial.point([round(255 * _smooth((178 - value) / 120)) for value in range(256)])
    return falling.resize(size, Image.Resampling.BICUBIC)


def _fade_from(size: tuple[int, int], x: int) -> Image.Image:
    """White near the object's foot, black where its shadow ends."""
    row = bytes(
        max(0, min(255, round(255 * (1 - abs(column - x) / (size[0] * 0.3))))) for column in range(size[0])
    )
    return Image.frombytes("L", (size[0], 1), row).resize(size)
