"""A product as a file describes it, whatever the file's format."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from catalog.domain.attributes import AttributeKind
from catalog.domain.reasons import Reason


@dataclass(frozen=True, kw_only=True, slots=True)
class ChoiceRecord:
    """One option value of a variant."""

    option_en: str
    value_en: str
    option_zh_hans: str = ""
    value_zh_hans: str = ""
    swatch: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class VariantRecord:
    """A variant; `prices` are (currency, amount, compare-at amount), `stock` is (warehouse code, quantity)."""

    row: int
    sku: str
    prices: tuple[tuple[str, Decimal, Decimal | None], ...]
    barcode: str = ""
    weight_grams: int = 0
    requires_shipping: bool = True
    choices: tuple[ChoiceRecord, ...] = ()
    stock: tuple[tuple[str, int], ...] = ()
    # The file says "in stock" and gives no number.
    is_uncounted: bool = False
    is_active: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class PictureRecord:
    """A picture by its file's name or remote address; `sku` when it shows one variant."""

    row: int
    name: str
    alt_en: str = ""
    alt_zh_hans: str = ""
    sku: str = ""
    # File names that it may also have in the folder of pictures.
    also_named: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class CategoryStep:
    """One level of a category path."""

    slug: str
    name: str
    name_zh_hans: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class NamedKey:
    """A brand, a product type or a collection: its key, and the names that it gets when the shop does not have it."""

    key: str
    name_en: str
    name_zh_hans: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class AttributeRecord:
    """What a file states of one attribute; its definition counts only when the shop does not know the attribute."""

    row: int
    key: str
    # Read by domain.attribute_values once the kind is known: the shop's own, else this one.
    cell: str
    kind: AttributeKind = AttributeKind.TEXT
    is_multiple: bool = False
    name_en: str = ""
    name_zh_hans: str = ""
    unit_en: str = ""
    unit_zh_hans: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentRecord:
    """A manual or certificate by its file's name."""

    row: int
    name: str
    kind: str = "manual"
    title_en: str = ""
    title_zh_hans: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ProductRecord:
    """A product with its variants, ready to be compared with what the database holds."""

    source: str
    external_key: str
    handle: str
    name_en: str
    variants: tuple[VariantRecord, ...]
    name_zh_hans: str = ""
    description_en: str = ""
    description_zh_hans: str = ""
    brand: NamedKey | None = None
    categories: tuple[CategoryStep, ...] = ()
    product_type: NamedKey | None = None
    collections: tuple[NamedKey, ...] = ()
    # Tidied; None where the file does not say.
    tags: tuple[str, ...] | None = None
    attributes: tuple[AttributeRecord, ...] = ()
    seo_title_en: str = ""
    seo_title_zh_hans: str = ""
    seo_description_en: str = ""
    seo_description_zh_hans: str = ""
    is_published: bool = True
    # None or empty, here and above: the file does not say, what the shop has stays.
    is_featured: bool | None = None
    is_digital: bool | None = None
    is_custom_made: bool | None = None
    is_fresh: bool | None = None
    return_policy: str = ""
    warranty_months: int | None = None
    publish_at: datetime | None = None
    unpublish_at: datetime | None = None
    pictures: tuple[PictureRecord, ...] = ()
    documents: tuple[DocumentRecord, ...] = ()


@dataclass(kw_only=True, slots=True)
class ParsedProduct:
    """The rows of one product: what can be imported, what was refused and why, what to warn of; by row number."""

    key: str
    rows: list[int]
    record: ProductRecord | None = None
    refused: dict[int, Reason] = field(default_factory=dict)
    warnings: dict[int, list[Reason]] = field(default_factory=dict)

    def warn(self, row: int, text: Reason) -> None:
        """Note something that the file should mend, without refusing the row."""
        self.warnings.setdefault(row, []).append(text)

    def refuse(self, row: int, reason: Reason) -> None:
        """Leave a row out."""
        self.refused.setdefault(row, reason)

    def refuse_all(self, reason: Reason) -> None:
        """Leave the whole product out; rows already refused keep their own reason."""
        self.record = None
        for row in self.rows:
            self.refuse(row, reason)
