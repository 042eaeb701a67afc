"""Pack sizes and barcodes."""

from django.utils.translation import gettext as _

from catalog.models import Variant
from inventory.domain.barcodes import is_ean, make_own_code, normalise_ean
from inventory.domain.errors import BarcodeRefused, InvalidQuantity
from inventory.models import Barcode, BarcodeKind, PackUnit, UnitKind
from shop.kernel.transactions import transactional


@transactional
def set_pack_unit(variant_id: int, *, unit: UnitKind, quantity: int) -> PackUnit:
    """So many pieces in one pack of this kind. Raises InvalidQuantity. May be repeated."""
    if quantity < 1:
        raise InvalidQuantity(quantity)
    pack, _is_new = PackUnit.objects.update_or_create(
        variant_id=variant_id, unit=unit, defaults={"quantity": quantity}
    )
    return pack


@transactional
def add_barcode(variant_id: int, *, code: str, kind: BarcodeKind, pack_unit_id: int | None = None) -> Barcode:
    """Gives an article, or a pack of it, a code. May be repeated.

    Raises BarcodeRefused for a wrong check digit, and for a code that names another article.
    """
    code = code.strip()
    if kind == BarcodeKind.EAN:
        if not is_ean(code.replace(" ", "").replace("-", "")):
            raise BarcodeRefused(code, reason=_("The check digit of this code is wrong. Scan it again."))
        code = normalise_ean(code)
    if not code:
        raise BarcodeRefused(code, reason=_("Scan or type a code."))
    known, is_new = Barcode.objects.get_or_create(
        code=code, defaults={"variant_id": variant_id, "pack_unit_id": pack_unit_id, "kind": kind}
    )
    if not is_new and (known.variant_id, known.pack_unit_id) != (variant_id, pack_unit_id):
        raise BarcodeRefused(code, reason=_("This code already names %(sku)s.") % {"sku": known.variant.sku})
    return known


@transactional
def ensure_own_barcode(variant: Variant) -> Barcode:
    """The code that we print for an article which has none of its own. May be repeated."""
    known = Barcode.objects.filter(variant=variant, pack_unit=None).order_by("pk").first()
    return known or add_barcode(variant.pk, code=make_own_code(variant.pk), kind=BarcodeKind.OWN)
