"""Structured logs: JSON lines in production, readable lines in development; secrets are struck out in both."""

from __future__ import annotations

import re
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

_SECRET = re.compile(
    r"(?:[sr]k_(?:live|test)_|whsec_)[A-Za-z0-9+/=_-]+"
    r"|shop_[A-Za-z0-9_-]{36,}"  # as long as an API key, longer than a name of ours
    r"|\b\d(?:[ -]?\d){12,18}\b"
    # A name is looked for where a word begins, else no longer than names are: a stranger's long address is read once.
    r"|(?:(?<![\w.+-])[\w.+-]++|[\w.+-]{1,64}+)@[\w-]++\.[\w.-]+"
)
_SECRET_NAMES = re.compile(r"password|secret|token|authorization|cookie|api_?key|^code$", re.IGNORECASE)
_STRUCK = "[struck out]"


def strike_secrets(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Replace what looks like a key, a card number or an address, and the values of fields with telling names."""
    for name, value in event.items():
        event[name] = _strike(value, name=name)
    return event


def _strike(value: Any, *, name: str = "") -> Any:
    if value is not None and _SECRET_NAMES.search(name):
        return _STRUCK
    if isinstance(value, str):
        return _SECRET.sub(_STRUCK, value)
    if isinstance(value, dict):
        return {key: _strike(inner, name=str(key)) for key, inner in value.items()}
    if type(value) in (list, tuple):
        return type(value)(_strike(inner) for inner in value)
    return value


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
    # Once more: now the texts of exceptions and of positional arguments are in it.
    strike_secrets,
    structlog.processors.JSONRenderer(),
]
PLAIN_PROCESSORS: list[Processor] = [
    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
    structlog.processors.format_exc_info,
    strike_secrets,
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
