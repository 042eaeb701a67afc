"""Which article belongs in which bin: fast movers near the exit, heavy low, bought-together near. Pure simulation."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from inventory.domain.walking import Spot, measure_walk, order_spots

HEAVY_GRAMS: Final = 8000
# A heavy article on an upper shelf is worth this walk: lifting is slow and hurts.
_HEIGHT_CM: Final = 1500
_PARTNER_CM: Final = 400


@dataclass(frozen=True, kw_only=True)
class SlotItem:
    """An article, where it lies and what it weighs."""

    variant_id: int
    spot: Spot
    weight_grams: int = 0


@dataclass(frozen=True, kw_only=True)
class SlotMove:
    """An article that should lie elsewhere, and why; `saved_cm` is what this move alone saves over the history."""

    variant_id: int
    from_key: int
    to_key: int
    picks: int
    saved_cm: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SlottingPlan:
    """What the history walked, what it would have walked, and the moves that make the difference."""

    orders: int
    walked_cm: int
    planned_cm: int
    moves: tuple[SlotMove, ...]

    @property
    def saved_share(self) -> float:
        """The part of the walk that is saved."""
        return 1 - self.planned_cm / self.walked_cm if self.walked_cm else 0.0


def plan_slotting(items: Sequence[SlotItem], *, history: Sequence[frozenset[int]]) -> SlottingPlan:
    """Deals the bins that are in use anew and walks the order history through both layouts.

    Greedy by cube-per-order logic (Heskett, 1963, without volume): the article picked most often gets the best bin left;
    a bin's worth is its distance, worse with height for heavy goods, better beside an article that is often bought with it.
    """
    known = {item.variant_id for item in items}
    visits = [order & known for order in history if order & known]
    picks = Counter(variant_id for order in visits for variant_id in order)
    partners = _find_partners(visits)
    current = {item.variant_id: item.spot for item in items}
    planned = _deal_spots(items, picks=picks, partners=partners)
    walked, expected = _walk_all(visits, layout=current), _walk_all(visits, layout=planned)
    if expected >= walked:
        return SlottingPlan(orders=len(visits), walked_cm=walked, planned_cm=walked, moves=())
    moves = _list_moves(items, planned=planned, picks=picks, partners=partners)
    return SlottingPlan(orders=len(visits), walked_cm=walked, planned_cm=expected, moves=moves)


def _find_partners(visits: Sequence[frozenset[int]]) -> dict[int, int]:
    """Each article's most frequent companion, when they meet in at least two orders."""
    pairs: Counter[tuple[int, int]] = Counter()
    for order in visits:
        ordered = sorted(order)
        pairs.update((a, b) for n, a in enumerate(ordered) for b in ordered[n + 1 :])
    partners: dict[int, int] = {}
    for (a, b), times in sorted(pairs.items(), key=lambda entry: (-entry[1], entry[0])):
        if times > 1:
            partners.setdefault(a, b)
            partners.setdefault(b, a)
    return partners


def _deal_spots(
    items: Sequence[SlotItem], *, picks: Mapping[int, int], partners: Mapping[int, int]
) -> dict[int, Spot]:
    free = [item.spot for item in items]
    dealt: dict[int, Spot] = {}
    for item in sorted(items, key=lambda i: (-picks.get(i.variant_id, 0), i.variant_id)):
        partner = dealt.get(partners.get(item.variant_id, 0))
        best = min(free, key=lambda spot: (_rate_spot(spot, item=item, partner=partner), spot.key))
        free.remove(best)
        dealt[item.variant_id] = best
    return dealt


def _rate_spot(spot: Spot, *, item: SlotItem, partner: Spot | None) -> int:
    cost = spot.x_cm + spot.y_cm
    if item.weight_grams >= HEAVY_GRAMS:
        cost += spot.shelf_level * _HEIGHT_CM
    if partner is not None and abs(spot.x_cm - partner.x_cm) + abs(spot.y_cm - partner.y_cm) <= _PARTNER_CM:
        cost -= _PARTNER_CM
    return cost


def _walk_all(visits: Sequence[frozenset[int]], *, layout: Mapping[int, Spot]) -> int:
    return sum(
        measure_walk(order_spots({layout[v].key: layout[v] for v in order}.values())) for order in visits
    )


def _list_moves(
    items: Sequence[SlotItem],
    *,
    planned: Mapping[int, Spot],
    picks: Mapping[int, int],
    partners: Mapping[int, int],
) -> tuple[SlotMove, ...]:
    moves = []
    for item in items:
        spot = planned[item.variant_id]
        if spot.key == item.spot.key:
            continue
        nearer = (item.spot.x_cm + item.spot.y_cm) - (spot.x_cm + spot.y_cm)
        reasons = []
        if nearer > 0:
            reasons.append("fast")
        if item.weight_grams >= HEAVY_GRAMS and spot.shelf_level < item.spot.shelf_level:
            reasons.append("heavy")
        if item.variant_id in partners:
            reasons.append("together")
        moves.append(
            SlotMove(
                variant_id=item.variant_id,
                from_key=item.spot.key,
                to_key=spot.key,
                picks=picks.get(item.variant_id, 0),
                saved_cm=2 * nearer * picks.get(item.variant_id, 0),
                reasons=tuple(reasons),
            )
        )
    return tuple(sorted(moves, key=lambda move: (-move.saved_cm, move.variant_id)))
