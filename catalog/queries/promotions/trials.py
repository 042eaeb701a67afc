"""Trying a promotion before it runs: on a sample cart, and on the orders of the last days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from django.conf import settings
from django.utils.timezone import localtime

from catalog.domain.offers import Offer
from catalog.domain.promotions.evaluation import Evaluation, evaluate
from catalog.domain.promotions.facts import CartFacts, LineFacts, Rule, ShopperFacts
from catalog.domain.promotions.replay import Replay, list_past_carts, replay_rules
from catalog.domain.promotions.terms import FirstOrder
from catalog.models import FlashStock, Promotion, Variant
from catalog.queries.offers import list_offers
from catalog.queries.promotions.collections import list_collection_keys
from catalog.queries.promotions.rules import build_rule, load_rules
from shop.kernel.clock import now


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """A sample cart with its articles and what promotions make of it."""

    cart: CartFacts
    offers: Mapping[int, Offer]
    evaluation: Evaluation


def try_promotion(
    promotion: Promotion,
    *,
    quantities: Mapping[int, int],
    currency: str,
    shopper: ShopperFacts,
    shipping_minor: int | None = None,
) -> Trial:
    """Work out a sample cart with this promotion as if it ran now, beside those that do."""
    offers = list_offers(list(quantities), currency=currency)
    shelves = list_collection_keys({offer.product_id for offer in offers.values()})
    cart = CartFacts(
        currency=currency,
        lines=tuple(
            LineFacts(
                key=pk,
                unit_minor=offers[pk].unit_price.to_minor(),  # type: ignore[union-attr]  # asked below
                quantity=quantity,
                keys=offers[pk].keys | shelves.get(offers[pk].product_id, frozenset()),
            )
            for pk, quantity in quantities.items()
            if pk in offers and offers[pk].unit_price is not None
        ),
        shopper=shopper,
        shipping_minor=shipping_minor,
    )
    return Trial(cart=cart, offers=offers, evaluation=_evaluate(promotion, cart))


def _evaluate(promotion: Promotion, cart: CartFacts) -> Evaluation:
    instant = now()
    rules = _list_rules(promotion, cart.currency)
    return evaluate(cart, rules, now=localtime(instant), floor_percent=settings.PROMOTION_FLOOR_PERCENT)


def _list_rules(promotion: Promotion, currency: str) -> list[Rule]:
    """What runs now, and this one without its window, its limits and its coupon."""
    running = load_rules(currency=currency, now=now()).rules
    return [*(rule for rule in running if rule.id != promotion.pk), _free(promotion)]


def _free(promotion: Promotion) -> Rule:
    rule = replace(build_rule(promotion), starts_at=None, ends_at=None, is_used_up=False, budget_minor=None)
    if not promotion.is_flash_sale:
        return rule
    stocks = FlashStock.objects.filter(promotion=promotion)
    shares = stocks.values_list("variant_id", "limit_quantity", "per_customer_quantity")
    limits = {pk: limit if share is None else min(limit, share) for pk, limit, share in shares}
    return replace(rule, unit_limits=limits)


def replay_promotion(promotion: Promotion, *, days: int) -> Replay:
    """Say what this promotion alone would have done to the orders of the last days.

    Whether an order was a customer's first is not asked again: such a promotion is replayed as if each were.
    """
    carts = list_past_carts(now() - timedelta(days=days))
    rule = _free(promotion)
    conditions = tuple(one for one in rule.conditions if not isinstance(one, FirstOrder))
    return replay_rules(
        [replace(rule, conditions=conditions)],
        carts,
        rule_id=promotion.pk,
        floor_percent=settings.PROMOTION_FLOOR_PERCENT,
    )


def list_sample_variants(quantity: int) -> list[Variant]:
    """Return the first articles on sale."""
    return list(Variant.objects.sellable().order_by("pk")[:quantity])
