"""Idempotency: the same key gives the same answer, whatever happened to the first one on its way."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from shop.kernel.clock import now
from shop.kernel.errors import Conflict
from shop.kernel.models import IdempotencyRecord
from shop.kernel.postgres.statements import RowInsert, RowStatement, Statement
from shop.kernel.transactions import transaction, transactional

KEPT_FOR = timedelta(hours=48)
_LOCK = Statement("SELECT pg_advisory_xact_lock(hashtextextended(%(name)s::text, 0))::text")
_RECORD = RowStatement(IdempotencyRecord, "WHERE caller = %(caller)s AND key = %(key)s")
_NEW_RECORD = RowInsert(IdempotencyRecord)


class IdempotencyMismatch(Conflict):
    """The key was used before with another request."""

    code = "idempotency_key_reused"


@dataclass(frozen=True)
class Answer:
    """A status and a JSON body, as they were first given."""

    status: int
    body: Any
    is_replay: bool = False


def fingerprint_request(method: str, path: str, body: Any) -> str:
    """What makes two requests the same: method, path and canonical JSON body."""
    text = json.dumps([method, path, body], sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def run_once(caller: str, *, key: str, fingerprint: str, run: Callable[[], Answer]) -> Answer:
    """Run and remember the answer in one transaction, or give the remembered one.

    Rivals with the same key wait on an advisory lock until the first has committed or failed. Answers of 500 and above
    and raised errors are not remembered: they undo the transaction.
    """
    with transaction():
        _lock_key(caller, key)
        known = _RECORD.find(caller=caller, key=key)
        if known is not None:
            if known.fingerprint != fingerprint:
                raise IdempotencyMismatch(
                    _("This idempotency key was already used with another request. Use a new key.")
                )
            return Answer(known.status, known.body, is_replay=True)
        answer = run()
        _NEW_RECORD.run(
            IdempotencyRecord(
                caller=caller,
                key=key,
                fingerprint=fingerprint,
                status=answer.status,
                body=answer.body,
                created_at=now(),
            )
        )
        return answer


def _lock_key(caller: str, key: str) -> None:
    _LOCK.run(name=f"{caller}\x1f{key}")


@transactional
def forget_old_answers() -> int:
    """Remove answers past their time; a periodic job."""
    return IdempotencyRecord.objects.filter(created_at__lt=now() - KEPT_FOR).delete()[0]
