"""Operators' roles as groups, brought in line with ``settings.ROLES``."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth.models import Group, Permission

from shop.kernel.transactions import transactional

OWNER = "owner"


@transactional
def sync_roles() -> list[str]:
    """Make each role's group hold exactly its permissions; answers the names that no model declares. Repeatable."""
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    missing: list[str] = []
    for role, declared in settings.ROLES.items():
        names = [name for entry in declared for name in _expand(entry)]
        missing.extend(name for name in names if name not in known)
        group, _ = Group.objects.get_or_create(name=role)
        group.permissions.set([known[name] for name in names if name in known])
    owner, _ = Group.objects.get_or_create(name=OWNER)
    owner.permissions.set(known.values())
    return missing


def _expand(entry: str) -> Iterator[str]:
    app, _, name = entry.partition(".")
    act, colon, model = name.partition(":")
    if not colon:
        yield entry
    elif act == "*":
        yield from (f"{app}.{verb}_{model}" for verb in ("view", "add", "change", "delete"))
    else:
        yield f"{app}.{act}_{model}"
