"""Structured logs: JSON lines in production, readable lines in development; secrets are struck out in both."""

from __future__ import annotations

import re
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

_SECRET = re.compile(r"(sk_(?:live|test)_|whsec_|rk_live_)[A-Za-z0-9]+|\b(?:\d[ -]?){13,19}\b")
_SECRET_NAMES = re.compile(r"password|secret|token|authorization|cookie|code", re.IGNORECASE)


def strike_secrets(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Replace what looks like a key or a card number, and the values of fields with telling names."""
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = (
                "[struck out]" if _SECRET_NAMES.fullmatch(name) else _SECRET.sub("[struck out]", value)
            )
    return event


SHARED_PROCESSORS: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    strike_secrets,
]
JSON_PROCESSORS: list[Processor] = [
    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
    structlog.processors.format_exc_info,
    structlog.processors.JSONRenderer(),
]
PLAIN_PROCESSORS: list[Processor] = [
    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
    # Not the rich traceback: it writes every local variable, secrets too, and takes a second.
    structlog.dev.ConsoleRenderer(
        colors=False, pad_event_to=0, exception_formatter=structlog.dev.plain_traceback
    ),
]

structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *SHARED_PROCESSORS,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.StackInfoRenderer(),
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)
