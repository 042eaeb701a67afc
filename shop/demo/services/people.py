"""The demo shop's operators and its shopper."""

from shop.accounts.domain.postal import PostalAddress
from shop.accounts.models import User
from shop.accounts.services.addresses import save_address
from shop.accounts.services.roles import sync_roles
from shop.accounts.services.users import create_verified_user
from shop.demo.accounts import OPERATORS, SHOPPER

SHOPPER_ADDRESS = PostalAddress(
    first_name="Mila",
    last_name="van Dael",
    line1="Lindengracht 118",
    city="Amsterdam",
    postal_code="1015 KK",
    country="NL",
    phone="+31 20 555 0143",
)


def ensure_people() -> int:
    """Roles, operators, the shopper and their address; the number of new users. Repeatable."""
    sync_roles()
    before = User.objects.count()
    for account in OPERATORS:
        create_verified_user(
            account.email,
            password=account.password,
            name=account.role.capitalize(),
            is_staff=True,
            roles=[account.role],
        )
    shopper = create_verified_user(SHOPPER.email, password=SHOPPER.password, name="Mila van Dael")
    if not shopper.addresses.exists():
        save_address(shopper, address=SHOPPER_ADDRESS, label="Home", is_default=True)
    return User.objects.count() - before
