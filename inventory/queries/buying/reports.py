"""The buyer's reports: columns and rows, a page at a time or whole for a file."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from inventory.queries.buying.demand import start_of
from inventory.queries.buying.positions import get_policy

Words = str | Promise
MOST_ROWS: Final = 50_000


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: what it is called, how its values are written (text, count, number, share, money, date, models)."""

    label: Words
    kind: str = "text"


@dataclass(frozen=True, kw_only=True)
class Report:
    """A question with its SQL; `bar` is the column that is drawn beside the rows."""

    code: str
    title: Words
    words: Words
    columns: tuple[Column, ...]
    sql: str
    build: Callable[[date], Mapping[str, Any]]
    bar: int


def _days_back(days: int) -> Callable[[date], Mapping[str, Any]]:
    return lambda today: {
        "since": today - timedelta(days=days),
        "since_instant": start_of(today - timedelta(days=days)),
        "today": today,
        "currency": settings.DEFAULT_CURRENCY,
        "most_cover": get_policy().most_cover_days,
        "is_chinese": get_language() == "zh-hans",
    }


_SKU, _PLACE = Column(label=_("SKU")), Column(label=_("warehouse"))

# Source: the product's own formula, cost of goods sold / average stock value; average of first and last day.
_TURNOVER = """
WITH moved AS (
    SELECT m.variant_id, m.warehouse_id,
           coalesce(-sum(m.delta * m.unit_cost) FILTER (WHERE m.kind = 'shipped'), 0) AS cost_of_goods,
           sum(m.delta * m.unit_cost) AS change
    FROM inventory_stockmovement m WHERE m.created_at >= %(since_instant)s AND m.delta <> 0 GROUP BY 1, 2
), words AS (
    SELECT id, parent_id,
           CASE WHEN %(is_chinese)s THEN coalesce(nullif(name_zh_hans, ''), name_en) ELSE name_en END AS word
    FROM catalog_category
), named AS (
    SELECT c.id, concat_ws(' / ', top.word, above.word, c.word) AS name
    FROM words c LEFT JOIN words above ON above.id = c.parent_id LEFT JOIN words top ON top.id = above.parent_id
), shelves AS (
    SELECT coalesce(n.name, '–') AS category, h.code, coalesce(m.cost_of_goods, 0) AS cost_of_goods,
           l.on_hand * l.average_cost AS closing,
           greatest(l.on_hand * l.average_cost - coalesce(m.change, 0), 0) AS opening
    FROM inventory_stocklevel l
    JOIN inventory_warehouse h ON h.id = l.warehouse_id
    JOIN catalog_variant v ON v.id = l.variant_id
    JOIN catalog_product p ON p.id = v.product_id
    LEFT JOIN named n ON n.id = p.category_id
    LEFT JOIN moved m ON m.variant_id = l.variant_id AND m.warehouse_id = l.warehouse_id
)
SELECT category, code, sum(cost_of_goods), sum(opening + closing) / 2,
       sum(cost_of_goods) / nullif(sum(opening + closing) / 2, 0) AS turnover
FROM shelves GROUP BY 1, 2 ORDER BY turnover DESC NULLS LAST, 1, 2
"""
_COVER = """
SELECT v.sku, h.code, p.abc_class || p.xyz_class, l.available, p.daily_demand,
       greatest(l.available, 0) / p.daily_demand AS days
FROM inventory_itemplan p
JOIN inventory_stocklevel l ON l.variant_id = p.variant_id AND l.warehouse_id = p.warehouse_id
JOIN inventory_warehouse h ON h.id = l.warehouse_id
JOIN catalog_variant v ON v.id = l.variant_id
WHERE p.daily_demand > 0 ORDER BY days, v.sku, h.code
"""
_STOCK_OUTS = """
SELECT v.sku, h.code, count(*) FILTER (WHERE d.is_out_of_stock), sum(d.shipped_quantity),
       sum(d.corrected_quantity - d.shipped_quantity) AS lost,
       sum(d.corrected_quantity - d.shipped_quantity) * max(c.amount) AS lost_value
FROM inventory_demandrecord d
JOIN inventory_warehouse h ON h.id = d.warehouse_id
JOIN catalog_variant v ON v.id = d.variant_id
LEFT JOIN catalog_price c ON c.variant_id = v.id AND c.currency = %(currency)s
WHERE d.day >= %(since)s GROUP BY v.sku, h.code
HAVING count(*) FILTER (WHERE d.is_out_of_stock) > 0
ORDER BY lost_value DESC NULLS LAST, 3 DESC, v.sku, h.code
"""
_OVERSTOCK = """
WITH sold AS (
    SELECT variant_id, warehouse_id, max(day) FILTER (WHERE shipped_quantity > 0) AS last_day
    FROM inventory_demandrecord GROUP BY 1, 2
)
SELECT v.sku, h.code, l.on_hand, coalesce(p.daily_demand, 0), s.last_day,
       floor(greatest(l.on_hand - coalesce(p.daily_demand, 0) * %(most_cover)s, 0)) AS excess,
       floor(greatest(l.on_hand - coalesce(p.daily_demand, 0) * %(most_cover)s, 0)) * l.average_cost AS excess_value
FROM inventory_stocklevel l
JOIN inventory_warehouse h ON h.id = l.warehouse_id
JOIN catalog_variant v ON v.id = l.variant_id
LEFT JOIN inventory_itemplan p ON p.variant_id = l.variant_id AND p.warehouse_id = l.warehouse_id
LEFT JOIN sold s ON s.variant_id = l.variant_id AND s.warehouse_id = l.warehouse_id
WHERE l.on_hand > coalesce(p.daily_demand, 0) * %(most_cover)s
ORDER BY excess_value DESC, excess DESC, v.sku, h.code
"""
_AGEING = """
SELECT v.sku, h.code, sum(c.open_quantity), sum(c.amount) FILTER (WHERE c.age <= 30),
       sum(c.amount) FILTER (WHERE c.age BETWEEN 31 AND 90), sum(c.amount) FILTER (WHERE c.age BETWEEN 91 AND 180),
       sum(c.amount) FILTER (WHERE c.age > 180), max(c.age) AS oldest
FROM (
    SELECT variant_id, warehouse_id, open_quantity, open_quantity * unit_cost AS amount,
           %(today)s::date - created_at::date AS age
    FROM inventory_costlayer WHERE open_quantity > 0
) c
JOIN inventory_warehouse h ON h.id = c.warehouse_id
JOIN catalog_variant v ON v.id = c.variant_id
GROUP BY v.sku, h.code ORDER BY oldest DESC, v.sku, h.code
"""
_EXPIRY = """
SELECT v.sku, h.code, t.code, t.expires_on, sum(i.quantity), t.expires_on - %(today)s::date,
       greatest(sum(i.quantity) - floor(coalesce(max(p.daily_demand), 0) * greatest(t.expires_on - %(today)s::date, 0)), 0)
           AS risk,
       greatest(sum(i.quantity) - floor(coalesce(max(p.daily_demand), 0) * greatest(t.expires_on - %(today)s::date, 0)), 0)
           * max(l.average_cost)
FROM inventory_stockitem i
JOIN inventory_lot t ON t.id = i.lot_id AND t.expires_on IS NOT NULL
JOIN inventory_warehouse h ON h.id = i.warehouse_id
JOIN catalog_variant v ON v.id = i.variant_id
JOIN inventory_stocklevel l ON l.variant_id = i.variant_id AND l.warehouse_id = i.warehouse_id
LEFT JOIN inventory_itemplan p ON p.variant_id = i.variant_id AND p.warehouse_id = i.warehouse_id
WHERE i.quantity > 0 AND t.expires_on < %(today)s::date + 180
GROUP BY v.sku, h.code, t.id ORDER BY t.expires_on, risk DESC, v.sku, h.code
"""
# What came is known once the four weeks are over; until then only the error of the cross-validation is.
_ACCURACY = """
WITH newest AS (
    SELECT id FROM inventory_forecastrun WHERE finished_at IS NOT NULL ORDER BY until DESC LIMIT 1
), past AS (
    SELECT id, until FROM inventory_forecastrun
    WHERE finished_at IS NOT NULL AND until <= %(today)s::date - 29 ORDER BY until DESC LIMIT 1
), realised AS (
    SELECT f.variant_id, f.warehouse_id, (SELECT sum(q) FROM unnest(f.daily_quantities) q) AS said,
           coalesce((SELECT sum(d.corrected_quantity) FROM inventory_demandrecord d
                     WHERE d.variant_id = f.variant_id AND d.warehouse_id = f.warehouse_id
                       AND d.day > past.until AND d.day <= past.until + 28), 0) AS came
    FROM inventory_itemforecast f JOIN past ON past.id = f.run_id
)
SELECT v.sku, h.code, f.model, f.mase, f.naive_mase, f.bias, r.said, r.came
FROM inventory_itemforecast f
JOIN newest n ON n.id = f.run_id
JOIN inventory_warehouse h ON h.id = f.warehouse_id
JOIN catalog_variant v ON v.id = f.variant_id
LEFT JOIN realised r ON r.variant_id = f.variant_id AND r.warehouse_id = f.warehouse_id
WHERE f.origin = 'own' ORDER BY f.mase DESC NULLS LAST, v.sku, h.code
"""

