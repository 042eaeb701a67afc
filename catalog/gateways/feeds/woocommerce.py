"""WooCommerce's product CSV: simple products, and variable ones whose variations may stand anywhere in the file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import product as combine
from pathlib import Path

from catalog.domain.cells import clean_html, is_true, parse_count, parse_grams
from catalog.domain.reasons import Reason
from catalog.domain.records import (
    CategoryStep,
    ChoiceRecord,
    ParsedProduct,
    PictureRecord,
    ProductRecord,
    VariantRecord,
)
from catalog.domain.words import make_key
from catalog.gateways.feeds import building
from catalog.gateways.feeds.reading import Progress, Row, open_table

COLUMNS = frozenset({"type", "sku", "name", "regular price"})
SOURCE = "woocommerce"
WEIGHTS = {"weight (kg)": "kg", "weight (g)": "g", "weight (lbs)": "lbs", "weight (oz)": "oz"}
NOT_SOLD = {
    "grouped": Reason("grouped"),
    "external": Reason("external"),
}
MOST_ATTRIBUTES = 20


@dataclass(kw_only=True, slots=True)
class _Children:
    """The variations of a file by their parent's reference, kept without the long texts that variations repeat."""

    by_parent: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))

    def take(self, row: Row) -> list[Row]:
        """Return the variations of a parent, which names itself by SKU or id, in their order."""
        rows = self.by_parent.pop(row.get("sku").casefold(), []) if row.get("sku") else []
        rows += self.by_parent.pop(f"id:{row.get('id')}", []) if row.get("id") else []
        return sorted(rows, key=lambda child: (_read_position(child), child.number))


def fits(columns: frozenset[str]) -> bool:
    """Return whether the columns are WooCommerce's."""
    return columns >= COLUMNS


def read(path: Path, *, currency: str, progress: Progress) -> Iterator[ParsedProduct]:
    """Yield the products, each with its variations; reads the file twice, because children may come first."""
    children = _collect_children(path)
    seen: dict[str, int] = {}
    with open_table(path) as table:
        for row in table.rows(progress):
            if _list_kinds(row) and "variation" in _list_kinds(row):
                continue
            yield _read_row(row, children, currency, seen)
    for reference, rows in children.by_parent.items():
        orphans = ParsedProduct(key=reference, rows=[row.number for row in rows])
        orphans.refuse_all(
            Reason("parent_missing", parent=reference) if reference else Reason("parent_unnamed")
        )
        yield orphans


def _collect_children(path: Path) -> _Children:
    children = _Children()
    with open_table(path) as table:
        for row in table.rows(lambda _done, _size: None):
            if "variation" in _list_kinds(row):
                cells = {name: text for name, text in row.cells.items() if text and "description" not in name}
                children.by_parent[row.get("parent").casefold()].append(replace(row, cells=cells))
    return children


def _list_kinds(row: Row) -> set[str]:
    return {kind.strip() for kind in row.get("type").casefold().split(",")}


def _read_row(row: Row, children: _Children, currency: str, seen: dict[str, int]) -> ParsedProduct:
    own = children.take(row) if "variable" in _list_kinds(row) else []
    key = row.get("sku") or (f"id:{row.get('id')}" if row.get("id") else "")
    product = ParsedProduct(key=key, rows=[row.number, *(child.number for child in own)])
    reason = _find_reason(row, key, seen)
    if reason:
        product.refuse_all(reason)
    else:
        seen[key.casefold()] = row.number
        _read_product(product, row, own, currency)
    return product


def _find_reason(row: Row, key: str, seen: dict[str, int]) -> Reason | None:
    """Return why a row cannot be a product here, None when it can."""
    kinds = _list_kinds(row)
    not_sold = next((reason for kind, reason in NOT_SOLD.items() if kind in kinds), None)
    reasons = [
        (row.problem is not None, row.problem),
        (not_sold is not None, not_sold),
        (not kinds & {"simple", "variable"}, Reason("kind_unknown", kind=row.get("type"))),
        (not row.get("name"), Reason("name_missing")),
        (not key, Reason("key_missing")),
        (key.casefold() in seen, Reason("same_row", row=seen.get(key.casefold(), 0))),
    ]
    return next((reason for applies, reason in reasons if applies), None)


