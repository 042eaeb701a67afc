"""Saved addresses: adding, changing, removing."""

from __future__ import annotations

from dataclasses import asdict

from django.utils.translation import gettext as _

from shop.accounts.domain.postal import PostalAddress, check_postal_address
from shop.accounts.locks import lock_user
from shop.accounts.models import Address, User
from shop.kernel.errors import Invalid, NotFound
from shop.kernel.transactions import transactional

MOST_ADDRESSES = 20


@transactional
def save_address(
    user: User,
    *,
    address: PostalAddress,
    label: str = "",
    is_default: bool = False,
    address_id: int | None = None,
) -> Address:
    """Add an address, or change the user's own one with ``address_id``. The first one is used first. Locks the user.

    Raises ``Invalid`` naming the first wrong field, ``NotFound`` for another user's address.
    """
    problems = check_postal_address(address)
    if problems:
        raise Invalid(problems[0].message, code=problems[0].code, field=problems[0].field)
    lock_user(user.pk)
    if address_id is None:
        if user.addresses.count() >= MOST_ADDRESSES:
            raise Invalid(_("You can keep %(most)s addresses. Remove one first.") % {"most": MOST_ADDRESSES})
        saved = Address(user=user)
    else:
        saved = _get_own(user, address_id)
    is_first = not user.addresses.exclude(pk=saved.pk).exists()
    if is_default or is_first:
        user.addresses.filter(is_default=True).exclude(pk=saved.pk).update(is_default=False)
    saved.is_default = is_default or is_first or saved.is_default
    saved.label = label.strip()
    saved.fill_address(address)
    saved.save()
    return saved


@transactional
def keep_address(user: User, *, address: PostalAddress) -> Address:
    """Save what was typed at the checkout, unless it is saved already. Locks the user. Raises as `save_address` does."""
    lock_user(user.pk)
    known = user.addresses.filter(**asdict(address)).first()
    return known or save_address(user, address=address)


@transactional
def remove_address(user: User, *, address_id: int) -> None:
    """Remove the user's own address; the oldest of the others is then used first. Locks the user."""
    lock_user(user.pk)
    removed = _get_own(user, address_id)
    was_default = removed.is_default
    removed.delete()
    if was_default and (heir := user.addresses.order_by("pk").first()):
        heir.is_default = True
        heir.save(update_fields=["is_default"])


def _get_own(user: User, address_id: int) -> Address:
    address = user.addresses.filter(pk=address_id).first()
    if address is None:
        raise NotFound(_("This address is not there any more."))
    return address
