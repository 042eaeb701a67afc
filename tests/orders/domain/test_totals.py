"""Sums of a cart: exact examples, and properties that hold for all carts."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from orders.domain.totals import LineInput, TaxRule, Totals, compute_tax, compute_totals
from shop.kernel.money import Money, minor_unit

VAT = TaxRule(percent=Decimal(21), name="VAT")

CURRENCIES = st.sampled_from(["EUR", "USD", "CNY", "JPY", "KWD"])


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


@st.composite
def priced_carts(draw: st.DrawFn) -> Totals:
    currency = draw(CURRENCIES)
    money = st.integers(min_value=0, max_value=500_000).map(lambda units: Money.from_minor(units, currency))
    lines = [
        LineInput(
            unit_price=price, quantity=quantity, discount=min(discount, price, key=lambda one: one.amount)
        )
        for price, quantity, discount in draw(
            st.lists(st.tuples(money, st.integers(min_value=1, max_value=999), money), max_size=8)
        )
    ]
    freight = draw(money)
    percent = st.decimals(min_value=0, max_value=30, places=3)
    rule = TaxRule(percent=draw(percent), applies_to_shipping=draw(st.booleans()))
    return compute_totals(
        lines,
        currency=currency,
        shipping=freight,
        shipping_discount=min(draw(money), freight, key=lambda one: one.amount),
        tax_rule=rule,
        prices_include_tax=draw(st.booleans()),
    )


def test_tax_inside_the_prices_changes_no_total() -> None:
    totals = compute_totals(
        [LineInput(unit_price=eur("12.10"), quantity=2), LineInput(unit_price=eur("5.00"), quantity=1)],
        currency="EUR",
        shipping=eur("6.05"),
        tax_rule=VAT,
        prices_include_tax=True,
    )
    assert totals.subtotal == eur("29.20")
    assert totals.tax == eur("6.12")  # 4.20 + 0.87 + 1.05
    assert totals.shipping_tax == eur("1.05")
    assert totals.total == eur("35.25")


def test_tax_is_added_where_prices_are_net() -> None:
    totals = compute_totals(
        [LineInput(unit_price=Money(Decimal("19.99"), "USD"), quantity=3)],
        currency="USD",
        shipping=Money(Decimal("5.00"), "USD"),
        tax_rule=TaxRule(percent=Decimal("8.875"), applies_to_shipping=False),
        prices_include_tax=False,
    )
    assert totals.tax == Money(Decimal("5.32"), "USD")
    assert totals.total == Money(Decimal("70.29"), "USD")


def test_yen_has_no_fractions() -> None:
    tax = compute_tax(Money(Decimal(999), "JPY"), percent=Decimal(10), is_included=False)
    assert tax == Money(Decimal(100), "JPY")


def test_a_discount_lowers_the_tax_of_its_own_line() -> None:
    totals = compute_totals(
        [
            LineInput(unit_price=eur("10.00"), quantity=1, discount=eur("3.33")),
            LineInput(unit_price=eur("20.00"), quantity=1),
        ],
        currency="EUR",
        tax_rule=TaxRule(percent=Decimal(10)),
        prices_include_tax=False,
    )
    assert [line.discount for line in totals.lines] == [eur("3.33"), eur("0.00")]
    assert [line.tax for line in totals.lines] == [eur("0.67"), eur("2.00")]
    assert totals.total == eur("29.34")


def test_what_is_taken_off_delivery_is_not_taxed() -> None:
    totals = compute_totals(
        [LineInput(unit_price=eur("4.00"), quantity=1)],
        currency="EUR",
        shipping=eur("6.05"),
        shipping_discount=eur("6.05"),
        tax_rule=VAT,
        prices_include_tax=True,
    )
    assert (totals.shipping, totals.shipping_discount, totals.shipping_tax) == (
        eur("0"),
        eur("6.05"),
        eur("0"),
    )
    assert totals.total == eur("4.00")


@given(priced_carts())
def test_total_is_lines_less_discount_plus_shipping_plus_tax(totals: Totals) -> None:
    added = Money.zero(totals.total.currency) if totals.prices_include_tax else totals.tax
    assert totals.total == totals.subtotal - totals.discount + totals.shipping + added


@given(priced_carts())
def test_parts_of_lines_add_up_to_the_whole(totals: Totals) -> None:
    zero = Money.zero(totals.total.currency)
    assert sum((line.subtotal for line in totals.lines), zero) == totals.subtotal
    assert sum((line.discount for line in totals.lines), zero) == totals.discount
    assert sum((line.tax for line in totals.lines), zero) + totals.shipping_tax == totals.tax


@given(priced_carts())
def test_every_amount_is_in_whole_minor_units_and_not_negative(totals: Totals) -> None:
    unit = minor_unit(totals.total.currency)
    amounts = [totals.subtotal, totals.discount, totals.shipping, totals.tax, totals.total]
    amounts += [money for line in totals.lines for money in (line.subtotal, line.discount, line.tax)]
    assert all(money.amount % unit == 0 and money.amount >= 0 for money in amounts)


@given(priced_carts())
def test_included_tax_is_never_more_than_what_it_is_in(totals: Totals) -> None:
    if totals.prices_include_tax:
        assert totals.tax <= totals.total
