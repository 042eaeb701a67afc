"""Published test cards and tokens with the behaviour that Stripe documents for each."""

from dataclasses import dataclass

from tests.simulators.stripe.errors import CardError, Json, ResourceMissing

MESSAGES = {
    "card_declined": "Your card was declined.",
    "insufficient_funds": "Your card has insufficient funds.",
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "Your card's security code is incorrect.",
    "incorrect_number": "Your card number is incorrect.",
    "processing_error": "An error occurred while processing your card. Try again in a little bit.",
}
DELAYED_TYPES = frozenset({"us_bank_account", "sepa_debit"})
TYPE_CURRENCIES = {
    "alipay": frozenset({"cny", "aud", "cad", "eur", "gbp", "hkd", "jpy", "myr", "nzd", "sgd", "usd"}),
    "wechat_pay": frozenset({"cny", "aud", "cad", "chf", "dkk", "eur", "gbp", "hkd", "jpy", "nok", "sek",
                             "sgd", "usd"}),
    "us_bank_account": frozenset({"usd"}),
    "sepa_debit": frozenset({"eur"}),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Card:
    """How one test card behaves; an empty `code` means that the bank agrees."""

    number: str
    alias: str = ""
    brand: str = "visa"
    funding: str = "credit"
    challenge: bool = False
    code: str = ""
    decline_code: str = ""
    refund: str = "succeeded"
    disputed: bool = False

    @property
    def message(self) -> str:
        return MESSAGES.get(self.decline_code) or MESSAGES.get(self.code, MESSAGES["card_declined"])


def _declined(number: str, alias: str, decline_code: str, code: str = "card_declined") -> Card:
    return Card(number=number, alias=alias, code=code, decline_code=decline_code)


CARDS = (
    Card(number="4242424242424242", alias="visa"),
    Card(number="4000056655665556", alias="visa_debit", funding="debit"),
    Card(number="5555555555554444", alias="mastercard", brand="mastercard"),
    Card(number="2223003122003222", brand="mastercard"),
    Card(number="5200828282828210", alias="mastercard_debit", brand="mastercard", funding="debit"),
    Card(number="5105105105105100", alias="mastercard_prepaid", brand="mastercard", funding="prepaid"),
    Card(number="378282246310005", alias="amex", brand="amex"),
    Card(number="371449635398431", brand="amex"),
    Card(number="6011111111111117", alias="discover", brand="discover"),
    Card(number="6011000990139424", brand="discover"),
    Card(number="6011981111111113", brand="discover", funding="debit"),
    Card(number="6200000000000005", alias="unionpay", brand="unionpay"),
    _declined("4000000000000002", "visa_chargeDeclined", "generic_decline"),
    _declined("4000000000009995", "visa_chargeDeclinedInsufficientFunds", "insufficient_funds"),
    _declined("4000000000009987", "visa_chargeDeclinedLostCard", "lost_card"),
    _declined("4000000000009979", "visa_chargeDeclinedStolenCard", "stolen_card"),
    _declined("4000000000006975", "visa_chargeDeclinedVelocityLimitExceeded", "card_velocity_exceeded"),
    _declined("4000000000000069", "chargeDeclinedExpiredCard", "", "expired_card"),
    _declined("4000000000000127", "chargeDeclinedIncorrectCvc", "", "incorrect_cvc"),
    _declined("4000000000000119", "chargeDeclinedProcessingError", "", "processing_error"),
    Card(number="4000002760003184", alias="authenticationRequired", challenge=True),
    Card(number="4000002500003155", alias="authenticationRequiredOnSetup", challenge=True),
    Card(number="4000000000003220", alias="threeDSecure2Required", challenge=True),
    Card(number="4000000000003063", alias="threeDSecureRequired", challenge=True),
    Card(
        number="4000008400001629",
        alias="threeDSecureRequiredChargeDeclined",
        challenge=True,
        code="card_declined",
        decline_code="generic_decline",
    ),
    Card(
        number="4000008260003178",
        alias="authenticationRequiredChargeDeclinedInsufficientFunds",
        challenge=True,
        code="card_declined",
        decline_code="insufficient_funds",
    ),
    Card(number="4000000000007726", alias="pendingRefund", refund="pending"),
    Card(number="4000000000005126", alias="refundFail", refund="failed"),
    Card(number="4000000000000259", alias="createDispute", disputed=True),
)
BY_NUMBER = {card.number: card for card in CARDS}
BY_ALIAS = {card.alias: card for card in CARDS if card.alias}
# Bank accounts whose debit comes back unpaid; every other one is paid when it settles.
FAILING_ACCOUNTS = frozenset({"000111111116", "000222222227", "DE62370400440532013001"})
SHARED_METHODS = {
    "pm_usBankAccount_success": ("us_bank_account", "000123456789"),
    "pm_usBankAccount_insufficientFunds": ("us_bank_account", "000222222227"),
    "pm_usBankAccount_noAccount": ("us_bank_account", "000111111116"),
}


def find_card(number: str) -> Card:
    """The card of a number typed into a form; refuses what is no test card as Stripe does."""
    digits = number.replace(" ", "")
    card = BY_NUMBER.get(digits)
    if card is not None:
        return card
    if not digits.isdigit() or not _passes_luhn(digits):
        raise CardError(MESSAGES["incorrect_number"], code="incorrect_number", param="number")
    message = "Your card was declined. Your request was in test mode, but used a non test card."
    raise CardError(message, code="card_declined", decline_code="test_mode_live_card")


def find_card_by_token(token: str) -> Card:
    name = token.removeprefix("pm_card_").removeprefix("tok_")
    card = BY_ALIAS.get(name)
    if card is None:
        raise ResourceMissing("PaymentMethod", token, param="payment_method")
    return card


def _passes_luhn(digits: str) -> bool:
    values = [int(digit) for digit in reversed(digits)]
    doubled = [sum(divmod(value * 2, 10)) for value in values[1::2]]
    return (sum(values[::2]) + sum(doubled)) % 10 == 0


def card_details(card: Card) -> Json:
    return {
        "brand": card.brand,
        "checks": {
            "address_line1_check": None,
            "address_postal_code_check": None,
            "cvc_check": "fail" if card.code == "incorrect_cvc" else "pass",
        },
        "country": "CN" if card.brand == "unionpay" else "US",
        "exp_month": 12,
        "exp_year": 2034,
        "fingerprint": f"fp{card.number[-8:]}{card.number[:6]}",
        "funding": card.funding,
        "last4": card.number[-4:],
    }
