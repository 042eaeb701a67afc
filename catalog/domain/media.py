"""A picture as a page shows it."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.domain.words import pick_words

WIDTHS = (320, 640, 960, 1600)
FALLBACK_WIDTH = 640
MIME_TYPES = {"avif": "image/avif", "webp": "image/webp"}
FORMATS = tuple(MIME_TYPES)


@dataclass(frozen=True, kw_only=True, slots=True)
class ImageSource:
    """One format of a picture in its sizes."""

    type: str
    srcset: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ImageView:
    """A picture with all that `<picture>` needs; `url` is for readers that know no srcset."""

    url: str
    large_url: str
    width: int
    height: int
    alt: str
    color: str
    sources: tuple[ImageSource, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ImageCard:
    """What a read model keeps of a picture: addresses, size, words in both languages."""

    url: str
    large_url: str
    width: int
    height: int
    color: str
    alt_en: str
    alt_zh_hans: str
    srcsets: dict[str, str]

    def to_view(self, language: str, *, fallback_alt: str = "") -> ImageView:
        """Return the picture in one language."""
        return ImageView(
            url=self.url,
            large_url=self.large_url,
            width=self.width,
            height=self.height,
            alt=pick_words(self.alt_en, self.alt_zh_hans, language) or fallback_alt,
            color=self.color,
            sources=tuple(
                ImageSource(type=MIME_TYPES[name], srcset=self.srcsets[name])
                for name in FORMATS
                if name in self.srcsets
            ),
        )
