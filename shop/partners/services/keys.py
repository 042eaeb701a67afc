"""API keys: making, finding, revoking."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from shop.kernel.audit import record_audit
from shop.kernel.clock import now
from shop.kernel.errors import Invalid
from shop.kernel.transactions import transactional
from shop.partners.domain.scopes import SCOPES
from shop.partners.models import ApiKey

SYSTEM = "system"
USE_NOTED_EVERY = timedelta(minutes=5)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@transactional
def create_key(
    name: str,
    *,
    scopes: Sequence[str],
    expires_at: datetime | None = None,
    contact_email: str = "",
    actor: str = SYSTEM,
) -> tuple[ApiKey, str]:
    """Make a key, with its line in the audit; the second value is its text, shown this once.

    Raises ``Invalid`` for unknown scopes or a used name.
    """
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown:
        raise Invalid(
            _("Unknown scopes: %(unknown)s. There are: %(known)s.")
            % {"unknown": ", ".join(unknown), "known": ", ".join(SCOPES)},
            field="scopes",
        )
    text = f"shop_{secrets.token_urlsafe(30)}"
    fields = {
        "prefix": text[:12],
        "digest": _digest(text),
        "scopes": sorted(set(scopes)),
        "created_at": now(),
        "expires_at": expires_at,
        "contact_email": contact_email,
    }
    key, is_new = ApiKey.objects.get_or_create(name=name, defaults=fields)
    if not is_new:
        raise Invalid(
            _("There is a key of this name already. Revoke it or choose another name."),
            field="name",
        )
    record_audit(actor, action="partners.create_key", target=f"key:{name}", scopes=key.scopes)
    return key, text


def find_key(text: str) -> ApiKey | None:
    """The valid key with this text. Its last use is noted every five minutes at the most."""
    key = ApiKey.objects.filter(digest=_digest(text)).first()
    instant = now()
    if key is None or not key.is_valid_at(instant):
        return None
    stale = Q(last_used_at=None) | Q(last_used_at__lt=instant - USE_NOTED_EVERY)
    if key.last_used_at is None or key.last_used_at < instant - USE_NOTED_EVERY:
        ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=instant)
    return key


@transactional
def revoke_key(key_id: int, *, actor: str = SYSTEM) -> None:
    """Stop a key from now on, with its line in the audit. Repeatable."""
    if ApiKey.objects.filter(pk=key_id, revoked_at=None).update(revoked_at=now()):
        name = ApiKey.objects.values_list("name", flat=True).get(pk=key_id)
        record_audit(actor, action="partners.revoke_key", target=f"key:{name}")
