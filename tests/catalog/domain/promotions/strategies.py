"""Any cart and any set of promotions, for property tests."""

from decimal import Decimal

from hypothesis import strategies as st

from catalog.domain.promotions.facts import CartFacts, LineFacts, Rule, ShopperFacts
from catalog.domain.promotions.terms import (
    CLASS_ORDER,
    EVERYTHING,
    AmountOff,
    Amounts,
    Bundle,
    BuyGet,
    CheapestFree,
    FirstOrder,
    FixedPrice,
    FreeShipping,
    Gift,
    Minimum,
    MinimumQuantity,
    Part,
    PercentOff,
    SpendSteps,
    Step,
    Target,
)

KEYS = ("category:a", "category:b", "brand:c", "sku:d")
TAGS = ("red", "blue")

keys = st.frozensets(st.sampled_from(KEYS), max_size=3)
some_keys = st.frozensets(st.sampled_from(KEYS), min_size=1, max_size=2)
targets = st.one_of(
    st.just(EVERYTHING),
    st.builds(Target, include=keys, exclude=st.frozensets(st.sampled_from(KEYS), max_size=1)),
)
amounts = st.integers(0, 20_000).map(lambda minor: Amounts({"EUR": Decimal(minor) / 100}))
percents = st.integers(1, 100_000).map(lambda thousandths: Decimal(thousandths) / 1000)
quantities = st.integers(1, 5)
parts = st.builds(Part, target=targets, quantity=st.integers(1, 3))
steps = st.one_of(
    st.builds(Step, reached=amounts, amounts=amounts), st.builds(Step, reached=amounts, percent=percents)
)
times = st.one_of(st.none(), st.integers(1, 4))

product_actions = st.one_of(
    st.builds(PercentOff, percent=percents, target=targets, most=st.one_of(st.none(), amounts)),
    st.builds(AmountOff, amounts=amounts, target=targets),
    st.builds(FixedPrice, amounts=amounts, target=targets),
    st.builds(
        BuyGet,
        buy_quantity=quantities,
        get_quantity=quantities,
        percent=percents,
        buy=targets,
        get=st.one_of(st.none(), st.builds(Target, include=some_keys)),
        most_times=times,
    ),
    st.builds(
        lambda free, more, percent, target: CheapestFree(
            of_quantity=free + more, free_quantity=free, percent=percent, target=target
        ),
        quantities,
        quantities,
        percents,
        targets,
    ),
    st.builds(Gift, target=st.builds(Target, include=some_keys), quantity=quantities),
    st.builds(
        Bundle, parts=st.lists(parts, min_size=1, max_size=3).map(tuple), amounts=amounts, most_times=times
    ),
)
order_actions = st.one_of(
    st.builds(PercentOff, percent=percents, target=targets),
    st.builds(AmountOff, amounts=amounts, target=targets),
    st.builds(SpendSteps, steps=st.lists(steps, min_size=1, max_size=3).map(tuple), target=targets),
)
shipping_actions = st.builds(FreeShipping, percent=percents, most=st.one_of(st.none(), amounts))
ACTIONS = dict(zip(CLASS_ORDER, (product_actions, order_actions, shipping_actions), strict=True))

conditions = st.one_of(
    st.builds(Minimum, amounts=amounts, target=targets),
    st.builds(MinimumQuantity, quantity=quantities, target=targets),
    st.builds(FirstOrder),
)


@st.composite
def rules(draw: st.DrawFn) -> list[Rule]:
    """A few promotions with distinct numbers."""
    found = []
    for number in range(draw(st.integers(0, 6))):
        promotion_class = draw(st.sampled_from(CLASS_ORDER))
        found.append(
            Rule(
                id=number,
                key=f"p{number}",
                promotion_class=promotion_class,
                action=draw(ACTIONS[promotion_class]),
                conditions=tuple(draw(st.lists(conditions, max_size=2))),
                priority=draw(st.integers(1, 3)),
                combines_with=draw(st.frozensets(st.sampled_from(CLASS_ORDER))),
                tags=draw(st.frozensets(st.sampled_from(TAGS))),
                accepts_tags=draw(st.one_of(st.just(frozenset()), st.frozensets(st.sampled_from(TAGS)))),
                unit_limits=draw(
                    st.one_of(st.none(), st.dictionaries(st.integers(1, 5), st.integers(0, 4), max_size=5))
                ),
                budget_minor=draw(st.one_of(st.none(), st.integers(0, 10_000))),
            )
        )
    return found


@st.composite
def carts(draw: st.DrawFn) -> CartFacts:
    """Up to five articles."""
    return CartFacts(
        currency="EUR",
        lines=tuple(
            LineFacts(
                key=key,
                unit_minor=draw(st.integers(0, 9_999)),
                quantity=draw(st.integers(1, 12)),
                keys=draw(keys),
            )
            for key in range(1, draw(st.integers(0, 5)) + 1)
        ),
        shopper=ShopperFacts(is_first_order=draw(st.sampled_from([None, True, False]))),
        shipping_minor=draw(st.one_of(st.none(), st.integers(0, 2_000))),
    )
