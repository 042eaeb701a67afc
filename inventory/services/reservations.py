"""Holding stock for a reference, and giving it back."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db.models import Min
from django.utils.translation import gettext as _

from inventory import locks
from inventory.domain.allocation import list_shortages, plan_allocation, sum_requests
from inventory.domain.errors import InvalidQuantity, OutOfStock
from inventory.domain.events import ReservationExpired
from inventory.domain.requests import StockRequest
from inventory.models import Reservation, ReservationState
from inventory.queries.levels import get_reservation_scene, list_reservations
from inventory.services.changes import publish_stock_changes
from inventory.services.channels import hold_for_channel, refill_fences
from shop.kernel.clock import now
from shop.kernel.errors import Conflict
from shop.kernel.events import publish
from shop.kernel.transactions import transactional

_EXPIRY_BATCH = 200
_LONGEST_REASON = 200


def reserve_stock(
    reference: str,
    *,
    lines: Sequence[StockRequest],
    expires_at: datetime,
    country: str = "",
    channel: str = "",
) -> None:
    """Holds all lines or none, until `expires_at`.

    A `channel` sells the shared pool under its own rules (ring fence, buffer); without one the shared pool is sold. The
    hold is one statement, atomic by itself or part of the caller's transaction: it locks the reference, then the plan's
    shelves in the global order, and publishes StockChanged per variant. Raises OutOfStock (nothing is held) and
    InvalidQuantity. May be repeated: a reference that has reservations keeps those.
    """
    wanted = sum_requests(lines)
    if not wanted:
        raise InvalidQuantity(0)
    instant = now()
    if locks.take_whole(
        reference, wanted=wanted, country=country, channel=channel, expires_at=expires_at, created_at=instant
    ):
        return
    if not channel:
        scene = get_reservation_scene(reference, variant_ids=wanted.keys())
        if scene.is_reserved:
            return
        if shortages := list_shortages(wanted, shelves=scene.shelves):
            raise OutOfStock(shortages)
        plan = plan_allocation(wanted, shelves=scene.shelves, country=country)
        if locks.take_plan(reference, plan=plan, expires_at=expires_at, created_at=instant):
            return
    _hold_under_locks(reference, wanted=wanted, expires_at=expires_at, country=country, channel=channel)


@transactional
def _hold_under_locks(
    reference: str, *, wanted: Mapping[int, int], expires_at: datetime, country: str, channel: str
) -> None:
    """For channels, and where a rival was faster than the first plan, which rested on an unlocked read."""
    locks.lock_reference(reference)
    if Reservation.objects.filter(reference=reference).exists():
        return
    if not hold_for_channel(
        reference, wanted=wanted, channel=channel, expires_at=expires_at, country=country
    ):
        raise Conflict(_("The stock is changing right now. Please try again."), code="busy")


@transactional
def confirm_reservation(reference: str) -> bool:
    """Paid: the hold no longer lapses. False when nothing is held any more (or only a part). May be repeated."""
    locks.lock_reference(reference)
    reservations = list_reservations(reference)
    if not reservations or any(
        row.state in {ReservationState.RELEASED, ReservationState.EXPIRED} for row in reservations
    ):
        return False
    Reservation.objects.filter(reference=reference, state=ReservationState.HELD).update(
        state=ReservationState.CONFIRMED
    )
    return True


@transactional
def release_stock(reference: str, *, reason: str) -> int:
    """Gives back all that is still held; the number of units. Publishes StockChanged. May be repeated (then 0)."""
    locks.lock_reference(reference)
    active = list(Reservation.objects.active().filter(reference=reference))
    return _give_back(active, state=ReservationState.RELEASED, reason=reason)


@transactional
def release_variants(reference: str, *, variant_ids: Collection[int], reason: str) -> int:
    """Gives back what is still held of some articles; the number of units. Publishes StockChanged. May be repeated."""
    locks.lock_reference(reference)
    active = Reservation.objects.active().filter(reference=reference, variant_id__in=variant_ids)
    return _give_back(list(active), state=ReservationState.RELEASED, reason=reason)


def expire_reservations() -> int:
    """Gives back the holds that lapsed unpaid, each reference in its own transaction; the number of references.

    Publishes ReservationExpired and StockChanged. May run at any time and twice at once.
    """
    lapsed = (
        Reservation.objects.filter(state=ReservationState.HELD, expires_at__lte=now())
        .order_by()
        .values("reference")
        .annotate(first_expires_at=Min("expires_at"))
        .order_by("first_expires_at")
        .values_list("reference", flat=True)[:_EXPIRY_BATCH]
    )
    return sum(_expire_reference(reference) for reference in list(lapsed))


@transactional
def _expire_reference(reference: str) -> bool:
    locks.lock_reference(reference)
    lapsed = list(
        Reservation.objects.filter(reference=reference, state=ReservationState.HELD, expires_at__lte=now())
    )
    if not lapsed:
        return False
    _give_back(lapsed, state=ReservationState.EXPIRED, reason="expired")
    publish(ReservationExpired(reference=reference))
    return True


def _give_back(reservations: Sequence[Reservation], *, state: ReservationState, reason: str) -> int:
    if not reservations:
        return 0
    shares = Counter({(row.variant_id, row.warehouse_id): row.open_quantity for row in reservations})
    locks.lock_levels(shares)
    reference = reservations[0].reference
    locks.give_back(
        locks.GivenBack(
            quantities=shares,
            fences=refill_fences(reservations),
            source_type="reservation",
            source_id=reference,
            reason=reason[:_LONGEST_REASON],
            reference=reference,
            created_at=now(),
        )
    )
    Reservation.objects.filter(pk__in=[row.pk for row in reservations]).update(
        state=state, open_quantity=0, reason=reason
    )
    publish_stock_changes({row.variant_id for row in reservations})
    return sum(shares.values())
