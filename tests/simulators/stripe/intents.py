"""PaymentIntents: creation, changes and the moves that the API itself offers."""

from tests.simulators.stripe import actions, cards, ledger, methods
from tests.simulators.stripe.errors import ApiError, InvalidParameter, Json, UnexpectedState
from tests.simulators.stripe.params import (
    merge_metadata,
    read_amount,
    read_boolean,
    read_choice,
    read_currency,
    read_list,
    read_mapping,
    read_positive,
)
from tests.simulators.stripe.world import Attempt, World, make_id

OFFERED_TYPES = ("card", "alipay", "wechat_pay", "us_bank_account", "sepa_debit")
REDIRECTING_TYPES = frozenset({"alipay"})
CAPTURE_METHODS = frozenset({"automatic", "automatic_async", "manual"})
CANCEL_REASONS = frozenset({"duplicate", "fraudulent", "requested_by_customer", "abandoned"})
BEFORE_CONFIRMATION = frozenset({"requires_payment_method", "requires_confirmation", "requires_action"})
CANCELABLE = BEFORE_CONFIRMATION | {"requires_capture"}
TEXTS = ("description", "receipt_email", "statement_descriptor_suffix", "setup_future_usage")
CREATE_PARAMS = frozenset({
    "allowed_payment_method_types", "amount", "currency", "automatic_payment_methods", "capture_method",
    "confirm", "confirmation_method", "confirmation_token", "customer", "description",
    "error_on_requires_action", "excluded_payment_method_types", "expand", "metadata", "off_session",
    "payment_method", "payment_method_data", "payment_method_options", "receipt_email", "return_url",
    "setup_future_usage", "shipping", "statement_descriptor_suffix", "use_stripe_sdk",
})  # fmt: skip
UPDATE_PARAMS = frozenset({
    "allowed_payment_method_types", "amount", "currency", "description", "expand", "metadata",
    "payment_method", "payment_method_data",
    "payment_method_options", "receipt_email", "setup_future_usage", "shipping",
    "statement_descriptor_suffix",
})  # fmt: skip
CONFIRM_PARAMS = frozenset({
    "client_secret", "confirmation_token", "expand", "key", "off_session", "payment_method",
    "payment_method_data", "payment_method_options", "receipt_email", "return_url", "setup_future_usage",
    "shipping", "use_stripe_sdk",
})  # fmt: skip
# Known only to be refused with the code that tells an integration what to change.
REMOVED_PARAMS = frozenset({"payment_method_types"})
CANCEL_PARAMS = frozenset({"cancellation_reason", "expand"})
CAPTURE_PARAMS = frozenset({"amount_to_capture", "expand", "final_capture", "metadata"})


def create_intent(world: World, params: Json) -> Json:
    currency = read_currency(params)
    amount = read_amount(params, currency=currency)
    types = _read_types(params, currency=currency)
    method = _read_method(world, params)
    intent = _build_intent(world, params, amount=amount, currency=currency, types=types)
    if method is not None:
        _attach(intent, method)
    confirmed = read_boolean(params, "confirm")
    if confirmed:
        _check_confirmable(world, intent, params)
    world.add(intent)
    world.emit("payment_intent.created", intent)
    if confirmed:
        _confirm(world, intent, params)
    return intent


def update_intent(world: World, intent: Json, params: Json) -> Json:
    if set(params) - {"metadata", "description", "expand"} and intent["status"] not in BEFORE_CONFIRMATION:
        message = (
            f"This PaymentIntent's amount could not be updated because it has a status of {intent['status']}."
        )
        raise UnexpectedState(message, payment_intent=intent)
    method = _read_method(world, params)
    if "currency" in params:
        intent["currency"] = read_currency(params)
    if "amount" in params:
        intent["amount"] = read_amount(params, currency=intent["currency"])
    if {"payment_method_types", "allowed_payment_method_types"} & set(params):
        intent["payment_method_types"] = _read_types(params, currency=intent["currency"])
    for name in (*TEXTS, "shipping"):
        if name in params:
            intent[name] = params[name] or None
    intent["metadata"] = merge_metadata(intent["metadata"], params)
    if method is not None:
        _attach(intent, method)
    return intent


