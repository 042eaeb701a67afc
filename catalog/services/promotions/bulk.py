"""Promotions from partners' programs: what only operators set stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from django.utils.translation import gettext as _

from catalog import locks
from catalog.domain.promotions.reading import dump_conditions, dump_term, read_action, read_conditions
from catalog.domain.reports import Outcome
from catalog.models import Promotion
from catalog.services.promotions.promotions import PromotionDraft, save_promotion
from shop.kernel.errors import DomainError
from shop.kernel.transactions import savepoint, transactional


@dataclass(frozen=True, kw_only=True, slots=True)
class PromotionResult:
    """What became of a promotion; `field` is the place in it that is wrong."""

    key: str
    outcome: str
    code: str = ""
    field: str = ""
    message: str = ""


@transactional
def save_by_key(draft: PromotionDraft, *, actor: str) -> Promotion:
    """Make or replace the promotion with the draft's key; a new one is a draft. Repeatable.

    Locks and raises as save_promotion.
    """
    promotion_id = Promotion.objects.filter(key=draft.key).values_list("pk", flat=True).first()
    if promotion_id is None:
        return save_promotion(draft, actor=actor)
    draft = _keep_operators_part(draft, locks.lock_promotion(promotion_id))
    return save_promotion(draft, actor=actor, promotion_id=promotion_id)


def _keep_operators_part(draft: PromotionDraft, known: Promotion) -> PromotionDraft:
    """What only operators set is not a program's to clear."""
    return replace(draft, campaign_id=known.campaign_id, is_flash_sale=known.is_flash_sale)


@transactional
def save_promotions(drafts: Sequence[PromotionDraft], *, actor: str) -> list[PromotionResult]:
    """Make or change promotions by their keys; the results stand in the order of the drafts. New ones are drafts.

    Locks each that there is against new uses. Repeatable: what agrees is not written. Joins the caller's transaction.
    """
    known = {one.key: one for one in Promotion.objects.filter(key__in={draft.key for draft in drafts})}
    results: list[PromotionResult] = []
    done: set[str] = set()
    for draft in drafts:
        if draft.key in done:
            message = _("This key stands in the list twice; the first one counts.")
            results.append(
                PromotionResult(
                    key=draft.key,
                    outcome=Outcome.REFUSED.value,
                    code="repeated_key",
                    field="key",
                    message=message,
                )
            )
            continue
        done.add(draft.key)
        results.append(_save(draft, known.get(draft.key), actor=actor))
    return results


def _save(draft: PromotionDraft, known: Promotion | None, *, actor: str) -> PromotionResult:
    if known is not None:
        draft = _keep_operators_part(draft, known)
    try:
        if known is not None and _agrees(draft, known):
            return PromotionResult(key=draft.key, outcome=Outcome.UNCHANGED.value)
        with savepoint():
            save_promotion(draft, actor=actor, promotion_id=known.pk if known else None)
    except DomainError as error:
        return PromotionResult(
            key=draft.key,
            outcome=Outcome.REFUSED.value,
            code=error.code,
            field=error.field or "",
            message=str(error.message),
        )
    outcome = Outcome.UPDATED if known else Outcome.CREATED
    return PromotionResult(key=draft.key, outcome=outcome.value)


def _agrees(draft: PromotionDraft, known: Promotion) -> bool:
    """Whether it is there already, its terms read as they are stored; raises PromotionInvalid."""
    given = asdict(draft) | {
        "action": dump_term(read_action(draft.action)),
        "conditions": dump_conditions(read_conditions(list(draft.conditions))),
    }
    return all(_plain(value) == _plain(getattr(known, name)) for name, value in given.items())


def _plain(value: object) -> object:
    return list(value) if isinstance(value, (tuple, list)) else value
