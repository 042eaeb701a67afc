"""One light for every picture: from the top left, soft, with a bounce from the ground."""

import math
import random
from functools import cache
from typing import Final

from PIL import Image, ImageChops, ImageFilter

MATERIALS: Final = ("matte", "glaze", "satin", "metal")
MATCAP_SIZE: Final = 360
_COARSE: Final = 120
_LIGHT: Final = (-0.56, 0.60, 0.57)


def _clamp(value: float) -> int:
    return max(0, min(255, round(value)))


def _step(low: float, high: float, value: float) -> float:
    t = max(0.0, min(1.0, (value - low) / (high - low)))
    return t * t * (3 - 2 * t)


def _diffuse(nx: float, ny: float, nz: float) -> float:
    lambert = nx * _LIGHT[0] + ny * _LIGHT[1] + nz * _LIGHT[2]
    wrapped = max(0.0, (lambert + 0.42) / 1.42)
    bounce = max(0.0, 0.35 - ny * 0.5) * max(0.0, nx) * 0.22
    rim = math.pow(1 - nz, 3) * (0.10 if nx > 0 else 0.04)
    return 26.0 + 158.0 * math.pow(wrapped, 1.15) + 120 * bounce + 90 * rim


def _window(nx: float, ny: float, softness: float) -> float:
    """A tall soft box at the upper left, as the surface mirrors it."""
    across = _step(-0.70 - softness, -0.60, nx) * (1 - _step(-0.46, -0.38 + softness, nx))
    up = _step(-0.62 - softness, -0.40, ny) * (1 - _step(0.50, 0.62 + softness, ny))
    return across * up


def _metal(nx: float, ny: float) -> float:
    sky = 118 + 60 * ny
    left = 100 * _step(-0.86, -0.64, nx) * (1 - _step(-0.44, -0.20, nx))
    core = -56 * _step(0.10, 0.34, nx) * (1 - _step(0.56, 0.74, nx))
    edge = 62 * _step(0.70, 0.86, nx) * (1 - _step(0.90, 1.0, nx)) - 40 * _step(0.84, 1.0, abs(nx))
    return sky + left + core + edge


def _tone(material: str, nx: float, ny: float) -> float:
    flat = nx * nx + ny * ny
    if flat > 0.998:
        nx, ny = nx * 0.999 / math.sqrt(flat), ny * 0.999 / math.sqrt(flat)
        flat = 0.998
    nz = math.sqrt(1 - flat)
    if material == "metal":
        return _metal(nx, ny)
    tone = _diffuse(nx, ny, nz)
    if material == "glaze":
        tone += 62 * _window(nx, ny, 0.06) + 14 * _step(0.80, 0.90, nx) * (1 - _step(0.92, 0.99, nx))
    if material == "satin":
        tone += 34 * _window(nx, ny, 0.24)
    return tone


@cache
def matcap(material: str) -> Image.Image:
    """The look of a sphere of this material; a surface takes its tone at its normal."""
    half = _COARSE / 2
    tones = bytes(
        _clamp(_tone(material, (column + 0.5 - half) / half, (half - row - 0.5) / half))
        for row in range(_COARSE)
        for column in range(_COARSE)
    )
    coarse = Image.frombytes("L", (_COARSE, _COARSE), tones)
    return coarse.resize((MATCAP_SIZE, MATCAP_SIZE), Image.Resampling.BICUBIC)


def matcap_place(nx: float, ny: float) -> tuple[float, float]:
    """Where the normal lies in a matcap."""
    return (nx * 0.97 + 1) * MATCAP_SIZE / 2, (1 - ny * 0.97) * MATCAP_SIZE / 2


def noise(size: tuple[int, int], seed: int) -> Image.Image:
    """Grey noise that is the same on every machine."""
    return Image.frombytes("L", size, random.Random(seed).randbytes(size[0] * size[1]))


@cache
def grain(kind: str) -> Image.Image:
    """A 1024 pixel texture around 128: `wood` runs along x, `weave` both ways, `stone` in spots, `fine` in dust."""
    wide = (1024, 1024)
    if kind == "wood":
        streaks = noise((10, 340), 3).resize(wide, Image.Resampling.BICUBIC)
        fine = noise((24, 1024), 4).resize(wide, Image.Resampling.BICUBIC)
        return _around_middle(ImageChops.blend(streaks, fine, 0.4), 0.20)
    if kind == "weave":
        across = noise((90, 512), 5).resize(wide, Image.Resampling.BILINEAR)
        along = noise((512, 90), 6).resize(wide, Image.Resampling.BILINEAR)
        return _around_middle(ImageChops.blend(across, along, 0.5), 0.22)
    if kind == "stone":
        soft = noise((150, 150), 7).resize(wide, Image.Resampling.BICUBIC)
        return _around_middle(ImageChops.blend(soft, noise((512, 512), 8).resize(wide), 0.5), 0.10)
    return _around_middle(noise(wide, 9).filter(ImageFilter.BoxBlur(0.6)), 0.16)


def _around_middle(texture: Image.Image, strength: float) -> Image.Image:
    return texture.point([_clamp(128 + (value - 128) * strength) for value in range(256)])


def textured(shading: Image.Image, kind: str, *, seed: int = 0, scale: float = 1.0) -> Image.Image:
    """The shading map with a material's grain in it."""
    source = grain(kind)
    width, height = (min(1024, max(8, round(side / scale))) for side in shading.size)
    left, top = (seed * 131) % (1025 - width), (seed * 71) % (1025 - height)
    texture = source.crop((left, top, left + width, top + height))
    if texture.size != shading.size:
        texture = texture.resize(shading.size, Image.Resampling.BILINEAR)
    return ImageChops.add(shading, texture, 1, -128)


def slope(size: tuple[int, int], *, start: float, stop: float, angle: float = 45.0) -> Image.Image:
    """A straight gradient of tones; the angle says where it runs (0 right, 90 down)."""
    across, down = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    reach = abs(across) + abs(down)
    shift = (1 - across / reach - down / reach) / 2
    tones = bytes(
        _clamp(start + (stop - start) * ((column / 15 * across + row / 15 * down) / reach + shift))
        for row in range(16)
        for column in range(16)
    )
    return Image.frombytes("L", (16, 16), tones).resize(size, Image.Resampling.BICUBIC)


def puff(mask: Image.Image, *, depth: float, height: float = 1.0, level: int = 128) -> Image.Image:
    """Tones of a soft, raised shape: its blurred mask as a height map, lit from the top left.

    `depth` is how far the rounding reaches in, in pixels.
    """
    factor = max(1, int(depth / 6))
    pad = math.ceil(depth / factor) + 2
    small = mask.reduce(factor) if factor > 1 else mask
    field = Image.new("L", (small.width + 2 * pad, small.height + 2 * pad), 0)
    field.paste(small, (pad, pad))
    blurred = field.filter(ImageFilter.GaussianBlur(depth / factor / 2))
    reach = max(1, round(depth / factor / 4))
    lit = ImageChops.subtract(
        ImageChops.offset(blurred, -reach, -reach),
        ImageChops.offset(blurred, reach, reach),
        1 / height,
        level,
    )
    inner = lit.crop((pad, pad, pad + small.width, pad + small.height))
    return inner.resize(mask.size, Image.Resampling.BICUBIC) if factor > 1 else inner
