"""The columns of our own format: their names, and cells that name a thing by key and words."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.domain.attributes import AttributeKind
from catalog.domain.cells import join_words, split_words
from catalog.domain.records import NamedKey
from catalog.domain.words import make_key

PRICE, COMPARE_AT, ATTRIBUTE = "price_", "compare_at_", "attribute:"
OPTION_COUNT = 3
PRODUCT_COLUMNS = (
    "handle",
    "name_en",
    "name_zh",
    "description_en",
    "description_zh",
    "brand",
    "category",
    "category_name",
    "product_type",
    "collections",
    "tags",
    "seo_title_en",
    "seo_title_zh",
    "seo_description_en",
    "seo_description_zh",
    "published",
    "publish_at",
    "unpublish_at",
    "featured",
    "digital",
    "custom_made",
    "fresh",
    "return_policy",
    "warranty_months",
    "image",
    "image_alt_en",
    "image_alt_zh",
    "documents",
)
VARIANT_COLUMNS = (
    *(
        f"option{number}_{part}"
        for number in range(1, OPTION_COUNT + 1)
        for part in ("name", "value", "swatch")
    ),
    "sku",
    "barcode",
    "weight_grams",
    "requires_shipping",
    "active",
    "stock",
    "variant_image",
    "variant_image_alt_en",
    "variant_image_alt_zh",
)
KEY_LENGTH = 60
NAME_LENGTH = 80


@dataclass(frozen=True, kw_only=True, slots=True)
class AttributeColumn:
    """A column of attributes: `attribute:key`, or `attribute:key:kind:Name|名称:unit|单位`; a kind with * takes several."""

    key: str
    kind: AttributeKind = AttributeKind.TEXT
    is_multiple: bool = False
    name_en: str = ""
    name_zh_hans: str = ""
    unit_en: str = ""
    unit_zh_hans: str = ""

    @property
    def title(self) -> str:
        """Return the header cell that `read_attribute_column` reads as this column."""
        kind = f"{self.kind.value}{'*' if self.is_multiple else ''}"
        name, unit = join_words(self.name_en, self.name_zh_hans), join_words(self.unit_en, self.unit_zh_hans)
        return ":".join([f"{ATTRIBUTE}{self.key}", kind, name.replace(":", "："), unit]).rstrip(":")


def read_attribute_column(title: str) -> AttributeColumn | None:
    """Return the attribute that a column states, None when it is another column."""
    if not title.strip().casefold().startswith(ATTRIBUTE):
        return None
    key, kind, name, unit = [*(part.strip() for part in title.split(":", 4)[1:]), "", "", ""][:4]
    known = {one.value: one for one in AttributeKind}
    name_en, name_zh = split_words(name)
    unit_en, unit_zh = split_words(unit)
    return AttributeColumn(
        key=make_key(key, length=KEY_LENGTH),
        kind=known.get(kind.rstrip("*").casefold(), AttributeKind.TEXT),
        is_multiple=kind.endswith("*"),
        name_en=(name_en or key.replace("-", " ").capitalize())[:NAME_LENGTH],
        name_zh_hans=name_zh[:NAME_LENGTH],
        unit_en=unit_en[:20],
        unit_zh_hans=unit_zh[:20],
    )


def read_named(cell: str, *, length: int = KEY_LENGTH) -> NamedKey | None:
    """Return what "Oak", "oak", "summer-sale=Summer sale|夏季特卖" name; None for an empty cell."""
    before, sign, after = cell.partition("=")
    is_keyed = bool(sign) and before.strip() == make_key(before, length=length) != ""
    english, chinese = split_words(after if is_keyed else cell)
    key = before.strip() if is_keyed else make_key(english, length=length)
    if not key:
        return None
    return NamedKey(key=key, name_en=(english or key)[:120], name_zh_hans=chinese[:120])


def write_named(key: str, name_en: str | None, name_zh_hans: str | None = "") -> str:
    """Return the cell that `read_named` reads as this key and these names."""
    return f"{key}={join_words(name_en, name_zh_hans)}"
