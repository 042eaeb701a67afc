"""Events: facts that one app states and others act on, carried by the outbox."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar, TypeVar, get_type_hints

from shop.kernel.clock import now
from shop.kernel.postgres.statements import Statement
from shop.kernel.transactions import require_transaction

# Every change of the shop says something: by hand and kept planned, in the order of the list.
_PUBLISH = Statement("""
INSERT INTO kernel_outboxevent (topic, key, payload, created_at, not_before, attempts, error)
SELECT f.topic, f.key, f.payload::jsonb, %(created_at)s::timestamptz, %(not_before)s::timestamptz, 0, ''
FROM unnest(%(topics)s::text[], %(keys)s::text[], %(payloads)s::text[])
    WITH ORDINALITY AS f (topic, key, payload, place)
ORDER BY f.place
RETURNING id
""")

E = TypeVar("E", bound="Event")
Handler = Callable[[Any], None]

_topics: dict[str, type[Event]] = {}
_handlers: dict[str, dict[str, Handler]] = {}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Event:
    """Base of all events: frozen dataclasses of plain values (str, int, bool, Decimal, datetime, lists of str or int).

    ``topic`` names it for ever; ``key`` is what must stay in order (``order:42``).
    """

    topic: ClassVar[str] = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.topic:
            if cls.topic in _topics:
                raise ValueError(f"two events claim the topic {cls.topic}")
            _topics[cls.topic] = cls

    @property
    def key(self) -> str:
        """Events with the same key are delivered in the order in which they were published."""
        return ""


def _to_json(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _from_json(kind: Any, value: Any) -> Any:
    if kind is Decimal:
        return Decimal(value)
    if kind is datetime:
        return datetime.fromisoformat(value)
    return tuple(value) if isinstance(value, list) else value


def encode_event(event: Event) -> dict[str, Any]:
    """The event's fields as JSON values."""
    return {field.name: _to_json(getattr(event, field.name)) for field in dataclasses.fields(event)}


def decode_event(topic: str, payload: dict[str, Any]) -> Event:
    """The event that ``encode_event`` wrote; fields that it does not know are dropped (older code, newer row)."""
    cls = _topics[topic]
    hints = get_type_hints(cls)
    names = {field.name for field in dataclasses.fields(cls)}
    return cls(**{name: _from_json(hints[name], value) for name, value in payload.items() if name in names})


def publish(event: Event, *, not_before: datetime | None = None) -> None:
    """State a fact: one outbox row in the caller's transaction, so that it is said if and only if it happened."""
    publish_many([event], not_before=not_before)


def publish_many(events: list[Any], *, not_before: datetime | None = None) -> None:
    """``publish`` for many facts in one statement."""
    require_transaction()
    created_at = now()
    _PUBLISH.run(
        topics=[event.topic for event in events],
        keys=[event.key for event in events],
        payloads=[json.dumps(encode_event(event), ensure_ascii=False) for event in events],
        created_at=created_at,
        not_before=not_before or created_at,
    )


def subscribe(
    event_class: type[E],
) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Register a handler; it runs once per event in a transaction of its own, at least once delivered, never twice done."""

    def register(handler: Callable[[E], None]) -> Callable[[E], None]:
        name = f"{handler.__module__}.{handler.__qualname__}"
        _handlers.setdefault(event_class.topic, {})[name] = handler
        return handler

    return register


def list_handlers(topic: str) -> dict[str, Handler]:
    """The handlers of a topic by their full names."""
    return _handlers.get(topic, {})
