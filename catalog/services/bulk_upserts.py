"""Products and prices from partners' programs: row by row, by the same rules as files."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from django.conf import settings

from catalog.domain.cells import parse_amount
from catalog.domain.errors import PriceInvalid
from catalog.domain.reasons import Reason
from catalog.domain.records import ParsedProduct
from catalog.domain.reports import ImportSummary, Outcome, RowReport
from catalog.gateways.folders import FileFolder
from catalog.locks import lock_products
from catalog.models import ImportRun, Price, Variant
from catalog.queries.pricing.price_rows import find_variants
from catalog.services.imports.batches import ImportWork
from catalog.services.imports.files import FilePlanner
from catalog.services.imports.whole_files import finish_run
from catalog.services.pricing.base_prices import BasePriceDraft, write_base_prices
from shop.kernel.audit import record_audit
from shop.kernel.clock import now
from shop.kernel.transactions import transactional

API = "api"


@dataclass(frozen=True, kw_only=True, slots=True)
class PriceRow:
    """What an article is to cost in a currency."""

    sku: str
    currency: str
    amount: str
    compare_at_amount: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class PriceResult:
    """What became of a row."""

    sku: str
    currency: str
    outcome: str
    code: str = ""
    message: str = ""


@transactional
def upsert_products(products: Sequence[ParsedProduct], *, actor: str) -> list[RowReport]:
    """Create and change products, each or none of it; returns what became of each variant, in order.

    Leaves a run among the imports and an audit row. Brings no pictures and no stock. Joins the caller's transaction.
    Repeatable: what agrees is not written.
    """
    run = ImportRun.objects.create(
        file_name="API", format=API, state="running", actor=actor, started_at=now()
    )
    reports: list[RowReport] = []
    work = ImportWork(
        run=run,
        path=Path(),
        planner=FilePlanner(folder=FileFolder(None)),
        report=reports.append,
        summary=ImportSummary(file_name="API", format=API),
        currency=settings.DEFAULT_CURRENCY,
    )
    work.import_batch(list(products))
    finish_run(run, work.summary)
    record_audit(
        actor,
        action="catalog.upsert_products",
        target=f"import:{run.pk}",
        products={outcome.value: count for outcome, count in work.summary.products.items() if count},
    )
    return reports


@transactional
def set_prices(rows: Sequence[PriceRow], *, actor: str) -> list[PriceResult]:
    """Set base prices by SKU and currency; each row is done or refused by itself, and the results stand in its order.

    Locks the products by primary key, rebuilds their listings, publishes ProductsChanged, records an audit row. Repeatable.
    """
    variants = find_variants({row.sku for row in rows})
    lock_products({variant.product_id for variant in variants.values()})
    known = _list_known([variant.pk for variant in variants.values()])
    wanted: dict[tuple[int, str], BasePriceDraft] = {}
    results: list[PriceResult] = []
    for row in rows:
        variant = variants.get(row.sku.casefold())
        result, price = _plan_price(row, variant, known)
        results.append(result)
        if variant is not None and price is not None:
            wanted[variant.pk, row.currency] = price
            known[variant.pk, row.currency] = (price.amount, price.compare_at)
    if wanted:
        count = write_base_prices(list(wanted.values()))
        record_audit(actor, action="catalog.set_prices", target=f"products:{count}", prices=len(wanted))
    return results


Known = dict[tuple[int, str], tuple[Decimal, Decimal | None]]


def _list_known(variant_ids: Collection[int]) -> Known:
    rows = Price.objects.filter(variant_id__in=variant_ids)
    return {
        (variant_id, currency): (amount, before)
        for variant_id, currency, amount, before in rows.values_list(
            "variant_id", "currency", "amount", "compare_at_amount"
        )
    }


def _plan_price(
    row: PriceRow, variant: Variant | None, known: Known
) -> tuple[PriceResult, BasePriceDraft | None]:
    """Return the result of a row, and the price to write when there is one."""

    def tell(outcome: Outcome, code: str = "", reason: Reason | None = None) -> PriceResult:
        return PriceResult(
            sku=row.sku,
            currency=row.currency,
            outcome=outcome.value,
            code=code,
            message=reason.say() if reason else "",
        )

    if variant is None:
        return tell(Outcome.REFUSED, "unknown_sku", Reason("sku_unknown", sku=row.sku)), None
    try:
        amount = parse_amount(row.amount, row.currency)
        before = parse_amount(row.compare_at_amount, row.currency) if row.compare_at_amount else None
    except PriceInvalid as error:
        return tell(Outcome.REFUSED, "invalid_price", error.reason), None
    if before is not None and before <= amount:
        reason = Reason("compare_at_too_low", before=str(before), amount=str(amount))
        return tell(Outcome.REFUSED, "invalid_compare_at", reason), None
    old = known.get((variant.pk, row.currency))
    if old == (amount, before):
        return tell(Outcome.UNCHANGED), None
    price = BasePriceDraft(variant=variant, currency=row.currency, amount=amount, compare_at=before)
    return tell(Outcome.UPDATED if old else Outcome.CREATED), price
