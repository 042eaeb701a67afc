"""Locks of the accounts."""

from shop.accounts.models import User


def lock_user(user_id: int) -> User:
    """The user, held until commit: what belongs to him changes one after the other."""
    return User.objects.select_for_update(of=("self",)).get(pk=user_id)