def confirm_intent(world: World, intent: Json, params: Json) -> Json:
    status = intent["status"]
    if status not in BEFORE_CONFIRMATION:
        message = (
            "You cannot confirm this PaymentIntent because it has already succeeded after being previously "
            "confirmed."
            if status == "succeeded"
            else f"You cannot confirm this PaymentIntent because it has a status of {status}. Only a "
            "PaymentIntent with one of the following statuses may be confirmed: requires_confirmation, "
            "requires_action."
        )
        raise UnexpectedState(message, payment_intent=intent)
    method = _read_method(world, params)
    if method is not None:
        _attach(intent, method)
    _confirm(world, intent, params)
    return intent


def cancel_intent(world: World, intent: Json, params: Json) -> Json:
    reason = read_choice(params, "cancellation_reason", choices=CANCEL_REASONS, default=None)
    if intent["status"] not in CANCELABLE:
        message = (
            f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}. Only a "
            "PaymentIntent with one of the following statuses may be canceled: requires_payment_method, "
            "requires_capture, requires_confirmation, requires_action."
        )
        raise UnexpectedState(message, payment_intent=intent)
    intent.update(status="canceled", canceled_at=world.now(), cancellation_reason=reason)
    intent.update(next_action=None, amount_capturable=0)
    world.emit("payment_intent.canceled", intent)
    return intent


def capture_intent(world: World, intent: Json, params: Json) -> Json:
    if intent["status"] != "requires_capture":
        message = (
            f"This PaymentIntent could not be captured because it has a status of {intent['status']}. Only a "
            "PaymentIntent with one of the following statuses may be captured: requires_capture."
        )
        raise UnexpectedState(message, payment_intent=intent)
    amount = read_positive(params, "amount_to_capture", default=intent["amount_capturable"])
    if amount > intent["amount_capturable"]:
        message = "The amount you're requesting to capture is greater than the amount you can capture."
        raise ApiError(message, code="amount_too_large", param="amount_to_capture")
    charge = world.get("charge", intent["latest_charge"])
    charge.update(captured=True, amount_captured=amount)
    intent["metadata"] = merge_metadata(intent["metadata"], params)
    intent.update(status="succeeded", amount_received=amount, amount_capturable=0)
    ledger.book_charge(world, charge)
    world.emit("charge.captured", charge)
    world.emit("payment_intent.succeeded", intent)
    return intent


def _confirm(world: World, intent: Json, params: Json) -> None:
    _check_confirmable(world, intent, params)
    method = world.get("payment_method", intent["payment_method"])
    return_url = _read_return_url(world, params)
    world.attempts[intent["id"]] = Attempt(method_id=method["id"], return_url=return_url)
    if params.get("confirmation_token"):
        world.get("confirmation_token", params["confirmation_token"])["payment_intent"] = intent["id"]
    intent["last_payment_error"] = None
    actions.begin_payment(world, intent, method, sdk=read_boolean(params, "use_stripe_sdk"))


def _check_confirmable(world: World, intent: Json, params: Json) -> None:
    if intent["payment_method"] is None:
        message = (
            "You cannot confirm this PaymentIntent because it's missing a payment method. You can either "
            "update the PaymentIntent with a payment method and then confirm it again, or confirm it again "
            "directly with a payment method or ConfirmationToken."
        )
        raise UnexpectedState(message, payment_intent=intent)
    method = world.get("payment_method", intent["payment_method"])
    return_url = _read_return_url(world, params)
    if method["type"] not in intent["payment_method_types"]:
        allowed = ", ".join(intent["payment_method_types"])
        message = (
            f"The PaymentMethod provided ({method['type']}) is not allowed for this PaymentIntent. Please "
            f"attach a PaymentMethod of one of the following types: {allowed}."
        )
        raise InvalidParameter(message, param="payment_method")
    automatic = intent["automatic_payment_methods"] or {"allow_redirects": "always"}
    redirecting = REDIRECTING_TYPES & set(intent["payment_method_types"])
    if redirecting and automatic["allow_redirects"] == "always" and return_url is None:
        message = (
            "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because "
            "some of these payment methods might redirect your customer off of your page, you must provide a "
            "`return_url`."
        )
        raise InvalidParameter(message, param="return_url")


