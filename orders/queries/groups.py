"""Reads of groups: how far one is, its page, what a product offers, the operators' list."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language

from catalog.domain.promotions.actions import take_percent
from catalog.domain.promotions.groups import (
    find_final_percent,
    find_next_step,
    get_largest,
    get_minimum,
    mask_name,
)
from catalog.domain.promotions.reading import PromotionInvalid, read_action
from catalog.domain.promotions.terms import GroupPrice
from catalog.models import Promotion
from catalog.queries.product_pages import ProductPage, VariantView, get_product_page
from orders.domain.groups import GroupNotFound, GroupProgress, describe_progress
from orders.domain.states import GroupStatus, HoldReason, PlaceState
from orders.models import BuyingGroup, GroupPlace, Order
from shop.kernel.errors import NotFound
from shop.kernel.money import Money

MOST_NAMES = 12


@dataclass(frozen=True, kw_only=True)
class StepView:
    """One step of a group: from so many people on, so much off, this price for one."""

    people: int
    percent: Decimal
    price: Money | None
    is_reached: bool = False
    is_entry: bool = False


@dataclass(frozen=True, kw_only=True)
class ArticleChoice:
    """A variant to choose in a group; `price` where not all cost the same."""

    sku: str
    name: str
    is_available: bool
    price: Money | None


@dataclass(frozen=True, kw_only=True)
class GroupOffer:
    """What a product's page offers to people who buy together."""

    promotion_id: int
    title: str
    hours: int
    minimum: int
    largest: int
    ends_at: datetime | None
    steps: tuple[StepView, ...]
    variants: tuple[VariantView, ...]
    chosen: VariantView
    product: ProductPage

    @property
    def entry(self) -> StepView:
        """What is paid at once."""
        return next(step for step in self.steps if step.is_entry)

    @property
    def choices(self) -> tuple[ArticleChoice, ...]:
        """What is to be chosen."""
        return _list_choices(self.variants, self.entry.percent)


@dataclass(frozen=True, kw_only=True)
class GroupView:
    """All that a group's page shows; members by their first letter only."""

    group: BuyingGroup
    progress: GroupProgress
    words: str
    names: tuple[str, ...]
    steps: tuple[StepView, ...]
    product: ProductPage | None
    variants: tuple[VariantView, ...]

    @property
    def is_over(self) -> bool:
        """Whether it has come to its end, good or not."""
        return self.progress.status in {GroupStatus.COMPLETED, GroupStatus.RELEASED}

    @property
    def is_joinable(self) -> bool:
        """Whether a place can be bought now."""
        return self.progress.is_open and self.group.held_quantity < self.group.largest_people

    @property
    def choices(self) -> tuple[ArticleChoice, ...]:
        """What is to be chosen."""
        return _list_choices(self.variants, self.steps[0].percent)

    @property
    def empty_places(self) -> range:
        """The places that are still to be filled, to be drawn one by one."""
        return range(min(self.progress.places_left, MOST_NAMES))


def read_group_terms(stored: Mapping[str, Any]) -> GroupPrice:
    """Return a group's or a campaign's terms; raises PromotionInvalid for another kind."""
    action = read_action(stored)
    if not isinstance(action, GroupPrice):
        raise PromotionInvalid("", field="action.kind")
    return action


def get_group(token: str) -> BuyingGroup:
    """Return the group with this link; raises GroupNotFound."""
    is_plain = token.isascii() and token.replace("-", "").replace("_", "").isalnum()
    found = BuyingGroup.objects.filter(token=token).first() if is_plain else None
    if found is None:
        raise GroupNotFound
    return found


def build_progress(group: BuyingGroup) -> GroupProgress:
    """Return how far a group is; no query."""
    terms = read_group_terms(group.terms)
    ahead = find_next_step(terms, max(group.paid_quantity, group.minimum_people))
    return GroupProgress(
        token=group.token,
        status=group.status,
        people=group.paid_quantity,
        minimum=group.minimum_people,
        largest=group.largest_people,
        closes_at=group.closes_at,
        percent=find_final_percent(terms, group.paid_quantity),
        next_people=ahead.people if ahead else 0,
        next_percent=ahead.percent if ahead else Decimal(0),
    )


def find_order_group(order: Order) -> GroupProgress | None:
    """Return the group that an order waits for; no query for an order that waits for none, else one."""
    if order.hold_reason != HoldReason.GROUP:
        return None
    place = GroupPlace.objects.filter(order=order).select_related("group").first()
    return build_progress(place.group) if place else None


def describe_hold(order: Order) -> str:
    """Return in words what an order waits for before it is packed; empty when nothing holds it back."""
    progress = find_order_group(order)
    return describe_progress(progress) if progress else str(order.get_hold_reason_display())


