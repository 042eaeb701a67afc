"""State machines as tables: which state may follow which."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from shop.kernel.errors import NotAllowed


@dataclass(frozen=True)
class TransitionTable:
    """One axis of states. ``edges`` maps a state to those that may follow; ``labels`` names each in words."""

    axis: str
    edges: Mapping[str, frozenset[str]]
    labels: Mapping[str, str | Promise]

    def check(self, old: str, new: str) -> bool:
        """True to move, False when already there; raises ``NotAllowed`` in plain words otherwise."""
        if old == new:
            return False
        if new not in self.edges.get(old, frozenset()):
            raise NotAllowed(
                _("“%(old)s” cannot become “%(new)s”.")
                % {"old": self.labels.get(old, old), "new": self.labels.get(new, new)},
                axis=self.axis,
                old=old,
                new=new,
            )
        return True


def build_table(
    axis: str, states: type[TextChoices], edges: Mapping[TextChoices, AbstractSet[TextChoices]]
) -> TransitionTable:
    """Return the table of an axis whose states are choices of a column; a state that is not named leads nowhere."""
    return TransitionTable(
        axis=axis,
        edges={str(old.value): frozenset(str(new.value) for new in news) for old, news in edges.items()},
        labels={str(state.value): state.label for state in states},
    )