REPORTS: Final = {
    report.code: report
    for report in (
        Report(
            code="turnover",
            title=_("Turnover"),
            words=_("Cost of goods sold in the last year, divided by the average value of the stock."),
            columns=(
                Column(label=_("category")),
                _PLACE,
                Column(label=_("cost of goods sold"), kind="money"),
                Column(label=_("average stock value"), kind="money"),
                Column(label=_("turns a year"), kind="number"),
            ),
            sql=_TURNOVER,
            build=_days_back(365),
            bar=4,
        ),
        Report(
            code="cover",
            title=_("Days of cover"),
            words=_("How long what is available lasts at the forecast demand, the shortest first."),
            columns=(
                _SKU,
                _PLACE,
                Column(label=_("class")),
                Column(label=_("available"), kind="count"),
                Column(label=_("demand a day"), kind="number"),
                Column(label=_("days"), kind="number"),
            ),
            sql=_COVER,
            build=_days_back(0),
            bar=5,
        ),
        Report(
            code="stock-outs",
            title=_("Stock-outs and lost sales"),
            words=_(
                "The last 90 days: days on which a shelf was empty, and what would have been sold on them."
            ),
            columns=(
                _SKU,
                _PLACE,
                Column(label=_("days empty"), kind="count"),
                Column(label=_("shipped"), kind="count"),
                Column(label=_("lost units"), kind="number"),
                Column(label=_("lost sales"), kind="money"),
            ),
            sql=_STOCK_OUTS,
            build=_days_back(90),
            bar=5,
        ),
        Report(
            code="overstock",
            title=_("Overstock and slow movers"),
            words=_("More on hand than sells within the most days of cover that the policy allows."),
            columns=(
                _SKU,
                _PLACE,
                Column(label=_("on hand"), kind="count"),
                Column(label=_("demand a day"), kind="number"),
                Column(label=_("last sold"), kind="date"),
                Column(label=_("too many"), kind="count"),
                Column(label=_("their value"), kind="money"),
            ),
            sql=_OVERSTOCK,
            build=_days_back(0),
            bar=6,
        ),
        Report(
            code="ageing",
            title=pgettext_lazy("stock", "Ageing"),
            words=_("What lies there by the time since it came, first in first out, at cost."),
            columns=(
                _SKU,
                _PLACE,
                Column(label=_("units"), kind="count"),
                Column(label=_("up to 30 days"), kind="money"),
                Column(label=_("31 to 90"), kind="money"),
                Column(label=_("91 to 180"), kind="money"),
                Column(label=_("older"), kind="money"),
                Column(label=_("oldest (days)"), kind="count"),
            ),
            sql=_AGEING,
            build=_days_back(0),
            bar=7,
        ),
        Report(
            code="expiry",
            title=_("Expiry risk"),
            words=_("Lots that expire within 180 days, and what of them will not be sold by then."),
            columns=(
                _SKU,
                _PLACE,
                Column(label=pgettext_lazy("goods", "lot")),
                Column(label=_("expires"), kind="date"),
                Column(label=_("units"), kind="count"),
                Column(label=_("days left"), kind="count"),
                Column(label=_("at risk"), kind="count"),
                Column(label=_("their value"), kind="money"),
            ),
            sql=_EXPIRY,
            build=_days_back(0),
            bar=6,
        ),
        Report(
            code="accuracy",
            title=_("Forecast accuracy"),
            words=_(
                "Errors beside the naive forecast (below 1 is better than last week's same day), the worst first."
            ),
            columns=(
                _SKU,
                _PLACE,
                Column(label=_("model"), kind="models"),
                Column(label=_("error (MASE)"), kind="number"),
                Column(label=_("naive"), kind="number"),
                Column(label=_("bias"), kind="share"),
                Column(label=_("forecast, last 4 weeks"), kind="number"),
                Column(label=_("came"), kind="number"),
            ),
            sql=_ACCURACY,
            build=_days_back(0),
            bar=3,
        ),
    )
}


def list_report_rows(report: Report, *, today: date, limit: int, offset: int = 0) -> list[tuple[Any, ...]]:
    """Some rows of a report. One query (and one for the policy)."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"{report.sql} LIMIT %(limit)s OFFSET %(offset)s",
            {**report.build(today), "limit": limit, "offset": offset},
        )
        return list(cursor.fetchall())


def iterate_report(report: Report, *, today: date) -> Iterator[tuple[Any, ...]]:
    """All rows of a report, for a file."""
    yield from list_report_rows(report, today=today, limit=MOST_ROWS)
