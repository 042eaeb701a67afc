"""An event whose effect is one row: two rows for one number are an effect that happened twice."""

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from shop.kernel.clock import now
from shop.kernel.events import Event, publish_many, subscribe
from shop.kernel.models import AuditEntry, OutboxEvent
from shop.kernel.transactions import transaction

ACTION = "fault-bell"
SECONDS = 0.002


@dataclass(frozen=True, kw_only=True)
class BellRang(Event):
    topic: ClassVar[str] = "faults.bell_rang"

    number: int

    @property
    def key(self) -> str:
        return f"bell:{self.number % 50}"


@subscribe(BellRang)
def note(event: BellRang) -> None:
    """Slow enough to be killed in the middle."""
    time.sleep(SECONDS)
    AuditEntry.objects.create(at=now(), actor="bell", action=ACTION, target=str(event.number), facts={})


def ring(numbers: Iterable[int]) -> None:
    """Publish an event per number."""
    with transaction():
        publish_many([BellRang(number=number) for number in numbers])


def count_effects() -> Counter[int]:
    """How often each number was heard."""
    targets = AuditEntry.objects.filter(action=ACTION).values_list("target", flat=True)
    return Counter(int(target) for target in targets)


def count_unsent() -> int:
    """Events that still wait."""
    return OutboxEvent.objects.unsent().filter(topic=BellRang.topic).count()
