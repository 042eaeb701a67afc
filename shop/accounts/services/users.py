"""Users: those that do not come through the sign-up page (operators, the demo's people), and what one says of oneself."""

from __future__ import annotations

from collections.abc import Sequence

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group

from shop.accounts.models import User
from shop.kernel.transactions import transactional


@transactional
def create_verified_user(
    email: str,
    *,
    password: str | None = None,
    name: str = "",
    language: str = "en",
    is_staff: bool = False,
    roles: Sequence[str] = (),
) -> User:
    """Make a user whose address is known to be theirs, in the given roles; answers the one that is there already."""
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        user = User.objects.create_user(email, password, name=name, language=language, is_staff=is_staff)
    EmailAddress.objects.get_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    user.groups.add(*Group.objects.filter(name__in=roles))
    return user


@transactional
def change_profile(user: User, *, name: str, language: str) -> None:
    """How the person is called, and the language of our mail to them. Repeatable."""
    user.name, user.language = name, language
    user.save(update_fields=["name", "language"])
