"""Errors of the domain: a code for programs, words for people, facts for both."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.functional import Promise


class DomainError(Exception):
    """Something the caller can understand and mend. ``message`` is translated, plain and says the remedy."""

    code = "error"

    def __init__(
        self,
        message: str | Promise,
        *,
        code: str = "",
        field: str = "",
        **facts: object,
    ) -> None:
        self.message = message
        self.code = code or self.code
        self.field = field
        self.facts = facts
        self.others: Sequence[DomainError] = ()
        """What else is wrong with the same request; this one decides what kind of refusal it is."""
        super().__init__(str(message))


class Invalid(DomainError):
    """What was put in cannot be right; ``field`` names it."""

    code = "invalid"


class NotFound(DomainError):
    """There is no such thing, or not for this caller."""

    code = "not_found"


class NotAllowed(DomainError):
    """The thing exists, but its state does not let this happen."""

    code = "not_allowed"


class TooMany(DomainError):
    """Done too often; after ``wait_seconds`` it may be done again."""

    code = "too_many"

    def __init__(self, message: str | Promise, *, wait_seconds: int = 60) -> None:
        super().__init__(message)
        self.wait_seconds = wait_seconds


class Conflict(DomainError):
    """The world has changed since the caller looked."""

    code = "conflict"