def _read_product(product: ParsedProduct, row: Row, children: list[Row], currency: str) -> None:
    is_variable = "variable" in _list_kinds(row)
    for child in children:
        if child.problem:
            product.refuse(child.number, child.problem)
    if is_variable and not children:
        return product.refuse_all(Reason("variations_none"))
    attributes = _read_attributes(row)
    variants = (
        _read_variations(product, row, children, currency)
        if is_variable
        else _read_simple(product, row, currency)
    )
    kept = building.keep_distinct(product, variants)
    if not kept:
        return product.refuse_all(Reason("variants_none"))
    if row.get("visibility in catalog").casefold() == "hidden":
        product.warn(row.number, Reason("hidden"))
    product.record = ProductRecord(
        source=SOURCE,
        external_key=f"id:{row.get('id')}" if row.get("id") else product.key,
        handle=make_key(row.get("name")) or product.key,
        name_en=building.build_name(product, row.number, row.get("name")),
        description_en=clean_html(
            (row.get("description") or row.get("short description")).replace("\\n", "\n")
        ),
        brand=building.build_brand((row.get("brands") or _pick_attribute(attributes, "brand")).split(",")[0]),
        tags=building.build_tags(product, row.number, [row.get("tags")]),
        categories=_read_categories(product, row),
        is_published=row.get("published") in {"", "1"}
        and row.get("visibility in catalog").casefold() != "hidden",
        is_featured=is_true(row.get("is featured?")),
        variants=kept,
        pictures=building.keep_pictures(_list_pictures(row, children, kept)),
    )
    return None


def _read_simple(product: ParsedProduct, row: Row, currency: str) -> list[VariantRecord]:
    """Return the one variant; an attribute with a single value says what it is, one with several is a mere note."""
    choices = tuple(
        _build_choice(name, values[0]) for name, values in _read_attributes(row).items() if len(values) == 1
    )
    variant = _read_variant(product, row, row, choices=choices, currency=currency)
    return [variant] if variant else []


def _read_variations(
    product: ParsedProduct, parent: Row, children: list[Row], currency: str
) -> Iterator[VariantRecord]:
    offered = _read_attributes(parent)
    for child in children:
        if child.problem:
            continue
        given = _read_attributes(child, keep_empty=True)
        open_names = {name for name, values in given.items() if not values}
        groups = [
            [(name, value) for value in values or offered.get(name, [])] for name, values in given.items()
        ]
        if any(not group for group in groups) or not groups:
            product.refuse(child.number, Reason("variation_vague"))
            continue
        variant = _read_variant(product, child, parent, choices=(), currency=currency)
        if variant:
            yield from _expand(
                product, child, variant, [list(pairs) for pairs in combine(*groups)], open_names
            )


def _expand(
    product: ParsedProduct,
    row: Row,
    variant: VariantRecord,
    combinations: list[list[tuple[str, str]]],
    open_names: set[str],
) -> Iterator[VariantRecord]:
    """Yield one variant per combination: "any size" means each of the parent's sizes."""
    if len(combinations) > building.MOST_VARIANTS:
        product.refuse(
            row.number, Reason("variation_many", count=len(combinations), most=building.MOST_VARIANTS)
        )
        return
    is_one = len(combinations) == 1
    if not is_one:
        product.warn(row.number, Reason("variation_any", count=len(combinations)))
        if variant.stock:
            product.warn(row.number, Reason("stock_shared"))
    for pairs in combinations:
        choices = tuple(_build_choice(name, value) for name, value in pairs)
        if is_one:
            yield replace(
                variant, sku=variant.sku or building.derive_sku(product.key, choices), choices=choices
            )
            continue
        told_apart = (
            [choice for choice in choices if choice.option_en in open_names] if variant.sku else choices
        )
        sku = building.derive_sku(variant.sku or product.key, told_apart)
        yield replace(variant, sku=sku, choices=choices, stock=(), barcode="")


