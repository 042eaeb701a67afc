"""Making variants by option matrix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from catalog.domain.errors import MatrixInvalid
from catalog.domain.matrix import MatrixOption, MatrixVariant, list_combinations
from catalog.locks import lock_products
from catalog.models import OptionValue, Price, Product, ProductOption, Variant
from catalog.queries.offers import list_option_choices
from catalog.services.products import finish_product
from shop.kernel.audit import record_audit
from shop.kernel.transactions import transactional


@dataclass(frozen=True, kw_only=True, slots=True)
class MatrixPlan:
    """Which variants would be made, and which are there already."""

    fresh: tuple[MatrixVariant, ...]
    known: tuple[MatrixVariant, ...]


def plan_matrix(product_id: int, options: Sequence[MatrixOption], *, base_sku: str) -> MatrixPlan:
    """Return what `create_matrix` would make; raises MatrixInvalid, for a SKU that another variant has too."""
    wanted = list_combinations(tuple(options), base_sku=base_sku.strip())
    variants = list(Variant.objects.filter(product_id=product_id).values_list("pk", flat=True))
    choices = list_option_choices(variants)
    taken = {frozenset((choice.option_key, choice.value_key) for choice in choices[pk]) for pk in variants}
    fresh = [one for one in wanted if frozenset(one.choices) not in taken]
    _check_skus(fresh, base_sku)
    known = tuple(one for one in wanted if frozenset(one.choices) in taken)
    return MatrixPlan(fresh=tuple(fresh), known=known)


def _check_skus(fresh: Sequence[MatrixVariant], base_sku: str) -> None:
    if not base_sku.strip():
        raise MatrixInvalid(_("Give the SKU that all variants begin with."), field="base_sku")
    skus = [one.sku.upper() for one in fresh]
    used = set(Variant.objects.filter(sku__in=[one.sku for one in fresh]).values_list("sku", flat=True))
    doubles = used | {sku for sku in skus if skus.count(sku) > 1}
    if doubles:
        raise MatrixInvalid(
            _("The SKU %(sku)s is taken. Choose another beginning.") % {"sku": min(doubles)}, field="base_sku"
        )


@transactional
def create_matrix(
    product_id: int,
    options: Sequence[MatrixOption],
    *,
    base_sku: str,
    prices: Mapping[str, Decimal],
    weight_grams: int,
    actor: str,
) -> int:
    """Make the variants that are missing, with options, values and prices; returns how many.

    Locks the product; audits. Variants that are there stay as they are. Raises MatrixInvalid. Repeatable.
    """
    lock_products([product_id])
    plan = plan_matrix(product_id, options, base_sku=base_sku)
    values = _ensure_values(product_id, options)
    first = Variant.objects.filter(product_id=product_id).count()
    rows = Variant.objects.bulk_create(
        Variant(product_id=product_id, sku=one.sku, weight_grams=weight_grams, position=position)
        for position, one in enumerate(plan.fresh, start=first)
    )
    through = Variant.option_values.through
    through.objects.bulk_create(
        through(variant_id=row.pk, optionvalue_id=values[choice])
        for row, one in zip(rows, plan.fresh, strict=True)
        for choice in one.choices
    )
    Price.objects.bulk_create(
        Price(variant=row, currency=currency, amount=amount)
        for row in rows
        for currency, amount in prices.items()
    )
    slug = Product.objects.values_list("slug", flat=True).get(pk=product_id)
    record_audit(actor, action="catalog.create_matrix", target=f"product:{slug}", variants=len(rows))
    finish_product(product_id)
    return len(rows)


def _ensure_values(product_id: int, options: Sequence[MatrixOption]) -> dict[tuple[str, str], int]:
    """Return the ids of option values by their keys, making what is missing; words that are there stay."""
    found: dict[tuple[str, str], int] = {}
    for place, option in enumerate(options):
        row, _is_new = ProductOption.objects.get_or_create(
            product_id=product_id,
            key=option.key,
            defaults={"name_en": option.english, "name_zh_hans": option.chinese, "position": place},
        )
        for position, value in enumerate(option.values):
            known, _is_new = OptionValue.objects.get_or_create(
                option=row,
                key=value.key,
                defaults={
                    "value_en": value.english,
                    "value_zh_hans": value.chinese,
                    "swatch": value.swatch,
                    "position": position,
                },
            )
            found[option.key, value.key] = known.pk
    return found
