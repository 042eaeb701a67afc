"""What rules on prices are made of: a strategy that names a target, guards that bound it, and what came out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shop.kernel.errors import Conflict, Invalid
from shop.kernel.states import build_table

HUNDRED: Final = Decimal(100)
MOST_STEPS: Final = 10


class Strategy(TextChoices):
    """Where a rule takes its target from."""

    COMPETITOR = "competitor", _("Follow the lowest competitor")
    MARKDOWN = "markdown", _("Mark down in steps")
    COST_PLUS = "cost_plus", _("Cost plus a margin")


class Trigger(TextChoices):
    """What a markdown counts, in days."""

    AGE = "age", _("Days on sale or in stock")
    IDLE = "idle", _("Days without a sale")
    COVER = "cover", _("Days that the stock lasts")
    EXPIRY = "expiry", _("Days until it expires")


class Rounding(TextChoices):
    """How a price ends."""

    NONE = "none", pgettext_lazy("rounding", "As it is")
    NINETY_NINE = "99", "….99"
    WHOLE = "00", "….00"
    TICK = "tick", pgettext_lazy("rounding", "To a multiple")


class SuggestionState(TextChoices):
    """What became of a suggestion."""

    OPEN = "open", pgettext_lazy("price suggestion", "Open")
    APPROVED = "approved", pgettext_lazy("price suggestion", "Approved")
    APPLIED = "applied", pgettext_lazy("price suggestion", "Applied")
    REFUSED = "refused", pgettext_lazy("price suggestion", "Refused")
    EXPIRED = "expired", pgettext_lazy("price suggestion", "Expired")


SUGGESTION_TRANSITIONS: Final = build_table(
    "price suggestion",
    SuggestionState,
    {
        SuggestionState.OPEN: {SuggestionState.APPROVED, SuggestionState.REFUSED, SuggestionState.EXPIRED},
        # Open again when the change that holds it is dropped on the same day.
        SuggestionState.APPROVED: {SuggestionState.APPLIED, SuggestionState.OPEN, SuggestionState.EXPIRED},
        # Refused when the change is taken back.
        SuggestionState.APPLIED: {SuggestionState.REFUSED},
    },
)


class Held(TextChoices):
    """Why a rule suggests nothing for an article."""

    NO_COMPETITOR = "no_competitor", _("no competitor's price that is fresh enough")
    NO_COST = "no_cost", _("no cost is known")
    NO_FACTS = "no_facts", _("nothing is known of its stock or sales")
    NOT_DUE = "not_due", _("no step is reached")
    TOO_SOON = "too_soon", _("its price has moved too lately")
    UNCHANGED = "unchanged", _("the price is right already")
    GUARDS_CLASH = "guards_clash", _("the floor lies above the ceiling")
    OUT_OF_REACH = "out_of_reach", _("the bounds lie further than a day's move")
    NO_PRICE_FITS = "no_price_fits", _("no price between the bounds ends as asked")


class RepricingInvalid(Invalid):
    """A rule that cannot be meant; ``field`` names the part."""

    code = "repricing_invalid"


class SuggestionMoved(Conflict):
    """A suggestion has been decided, or its price has moved meanwhile."""

    code = "price_suggestion_moved"

    def __init__(self, sku: str) -> None:
        super().__init__(
            _("%(sku)s: this suggestion is not open any more. Please look again.") % {"sku": sku}, sku=sku
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class MarkdownStep:
    """From so many days on (until so many, for expiry) so much per cent off the list price."""

    days: int
    percent: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """A strategy with its figures: undercutting in per cent and amount, steps, or a margin of the selling price."""

    strategy: Strategy
    undercut_percent: Decimal = Decimal(0)
    undercut_amount: Decimal = Decimal(0)
    trigger: Trigger = Trigger.AGE
    steps: tuple[MarkdownStep, ...] = ()
    margin_percent: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        if not 0 <= self.undercut_percent < HUNDRED or self.undercut_amount < 0:
            raise RepricingInvalid(_("Write a percentage from 0 to below 100."), field="undercut_percent")
        if not 0 <= self.margin_percent < HUNDRED:
            raise RepricingInvalid(_("Write a percentage from 0 to below 100."), field="margin_percent")
        if self.strategy is Strategy.MARKDOWN and not 0 < len(self.steps) <= MOST_STEPS:
            raise RepricingInvalid(_("Name one to ten steps."), field="steps")
        if any(not 0 < step.percent < HUNDRED or step.days < 0 for step in self.steps):
            raise RepricingInvalid(_("A step takes off more than 0 and less than 100 %."), field="steps")


@dataclass(frozen=True, kw_only=True, slots=True)
class Guards:
    """What no suggestion crosses; percentages, and hours.

    The floor is cost over (1 - least margin); the ceiling is a share of the list price; one day's moves stay within a
    share of the price at which the day began. Moves beyond `approval_percent` wait for a person.
    """

    least_margin_percent: Decimal = Decimal(0)
    ceiling_percent: Decimal = HUNDRED
    daily_percent: Decimal = Decimal(10)
    hours_between: int = 24
    rounding: Rounding = Rounding.NONE
    tick: Decimal = Decimal(0)
    approval_percent: Decimal = Decimal(5)

    def __post_init__(self) -> None:
        if not 0 <= self.least_margin_percent < HUNDRED:
            raise RepricingInvalid(_("Write a percentage from 0 to below 100."), field="least_margin_percent")
        if not 0 < self.ceiling_percent <= 10 * HUNDRED:
            raise RepricingInvalid(_("Write a percentage from 1 to 1000."), field="ceiling_percent")
        if not 0 < self.daily_percent <= HUNDRED:
            raise RepricingInvalid(_("Write a percentage above 0, at most 100."), field="daily_percent")
        if self.rounding is Rounding.TICK and self.tick <= 0:
            raise RepricingInvalid(_("Say of what prices are multiples."), field="tick")
        if self.approval_percent < 0 or self.hours_between < 0:
            raise RepricingInvalid(_("This cannot be below 0."), field="approval_percent")


@dataclass(frozen=True, kw_only=True, slots=True)
class RivalPrice:
    """What another shop asks, and when it was seen."""

    competitor: str
    amount: Decimal
    seen_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Situation:
    """All that a rule may ask of one article's price. `day_open` is the price at which today began.

    `list_amount` is the price that people have set and rules measure from. `days` holds what is known of each trigger.
    """

    currency: str
    amount: Decimal
    list_amount: Decimal
    day_open: Decimal
    cost: Decimal | None = None
    rivals: tuple[RivalPrice, ...] = ()
    days: Mapping[Trigger, int] = field(default_factory=dict)
    hours_since_move: Decimal | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line of the arithmetic: what was done, its figures as text, and the amount that it led to."""

    code: str
    amount: Decimal | None
    facts: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return plain values to store."""
        return {
            "code": self.code,
            "amount": None if self.amount is None else str(self.amount),
            "facts": dict(self.facts),
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """A new price or the reason for none, with the whole arithmetic."""

    new_amount: Decimal | None
    lines: tuple[Line, ...]
    held: Held | None = None
    needs_approval: bool = False
