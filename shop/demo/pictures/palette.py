"""The restrained palette of the demo shop and the tone ramps that shade it."""

from dataclasses import dataclass
from typing import Final, TypeAlias

from PIL import Image, ImageColor, ImageOps

Rgb: TypeAlias = tuple[int, int, int]

COLOURS: Final[dict[str, str]] = {
    "amber": "#b0732f",
    "ash": "#dcc4a0",
    "black": "#35353a",
    "blush": "#dba999",
    "brass": "#c39f58",
    "chalk": "#f0ebe2",
    "charcoal": "#4b4d51",
    "clay": "#c07a5c",
    "copper": "#b97c55",
    "forest": "#506653",
    "ink": "#3f4c5e",
    "leaf": "#6f8a5e",
    "linen": "#d9cebd",
    "mist": "#b7c6cc",
    "moss": "#8a8f5f",
    "natural": "#cfb68c",
    "oak": "#c79c69",
    "oat": "#e4d8c5",
    "ochre": "#cf9f4a",
    "olive": "#7b7d55",
    "paper": "#f4efe6",
    "plum": "#75505f",
    "rust": "#a85a3f",
    "sage": "#9dae93",
    "sand": "#d6c2a2",
    "sky": "#a5bccd",
    "slate": "#6e7a82",
    "smoke": "#8f8c87",
    "steel": "#b9bcbf",
    "teal": "#4f7b7d",
    "walnut": "#76513a",
    "water": "#dfe8e8",
    "white": "#f7f5f0",
}

_WARM_DARK: Final[Rgb] = (52, 38, 34)
_WARM_LIGHT: Final[Rgb] = (255, 251, 242)


def rgb(name: str) -> Rgb:
    """The colour of a palette name, or of a `#rrggbb` literal."""
    red, green, blue, *_ = ImageColor.getrgb(COLOURS.get(name, name))
    return red, green, blue


def mix(first: Rgb, second: Rgb, share: float) -> Rgb:
    """`share` of the second colour in the first."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


@dataclass(frozen=True, slots=True)
class Ramp:
    """Three tones that a grey shading map is dyed with: 0 is dark, 128 is base, 255 is light."""

    dark: Rgb
    base: Rgb
    light: Rgb

    def dye(self, shading: Image.Image) -> Image.Image:
        """The shading map in colour."""
        return ImageOps.colorize(shading, self.dark, self.light, self.base, 0, 255, 132)


def ramp(name: str, *, depth: float = 0.62, lift: float = 0.78) -> Ramp:
    """Shadows lean to warm umber and lights to warm white, whatever the base."""
    base = rgb(name)
    shadow = tuple(
        round(channel * (1 - depth * fall)) for channel, fall in zip(base, (0.66, 0.72, 0.78), strict=True)
    )
    dark = mix((shadow[0], shadow[1], shadow[2]), _WARM_DARK, depth * 0.42)
    return Ramp(dark=dark, base=base, light=mix(base, _WARM_LIGHT, lift))