def get_group_view(group: BuyingGroup, *, currency: str) -> GroupView:
    """Return a group's page: at most four queries, however many members there are."""
    places = GroupPlace.objects.filter(group=group, state=PlaceState.PAID).order_by("pk")
    names = places.values_list("order__first_name", flat=True)[:MOST_NAMES]
    page = _find_page(group, currency)
    terms = read_group_terms(group.terms)
    variants = _list_variants(page, terms) if page else ()
    progress = build_progress(group)
    return GroupView(
        group=group,
        progress=progress,
        words=describe_progress(progress),
        names=tuple(mask_name(name) for name in names),
        steps=build_steps(terms, variants[0].price if variants else None, people=group.paid_quantity),
        product=page,
        variants=variants,
    )


def _find_page(group: BuyingGroup, currency: str) -> ProductPage | None:
    try:
        return get_product_page(group.product.slug, currency=currency, is_brief=True)
    except NotFound:
        return None


def _list_variants(page: ProductPage, terms: GroupPrice) -> tuple[VariantView, ...]:
    """The variants that the campaign means; those that can be bought first."""
    own = [one for one in page.variants if _is_meant(page, one, terms) and one.price]
    return tuple(sorted(own, key=lambda one: not one.is_available))


def _is_meant(page: ProductPage, variant: VariantView, terms: GroupPrice) -> bool:
    return terms.target.has(frozenset({f"product:{page.slug}", f"sku:{variant.sku}"}))


def build_steps(terms: GroupPrice, price: Money | None, *, people: int = 0) -> tuple[StepView, ...]:
    """Return the steps with the price of one article, as the engine rounds it; no query."""
    entry = get_minimum(terms)
    steps = [step for step in terms.steps if step.people >= entry]
    if not steps or steps[0].people != entry:
        below = max((step for step in terms.steps if step.people < entry), key=lambda step: step.people)
        steps = [below, *steps]
    return tuple(
        StepView(
            people=max(step.people, entry),
            percent=step.percent,
            price=_reduce(price, step.percent),
            is_reached=people >= max(step.people, entry),
            is_entry=index == 0,
        )
        for index, step in enumerate(steps)
    )


def _list_choices(variants: tuple[VariantView, ...], percent: Decimal) -> tuple[ArticleChoice, ...]:
    """Each with what is paid for it at once, unless that is the same for all."""
    is_same = len({one.price for one in variants}) == 1
    return tuple(
        ArticleChoice(
            sku=one.sku,
            name=one.name,
            is_available=one.is_available,
            price=None if is_same else _reduce(one.price, percent),
        )
        for one in variants
    )


def _reduce(price: Money | None, percent: Decimal) -> Money | None:
    if price is None:
        return None
    minor = price.to_minor()
    return Money.from_minor(minor - take_percent(minor, percent), price.currency)


def find_group_offer(slug: str, *, currency: str, now: datetime, sku: str = "") -> GroupOffer | None:
    """Return what a product offers to groups, None when nothing runs; two or three queries.

    With several campaigns the first by priority that has a variant on sale counts.
    """
    try:
        page = get_product_page(slug, currency=currency, sku=sku, is_brief=True)
    except NotFound:
        return None
    campaigns = Promotion.objects.running(now).filter(action__kind=GroupPrice.kind)
    for promotion in campaigns.order_by("priority", "pk"):
        terms = read_group_terms(promotion.action)
        variants = _list_variants(page, terms)
        if variants and variants[0].is_available:
            return _build_offer(promotion, terms, page, variants)
    return None


def _build_offer(
    promotion: Promotion, terms: GroupPrice, page: ProductPage, variants: tuple[VariantView, ...]
) -> GroupOffer:
    chosen = next((one for one in variants if one.sku == page.chosen.sku), variants[0])
    is_chinese = (get_language() or "").startswith("zh")
    return GroupOffer(
        promotion_id=promotion.pk,
        title=(promotion.title_zh_hans if is_chinese else promotion.title_en) or promotion.name,
        hours=terms.group_hours,
        minimum=get_minimum(terms),
        largest=get_largest(terms),
        ends_at=promotion.ends_at,
        steps=build_steps(terms, chosen.price),
        variants=variants,
        chosen=chosen,
        product=page,
    )


def list_groups_for_desk() -> QuerySet[BuyingGroup]:
    """Groups as the back office lists them, with what their lists need: two more queries for any number."""
    groups = BuyingGroup.objects.select_related("promotion", "product")
    return groups.prefetch_related("places__order")


def list_held_money(group: BuyingGroup) -> tuple[Money, ...]:
    """Return the money of paid members that waits with a group, by currency; no query on prefetched places."""
    if group.status not in {GroupStatus.NEW, GroupStatus.OPEN}:
        return ()
    found: dict[str, Money] = {}
    for place in group.places.all():
        if place.state == PlaceState.PAID:
            order = place.order
            found[order.currency] = found.get(order.currency, Money.zero(order.currency)) + order.total
    return tuple(money for _currency, money in sorted(found.items()))