def _attach(intent: Json, method: Json) -> None:
    intent["payment_method"] = method["id"]
    intent["next_action"] = None
    if intent["status"] in BEFORE_CONFIRMATION:
        intent["status"] = "requires_confirmation"


def _read_return_url(world: World, params: Json) -> str | None:
    token = world.objects.get("confirmation_token", {}).get(params.get("confirmation_token", ""), {})
    return params.get("return_url") or token.get("return_url") or None


def _read_method(world: World, params: Json) -> Json | None:
    if params.get("confirmation_token"):
        return methods.redeem_token(world, str(params["confirmation_token"]))
    if params.get("payment_method"):
        return methods.resolve_method(world, str(params["payment_method"]))
    if params.get("payment_method_data"):
        return methods.resolve_method_data(world, read_mapping(params, "payment_method_data"))
    return None


def _read_types(params: Json, *, currency: str) -> list[str]:
    """The allowed types that fit the currency; API version endive leaves out the others silently."""
    if "payment_method_types" in params:
        message = "The payment_method_types parameter is no longer supported on this API version."
        code = "payment_method_types_no_longer_supported"
        raise InvalidParameter(message, code=code, param="payment_method_types")
    allowed = read_list(params, "allowed_payment_method_types")
    excluded = read_list(params, "excluded_payment_method_types")
    if allowed and ("automatic_payment_methods" in params or excluded):
        message = "You may only specify one of these parameters: allowed_payment_method_types, " + (
            "excluded_payment_method_types." if excluded else "automatic_payment_methods."
        )
        raise InvalidParameter(message, param="allowed_payment_method_types")
    for name in (*allowed, *excluded):
        if name not in methods.TYPES:
            raise InvalidParameter(
                f"Invalid payment method type: {name}", param="allowed_payment_method_types"
            )
    offered = [name for name in allowed or OFFERED_TYPES if name not in excluded]
    types = [name for name in offered if currency in cards.TYPE_CURRENCIES.get(name, {currency})]
    if not types:
        raise InvalidParameter(f"No valid payment method types for {currency}.", param="currency")
    return types


def _build_intent(world: World, params: Json, *, amount: int, currency: str, types: list[str]) -> Json:
    identifier = make_id("pi")
    allowed = read_list(params, "allowed_payment_method_types") or None
    redirects = read_mapping(params, "automatic_payment_methods").get("allow_redirects", "always")
    default = "automatic_async" if world.automatic_async else "automatic"
    intent: Json = {
        "id": identifier,
        "object": "payment_intent",
        "amount": amount,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "allowed_payment_method_types": allowed,
        "automatic_payment_methods": None if allowed else {"allow_redirects": redirects, "enabled": True},
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": read_choice(params, "capture_method", choices=CAPTURE_METHODS, default=default),
        "client_secret": make_id(identifier + "_secret"),
        "confirmation_method": "automatic",
        "created": world.now(),
        "currency": currency,
        "customer": params.get("customer"),
        "customer_account": None,
        "excluded_payment_method_types": read_list(params, "excluded_payment_method_types") or None,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": world.livemode,
        "metadata": merge_metadata({}, params),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": read_mapping(params, "payment_method_options"),
        "payment_method_types": types,
        "processing": None,
        "review": None,
        "shipping": params.get("shipping"),
        "source": None,
        "statement_descriptor": None,
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": None,
    }
    return {**intent, **{name: params.get(name) or None for name in TEXTS}}
