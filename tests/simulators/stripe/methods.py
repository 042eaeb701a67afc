"""Payment methods: made from a test number, a shared token or a wallet type."""

from tests.simulators.stripe import cards
from tests.simulators.stripe.errors import ApiError, InvalidParameter, Json
from tests.simulators.stripe.params import merge_metadata, read_mapping
from tests.simulators.stripe.world import World, make_id

TOKEN_SECONDS = 12 * 3600
TYPES = frozenset({"card", "alipay", "wechat_pay", *cards.DELAYED_TYPES})


def create_method(world: World, params: Json) -> Json:
    method_type = params.get("type")
    if method_type not in TYPES:
        raise InvalidParameter(f"Invalid type: {method_type}", param="type")
    if method_type == "card":
        card = _read_card(read_mapping(params, "card"))
        return add_card_method(world, card, params=params)
    account = _read_account(params, str(method_type))
    return add_method(world, str(method_type), account=account, params=params)


def resolve_method(world: World, identifier: str) -> Json:
    """The stored method; a shared token such as `pm_card_visa` becomes a new method each time."""
    if identifier in cards.SHARED_METHODS:
        method_type, account = cards.SHARED_METHODS[identifier]
        return add_method(world, method_type, account=account)
    if identifier.startswith(("pm_card_", "tok_")):
        return add_card_method(world, cards.find_card_by_token(identifier))
    return world.get("payment_method", identifier, param="payment_method")


def resolve_method_data(world: World, method: Json) -> Json:
    """`payment_method_data`: the browser's way to give a method while it confirms."""
    return create_method(world, {name: value for name, value in method.items() if name != "referrer"})


def create_token(world: World, params: Json) -> Json:
    """A ConfirmationToken: what Stripe.js makes of a filled form, for the server to confirm with, once."""
    if params.get("payment_method"):
        method = resolve_method(world, str(params["payment_method"]))
    else:
        method = resolve_method_data(world, read_mapping(params, "payment_method_data"))
    preview = {name: method[name] for name in ("billing_details", "type", method["type"])}
    token = {
        "id": make_id("ctoken"),
        "object": "confirmation_token",
        "created": world.now(),
        "expires_at": world.now() + TOKEN_SECONDS,
        "livemode": world.livemode,
        "mandate_data": None,
        "payment_intent": None,
        "payment_method_options": None,
        "payment_method_preview": preview,
        "return_url": params.get("return_url"),
        "setup_future_usage": None,
        "setup_intent": None,
        "shipping": None,
        "use_stripe_sdk": False,
    }
    world.token_methods[str(token["id"])] = method["id"]
    return world.add(token)


def redeem_token(world: World, identifier: str) -> Json:
    token = world.get("confirmation_token", identifier, param="confirmation_token")
    if token["payment_intent"] is not None:
        message = f"The ConfirmationToken '{identifier}' has already been used."
        raise ApiError(message, code="confirmation_token_already_used", param="confirmation_token")
    if token["expires_at"] < world.now():
        raise ApiError(f"The ConfirmationToken '{identifier}' has expired.", param="confirmation_token")
    return world.get("payment_method", world.token_methods[identifier])


def add_card_method(world: World, card: cards.Card, *, params: Json | None = None) -> Json:
    method = add_method(world, "card", account="", params=params)
    method["card"] = {
        **cards.card_details(card),
        "display_brand": card.brand,
        "generated_from": None,
        "networks": {"available": [card.brand], "preferred": None},
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
    }
    world.cards[method["id"]] = card
    return method


def add_method(world: World, method_type: str, *, account: str, params: Json | None = None) -> Json:
    given = params or {}
    billing = read_mapping(given, "billing_details")
    method: Json = {
        "id": make_id("pm"),
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": {
            "address": billing.get("address"),
            "email": billing.get("email"),
            "name": billing.get("name"),
            "phone": billing.get("phone"),
            "tax_id": None,
        },
        "created": world.now(),
        "customer": None,
        "customer_account": None,
        "livemode": world.livemode,
        "metadata": merge_metadata({}, given),
        "type": method_type,
        method_type: {"last4": account[-4:]} if account else {},
    }
    world.accounts[method["id"]] = account
    return world.add(method)


def _read_card(given: Json) -> cards.Card:
    if "token" in given:
        return cards.find_card_by_token(str(given["token"]))
    if "number" not in given:
        raise InvalidParameter(
            "Missing required param: card[number].", code="parameter_missing", param="card"
        )
    return cards.find_card(str(given["number"]))


def _read_account(params: Json, method_type: str) -> str:
    given = read_mapping(params, method_type)
    if method_type == "us_bank_account":
        return str(given.get("account_number", "000123456789"))
    if method_type == "sepa_debit":
        return str(given.get("iban", "DE89370400440532013000"))
    return ""
