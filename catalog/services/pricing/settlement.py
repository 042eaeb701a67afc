"""What becomes of suggestions when the change of prices that holds them moves."""

from __future__ import annotations

from django.db.models import Q
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from catalog.domain.pricing.repricing import SuggestionState
from catalog.models import PriceChange, PriceSuggestion
from shop.kernel.clock import now


def settle_applied(batch_id: int) -> None:
    """Their prices stand now; those whose price was gone are over."""
    rows = PriceSuggestion.objects.filter(batch=batch_id, state=SuggestionState.APPROVED)
    done = PriceChange.objects.filter(batch=batch_id, state=PriceChange.State.APPLIED)
    applied = rows.filter(variant__in=done.values("variant"))
    applied.update(state=SuggestionState.APPLIED, decided_at=now())
    rows.update(
        state=SuggestionState.EXPIRED, decided_at=now(), reason=_("There was no such price any more.")
    )


def settle_cancelled(batch_id: int) -> None:
    """Today's may be decided anew; older ones are over."""
    rows = PriceSuggestion.objects.filter(batch=batch_id, state=SuggestionState.APPROVED)
    today = localtime(now()).date()
    rows.filter(~Q(day=today)).update(
        state=SuggestionState.EXPIRED, decided_at=now(), reason=_("The change was dropped.")
    )
    rows.filter(day=today).update(state=SuggestionState.OPEN, decided_at=None, decided_by="", batch=None)


def settle_reverted(batch_id: int, *, actor: str) -> None:
    """Taken back by somebody: the rule may ask again tomorrow."""
    rows = PriceSuggestion.objects.filter(batch=batch_id, state=SuggestionState.APPLIED)
    rows.update(
        state=SuggestionState.REFUSED,
        decided_by=actor,
        decided_at=now(),
        reason=_("The change was taken back."),
    )
