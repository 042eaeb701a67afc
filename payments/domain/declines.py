"""Why a card was declined, in words that help the shopper, and what to try next."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NOT_REACHED: Final = "not_reached"
PROVIDER_DOWN: Final = "provider_unavailable"
PROVIDER_REFUSED: Final = "provider_refused"
SUPERSEDED: Final = "superseded"
ORDER_CLOSED: Final = "order_closed"

_WORDS: Final[dict[str, Promise]] = {
    "insufficient_funds": _("Your card has not enough funds. You have not been charged."),
    "authentication_failed": _("Your bank could not confirm that it is you. You have not been charged."),
    "authentication_required": _(
        "Your bank asks for a confirmation that was not given. You have not been charged."
    ),
    "card_declined": _("Your bank declined the card. You have not been charged."),
    "generic_decline": _("Your bank declined the card. You have not been charged."),
    "do_not_honor": _("Your bank declined the card. You have not been charged."),
    "expired_card": _("The card has expired. You have not been charged."),
    "incorrect_cvc": _("The security code is wrong. You have not been charged."),
    "incorrect_number": _("The card number is wrong. You have not been charged."),
    "lost_card": _("Your bank declined the card. You have not been charged."),
    "stolen_card": _("Your bank declined the card. You have not been charged."),
    "fraudulent": _("Your bank declined the card. You have not been charged."),
    "currency_not_supported": _("The card does not work in this currency. You have not been charged."),
    "processing_error": _("The payment provider had a problem. You have not been charged."),
    "card_velocity_exceeded": _("The card has reached its limit. You have not been charged."),
    "withdrawal_count_limit_exceeded": _("The card has reached its limit. You have not been charged."),
    "card_not_supported": _("The card does not support this kind of purchase. You have not been charged."),
    "transaction_not_allowed": _(
        "The card does not support this kind of purchase. You have not been charged."
    ),
    "invalid_account": _("The card or account is not valid. You have not been charged."),
    "invalid_expiry_month": _("The expiry date is wrong. You have not been charged."),
    "invalid_expiry_year": _("The expiry date is wrong. You have not been charged."),
    "incorrect_zip": _("The postal code does not match the card. You have not been charged."),
    "incorrect_pin": _("The PIN is wrong. You have not been charged."),
    "pickup_card": _("Your bank declined the card. You have not been charged."),
    "restricted_card": _("Your bank declined the card. You have not been charged."),
    "security_violation": _("Your bank declined the card. You have not been charged."),
    "call_issuer": _("Your bank asks you to call before it accepts this payment. You have not been charged."),
    "try_again_later": _("Your bank could not decide right now. You have not been charged; try again."),
    "issuer_not_available": _("Your bank cannot be reached right now. You have not been charged."),
    "reenter_transaction": _("Your bank could not decide right now. You have not been charged; try again."),
    "expired_unpaid": _("The time to approve the payment is over. You have not been charged."),
    "cancelled_by_shopper": _("You cancelled the payment. You have not been charged."),
    NOT_REACHED: _("The payment provider did not receive the payment. You have not been charged."),
    PROVIDER_DOWN: _("The payment provider cannot be reached right now. You have not been charged."),
    PROVIDER_REFUSED: _("The payment provider refused the payment. You have not been charged."),
    SUPERSEDED: _("This payment was replaced by another one. You have not been charged."),
    ORDER_CLOSED: _("The order was closed before the payment was made. You have not been charged."),
}
_UNKNOWN: Final = _("The payment did not go through. You have not been charged.")


def explain_decline(code: str, *, provider_message: str = "") -> str:
    """Our own words where we know the code, the provider's otherwise."""
    words = _WORDS.get(code)
    return str(words) if words is not None else provider_message or str(_UNKNOWN)
