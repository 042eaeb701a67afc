"""What a scanned text names: a bin, an article or a pack of it, a lot."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from catalog.models import Variant
from inventory.domain.barcodes import CARTON_DIGITS, is_ean, normalise_ean, read_gs1
from inventory.models import Barcode, Bin, Lot


@dataclass(frozen=True, kw_only=True)
class Scan:
    """What was found; `pieces` is how many one scan stands for. All empty: nobody knows this code."""

    text: str
    bin: Bin | None = None
    variant: Variant | None = None
    lot: Lot | None = None
    pieces: int = 1
    lot_code: str = ""
    expires_on: date | None = None

    @property
    def is_known(self) -> bool:
        """Whether the code names anything."""
        return bool(self.bin or self.variant or self.lot)


def find_scanned(text: str, *, warehouse_id: int) -> Scan:
    """Looks the code up as bin, barcode, SKU and lot, in that order. At most five queries."""
    text = text.strip()[:80]
    if not text or "\x00" in text:
        return Scan(text="")
    if bin_ := Bin.objects.filter(warehouse_id=warehouse_id, code__iexact=text).first():
        return Scan(text=text, bin=bin_)
    pack = read_gs1(text)
    code = pack.gtin if pack else text
    if found := _find_variant(code):
        variant, pieces = found
        lot_code = pack.lot_code if pack else ""
        return Scan(
            text=text,
            variant=variant,
            pieces=pieces,
            lot_code=lot_code,
            expires_on=pack.expires_on if pack else None,
        )
    if lot := Lot.objects.filter(code__iexact=text).select_related("variant__product").first():
        return Scan(text=text, lot=lot, variant=lot.variant, lot_code=lot.code, expires_on=lot.expires_on)
    return Scan(text=text)


def _find_variant(code: str) -> tuple[Variant, int] | None:
    codes = {code, code.lstrip("0")}
    if is_ean(code):
        codes.add(normalise_ean(code))
        codes.add(code[1:] if len(code) == CARTON_DIGITS and code[0] == "0" else code)
    barcode = (
        Barcode.objects.filter(code__in=codes)
        .select_related("variant__product", "pack_unit")
        .order_by("pk")
        .first()
    )
    if barcode is not None:
        return barcode.variant, barcode.pieces
    variant = (
        Variant.objects.filter(Q(sku__iexact=code) | Q(barcode__in=codes - {""}))
        .select_related("product")
        .order_by("pk")
        .first()
    )
    return (variant, 1) if variant else None
