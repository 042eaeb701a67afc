"""A product as a file describes it, whatever the file's format."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal


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


@dataclass(frozen=True, kw_only=True, slots=True)
class PictureRecord:
    """A picture by its file's name or remote address; `sku` when it shows one variant."""

    row: int
    name: str
    alt_en: str = ""
    alt_zh_hans: str = ""
    sku: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class CategoryStep:
    """One level of a category path."""

    slug: str
    name: str


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
    brand: str = ""
    categories: tuple[CategoryStep, ...] = ()
    is_published: bool = True
    # None: the file does not say, what the shop has stays.
    is_featured: bool | None = None
    pictures: tuple[PictureRecord, ...] = ()


@dataclass(kw_only=True, slots=True)
class ParsedProduct:
    """The rows of one product: what can be imported, what was refused and why, what to warn of; by row number."""

    key: str
    rows: list[int]
    record: ProductRecord | None = None
    refused: dict[int, str] = field(default_factory=dict)
    warnings: dict[int, list[str]] = field(default_factory=dict)

    def warn(self, row: int, text: str) -> None:
        """Note something that the file should mend, without refusing the row."""
        self.warnings.setdefault(row, []).append(text)

    def refuse(self, row: int, reason: str) -> None:
        """Leave a row out."""
        self.refused.setdefault(row, reason)

    def refuse_all(self, reason: str) -> None:
        """Leave the whole product out; rows already refused keep their own reason."""
        self.record = None
        for row in self.rows:
            self.refuse(row, reason)