def _read_variant(
    product: ParsedProduct, row: Row, parent: Row, *, choices: tuple[ChoiceRecord, ...], currency: str
) -> VariantRecord | None:
    sale, regular = row.get("sale price"), row.get("regular price")
    price = building.build_price(
        product, row.number, currency=currency, now=sale or regular, before=regular if sale else ""
    )
    if price is None:
        return None
    if len(row.get("sku")) > building.SKU_LENGTH:
        product.refuse(row.number, Reason("sku_long", most=building.SKU_LENGTH))
        return None
    return VariantRecord(
        row=row.number,
        sku=row.get("sku") or ("" if row is not parent else building.derive_sku(product.key, choices)),
        barcode=building.build_barcode(product, row.number, row.get("gtin, upc, ean, or isbn")),
        weight_grams=_read_grams(product, row) or _read_grams(product, parent),
        requires_shipping=not _list_kinds(row) & {"virtual", "downloadable"},
        choices=choices,
        prices=(price,),
        stock=_read_stock(product, row),
        is_uncounted=is_true(row.get("in stock?")) and not row.get("stock").isdecimal(),
    )


def _read_stock(product: ParsedProduct, row: Row) -> tuple[tuple[str, int], ...]:
    text = row.get("stock")
    if not text or text.casefold() == "parent":
        if is_true(row.get("in stock?")):
            product.warn(row.number, Reason("stock_uncounted"))
            return ()
        return (("", 0),) if row.get("in stock?") else ()
    return building.build_stock(product, row.number, text)


def _read_grams(product: ParsedProduct, row: Row) -> int:
    for column, unit in WEIGHTS.items():
        if row.get(column):
            grams = parse_grams(row.get(column), unit)
            if grams is None:
                product.warn(row.number, Reason("weight_unreadable", text=row.get(column)))
            return grams or 0
    return 0


def _read_attributes(row: Row, *, keep_empty: bool = False) -> dict[str, list[str]]:
    """Return the values by attribute name; a backslash before a comma keeps it in the value."""
    found: dict[str, list[str]] = {}
    for number in range(1, MOST_ATTRIBUTES + 1):
        name = row.get(f"attribute {number} name")
        if not make_key(name):
            continue
        text = row.get(f"attribute {number} value(s)").replace("\\,", "\0")
        values = [part.replace("\0", ",").strip() for part in text.split(",")]
        values = [value for value in values if make_key(value)]
        if values or keep_empty:
            found[name] = values
    return found


def _pick_attribute(attributes: dict[str, list[str]], key: str) -> str:
    return next((values[0] for name, values in attributes.items() if make_key(name) == key), "")


def _build_choice(name: str, value: str) -> ChoiceRecord:
    return ChoiceRecord(option_en=name[: building.OPTION_LENGTH], value_en=value[: building.VALUE_LENGTH])


def _read_categories(product: ParsedProduct, row: Row) -> tuple[CategoryStep, ...]:
    paths = [path for path in row.get("categories").replace("\\,", "，").split(",") if path.strip()]
    if len(paths) > 1:
        product.warn(row.number, Reason("category_first_of", count=len(paths), category=paths[0].strip()))
    if not paths:
        product.warn(row.number, Reason("category_missing"))
    return building.build_steps(product, row.number, paths[0].split(">") if paths else [])


def _list_pictures(
    row: Row, children: list[Row], variants: tuple[VariantRecord, ...]
) -> Iterator[PictureRecord]:
    for name in row.get("images").split(","):
        yield PictureRecord(row=row.number, name=name.strip())
    sku_of = {variant.row: variant.sku for variant in reversed(variants)}
    for child in children:
        if child.number in sku_of:
            first = child.get("images").split(",")[0].strip()
            yield PictureRecord(row=child.number, name=first, sku=sku_of[child.number])


def _read_position(row: Row) -> int:
    return max(parse_count(row.get("position")) or 0, 0)
