"""Addresses that moved keep leading somewhere."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from django.db import connection
from django.utils.translation import gettext as _

from catalog.domain.errors import RedirectInvalid
from catalog.models import Redirect
from shop.kernel.audit import record_audit
from shop.kernel.clock import now
from shop.kernel.transactions import transactional

LONGEST_PATH = 500
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('catalog.redirects', 0))"


@transactional
def remember_moves(moves: Mapping[str, str]) -> None:
    """Let old addresses lead to new ones, in one step each; an address that lives again redirects no more.

    Writers take turns, so that two moves of one thing make one chain and collapse it. Repeatable.
    """
    wanted = {old: new for old, new in moves.items() if old != new}
    if not wanted:
        return
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
    alive = set(wanted.values())
    Redirect.objects.filter(old_path__in=alive).delete()
    for old, new in wanted.items():
        Redirect.objects.filter(new_path=old).update(new_path=new)
    at = now()
    rows = [
        Redirect(old_path=old, new_path=new, is_automatic=True, created_at=at)
        for old, new in wanted.items()
        if old not in alive and len(old) <= LONGEST_PATH and len(new) <= LONGEST_PATH
    ]
    Redirect.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["old_path"],
        update_fields=["new_path", "is_automatic", "created_at"],
    )


@transactional
def forget_redirect(path: str) -> None:
    """Free an address that has a page of its own now. Repeatable."""
    Redirect.objects.filter(old_path=path).delete()


@transactional
def save_redirect(redirect: Redirect, *, actor: str) -> Redirect:
    """Write a redirect by hand, following the one that its target has; raises RedirectInvalid for a circle.

    Those that led to its old address lead to the new one. Records an audit row. Repeatable.
    """
    redirect.old_path, redirect.new_path = clean_path(redirect.old_path), clean_path(redirect.new_path)
    onward = Redirect.objects.filter(old_path=redirect.new_path).exclude(pk=redirect.pk).first()
    redirect.new_path = onward.new_path if onward else redirect.new_path
    if redirect.new_path == redirect.old_path:
        raise RedirectInvalid(_("This address would lead back to itself."), field="new_path")
    redirect.created_at = redirect.created_at or now()
    redirect.save()
    Redirect.objects.filter(new_path=redirect.old_path).update(new_path=redirect.new_path)
    record_audit(
        actor, action="catalog.save_redirect", target=f"redirect:{redirect.old_path}", to=redirect.new_path
    )
    return redirect


def clean_path(text: str) -> str:
    """Return an address of this shop, decoded and without host and language; raises RedirectInvalid."""
    try:
        path = unquote(urlsplit(text.strip()).path)
    except ValueError:
        path = ""
    path = path.removeprefix("/zh-hans") if path.startswith("/zh-hans/") else path
    if not path.startswith("/") or path == "/" or path.startswith("//") or len(path) > LONGEST_PATH:
        raise RedirectInvalid(
            _("Write an address of this shop that begins with a slash, such as /p/old-name/.")
        )
    return path
