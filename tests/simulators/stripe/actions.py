"""What happens to a payment after it is confirmed: bank, customer, clearing house."""

import struct
import zlib
from hashlib import sha256

from tests.simulators.stripe import cards, charges
from tests.simulators.stripe.errors import ApiError, CardError, Json, UnexpectedState
from tests.simulators.stripe.world import World, encode_base64

AUTHENTICATION_FAILED = (
    "payment_intent_authentication_failure",
    (
        "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new "
        "PaymentMethod to attempt to fulfill this PaymentIntent again."
    ),
)
WALLET_FAILED = ("payment_intent_payment_attempt_failed", "The customer did not approve the payment.")
DEBIT_FAILED = ("payment_intent_payment_attempt_failed", "The payment failed.")
QR_SIZE = 21


def begin_payment(world: World, intent: Json, method: Json, *, sdk: bool) -> None:
    """Raises CardError when the bank refuses at once; the intent is then open for another method."""
    if method["type"] == "card":
        card = world.cards[method["id"]]
        if card.challenge:
            _require_action(world, intent, _challenge(world, intent, sdk=sdk))
            return
        _charge_card(world, intent, method, card, raises=True)
    elif method["type"] in cards.DELAYED_TYPES:
        _begin_debit(world, intent, method)
    elif method["type"] == "alipay":
        _require_action(world, intent, _alipay_action(world, intent))
    else:
        _require_action(world, intent, _wechat_action(world, intent))


def complete_action(world: World, intent: Json, *, approved: bool) -> Json:
    """The customer answered the challenge, the Alipay page or the WeChat code."""
    if intent["status"] != "requires_action":
        raise UnexpectedState(f"The payment waits for no customer: it is {intent['status']}.")
    method = world.get("payment_method", intent["payment_method"])
    intent["next_action"] = None
    if not approved:
        code, message = AUTHENTICATION_FAILED if method["type"] == "card" else WALLET_FAILED
        kind = "invalid_request_error"
        fail_intent(world, intent, method, {"type": kind, "code": code, "message": message})
    elif method["type"] == "card":
        _charge_card(world, intent, method, world.cards[method["id"]], raises=False)
    else:
        succeed_intent(world, intent, method)
    return intent


def settle_debit(world: World, intent: Json, *, failed: bool | None = None) -> Json:
    """The bank debit comes back days later; the account decides unless the test does."""
    if intent["status"] != "processing":
        raise UnexpectedState(f"The payment is not processing: it is {intent['status']}.")
    method = world.get("payment_method", intent["payment_method"])
    charge = world.get("charge", intent["latest_charge"])
    intent["processing"] = None
    if world.accounts[method["id"]] in cards.FAILING_ACCOUNTS if failed is None else failed:
        code, message = DEBIT_FAILED
        charges.fail_charge(world, charge, code=code, decline_code="insufficient_funds", message=message)
        error = {"type": "card_error", "code": code, "decline_code": "insufficient_funds", "message": message}
        fail_intent(world, intent, method, {**error, "charge": charge["id"]})
        return intent
    charges.succeed_charge(world, charge)
    intent.update(status="succeeded", amount_received=intent["amount"])
    world.emit("payment_intent.succeeded", intent)
    charges.settle_charge(world, charge)
    return intent


def succeed_intent(world: World, intent: Json, method: Json) -> None:
    manual = intent["capture_method"] == "manual"
    charge = charges.open_charge(world, intent, method, status="succeeded", captured=not manual)
    world.emit("charge.succeeded", charge)
    if manual:
        intent.update(status="requires_capture", amount_capturable=intent["amount"])
        world.emit("payment_intent.amount_capturable_updated", intent)
        return
    intent.update(status="succeeded", amount_received=intent["amount"])
    world.emit("payment_intent.succeeded", intent)
    charges.settle_charge(world, charge)


def fail_intent(world: World, intent: Json, method: Json, error: Json) -> None:
    intent.update(status="requires_payment_method", payment_method=None, next_action=None)
    intent["last_payment_error"] = {"doc_url": None, **error, "payment_method": dict(method)}
    world.emit("payment_intent.payment_failed", intent)


def _charge_card(world: World, intent: Json, method: Json, card: cards.Card, *, raises: bool) -> None:
    if not card.code:
        succeed_intent(world, intent, method)
        if card.disputed:
            charges.open_dispute(world, world.get("charge", intent["latest_charge"]))
        return
    charge = charges.open_charge(world, intent, method, status="failed", captured=False)
    decline = card.decline_code or None
    charges.fail_charge(world, charge, code=card.code, decline_code=decline, message=card.message)
    fields = {"code": card.code, "decline_code": decline, "charge": charge["id"]}
    error: Json = {name: value for name, value in fields.items() if value is not None}
    fail_intent(world, intent, method, {"type": "card_error", "message": card.message, **error})
    if raises:
        raise CardError(card.message, payment_intent=dict(intent), payment_method=dict(method), **error)


def _begin_debit(world: World, intent: Json, method: Json) -> None:
    if intent["capture_method"] == "manual":
        raise ApiError(f"{method['type']} cannot be captured manually.", param="capture_method")
    charge = charges.open_charge(world, intent, method, status="pending", captured=False)
    intent.update(status="processing", processing={"type": method["type"]})
    world.emit("charge.pending", charge)
    world.emit("payment_intent.processing", intent)


def _require_action(world: World, intent: Json, action: Json) -> None:
    intent.update(status="requires_action", next_action=action)
    world.emit("payment_intent.requires_action", intent)


def _page_url(world: World, intent: Json) -> str:
    return f"{world.base_url}/redirect/{intent['id']}?client_secret={intent['client_secret']}"


def _challenge(world: World, intent: Json, *, sdk: bool) -> Json:
    return_url = world.attempts[intent["id"]].return_url
    if sdk or return_url is None:
        details = {"type": "three_d_secure_redirect", "stripe_js": _page_url(world, intent)}
        return {"type": "use_stripe_sdk", "use_stripe_sdk": details}
    details = {"return_url": return_url, "url": _page_url(world, intent)}
    return {"type": "redirect_to_url", "redirect_to_url": details}


def _alipay_action(world: World, intent: Json) -> Json:
    details = {
        "native_data": None,
        "native_url": None,
        "return_url": world.attempts[intent["id"]].return_url,
        "url": _page_url(world, intent),
    }
    return {"type": "alipay_handle_redirect", "alipay_handle_redirect": details}


def _wechat_action(world: World, intent: Json) -> Json:
    png = draw_code(intent["id"])
    details = {
        "data": f"weixin://wxpay/bizpayurl?pr={intent['id'][-12:]}",
        "hosted_instructions_url": _page_url(world, intent),
        "image_data_url": "data:image/png;base64," + encode_base64(png),
        "image_url_png": f"{world.base_url}/qr/{intent['id']}.png",
        "image_url_svg": f"{world.base_url}/qr/{intent['id']}.svg",
    }
    return {"type": "wechat_pay_display_qr_code", "wechat_pay_display_qr_code": details}


def draw_code(text: str) -> bytes:
    """A PNG that looks like a code: nothing reads it, only its presence is shown."""
    digest = sha256(text.encode()).digest() * 2
    rows = []
    for line in range(QR_SIZE):
        cells = (digest[(line * 3 + cell) % len(digest)] >> (cell % 8) & 1 for cell in range(QR_SIZE))
        rows.append(b"\0" + bytes(255 * cell for cell in cells))
    header = struct.pack(">IIBBBBB", QR_SIZE, QR_SIZE, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(b"".join(rows)))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
