"""What completes the OpenAPI description: shared headers, and an example of every body, made from its own schema."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_noop

from shop.partners.api.announcements import describe_webhooks
from shop.partners.api.parameters import list_query_names, tell_known
from shop.partners.api.problems import build_problem

COMPONENTS: dict[str, Any] = {
    "headers": {
        "X-Request-Id": {
            "description": "Names this call in our logs; one that you send is kept.",
            "schema": {"type": "string"},
        },
        "RateLimit": {
            "description": 'What is left and the seconds until it is whole again: `"default";r=599;t=42`.',
            "schema": {"type": "string"},
        },
        "RateLimit-Limit": {"description": "Calls per window.", "schema": {"type": "integer"}},
        "RateLimit-Remaining": {"description": "Calls that are left.", "schema": {"type": "integer"}},
        "RateLimit-Reset": {"description": "Seconds until the window ends.", "schema": {"type": "integer"}},
        "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}},
    }
}

TAGS = {
    "products": gettext_noop("What is sold: public, in two languages and several currencies."),
    "categories": gettext_noop("The tree that products hang on."),
    "catalog": gettext_noop("Products and prices, written in bulk; each row is done or refused by itself."),
    "feeds": gettext_noop("Where shopping portals find all articles."),
    "promotions": gettext_noop(
        "What is given away: conditions and actions as data; docs/promotions.md has the list."
    ),
    "carts": gettext_noop("From an empty cart to an order. The cart's unguessable id is the key to it."),
    "orders": gettext_noop("Orders and their payments: one by its token, all of them with a key."),
    "groups": gettext_noop(
        "People who buy together: how far each group is. Campaigns are promotions of the kind `group_price`."
    ),
    "stock": gettext_noop("Exact stock by warehouse, and corrections of it."),
    "reservations": gettext_noop("What is held for whom, and until when."),
    "transfers": gettext_noop("Goods on their way from one warehouse to another."),
    "suppliers": gettext_noop("Who delivers what, how fast and how well."),
    "purchase-orders": gettext_noop("What was ordered from suppliers, and what has come of it."),
    "purchase-suggestions": gettext_noop("What should be ordered today, with the arithmetic behind it."),
    "vendor": gettext_noop(
        "For a supplier's own key: the articles that it keeps filled, and what it proposes."
    ),
    "shipments": gettext_noop("Parcels and their ways."),
    "webhooks": gettext_noop("Where you want to be told, and what was sent there."),
}

# Words that a reader recognises; what is not here is made from its type.
WORDS: dict[str, Any] = {
    "slug": "stoneware-mug", "sku": "MUG-SAGE", "name": "Stoneware mug", "variant_name": "Sage", "value": "Sage",
    "brand": "Hearth & Vale", "alt": "A sage green mug on a wooden table", "description": "<p>Thrown by hand.</p>",
    "path": "kitchen/cups", "warehouse": "AMS", "reason": "Counted anew", "on_hand": 14, "reserved": 2,
    "available": 12, "quantity": 2, "available_quantity": 12, "email": "ada@example.com", "first_name": "Ada",
    "last_name": "Jansen", "line1": "Keizersgracht 1", "line2": "", "city": "Amsterdam", "region": "",
    "postal_code": "1015 CN", "country": "NL", "phone": "+31 20 123 4567", "gateway": "sandbox",
    "method_token": "tok_success", "number": "S482915307", "order": "S482915307", "carrier": "sandbox",
    "tracking_number": "SBX0042", "place": "Amsterdam", "promise": "2 to 4 working days", "shipping_method": "Standard",
    "token": "qX3vJm0Zc8Yw2LkTn5RbHs7d", "id": 17, "message_id": "msg_5f0c2d7e9b", "sequence": 1, "attempts": 1,
    "response_status": 204, "error": "", "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "width": 1600, "height": 2000,
    "client_secret": "", "decline_code": "", "rating": None, "is_active": True, "refunded_amount": "0.00",
    "message": "", "title": "Order placed", "text": "We have received your order.", "cancelled_quantity": 0,
    "shipped_quantity": 0, "endpoint": 3, "options": [{"name": "Colour", "value": "Sage"}], "errors": [],
    "problems": [], "missing_steps": [], "code": "standard", "is_placed": False, "is_applied": True,
    "detail": "Only 12 of this are left.", "payment_method": "sandbox", "type": "urn:shop:problem:out_of_stock",
    "currency": "EUR", "next": None, "previous": None, "line_id": 17, "requested_quantity": 20, "delivered_at": None,
    "shown_offers": "eyJjdXJyZW5jeSI6…",
}  # fmt: skip
# Where a field's meaning depends on what it belongs to.
OWN_WORDS: dict[tuple[str, str], Any] = {
    ("Cart", "id"): "pVt8c2mQ4xJz7WnK1sYb0fRh",
    ("ShippingMethod", "name"): "Standard", ("CartInputRequest", "shipping_method"): "standard",
    ("PromotionInputRequest", "action"): {"kind": "percent_off", "percent": "10"},
    ("PromotionInputRequest", "conditions"): [{"kind": "minimum", "amounts": {"EUR": "50"}}],
    ("PromotionInputRequest", "promotion_class"): "order", ("PromotionInputRequest", "combines_with"): ["shipping"],
    ("PromotionInputRequest", "name"): "Spring", ("PromotionInputRequest", "tags"): [],
    ("Promotion", "key"): "spring", ("Promotion", "name"): "Spring", ("Promotion", "state"): "running",
    ("Promotion", "summary"): "10 % off all articles, from 50 EUR of all articles on.",
    ("Promotion", "action"): {"kind": "percent_off", "percent": "10"}, ("Promotion", "promotion_class"): "order",
    ("Promotion", "conditions"): [{"kind": "minimum", "amounts": {"EUR": "50"}}],
    ("Discount", "promotion"): "welcome", ("Discount", "title"): "10% off your first order",
    ("Discount", "coupon_code"): "WELCOME10", ("TraceEntry", "promotion"): "free-delivery",
    ("TraceEntry", "title"): "Free delivery from €50", ("TraceEntry", "coupon_code"): "",
    ("TraceEntry", "outcome"): "missed", ("TraceEntry", "reasons"): ["Add €12.10 more to reach €50.00."],
    ("Coupon", "code"): "WELCOME10", ("CouponInputRequest", "code"): "WELCOME10",
    ("OutOfStock", "code"): "out_of_stock", ("OutOfStock", "title"): "Conflict", ("OutOfStock", "status"): 409,
    ("CartChanged", "code"): "cart_changed", ("CartChanged", "title"): "Conflict", ("CartChanged", "status"): 409,
    ("CartChanged", "type"): "urn:shop:problem:cart_changed",
    ("CartChanged", "detail"): "Something in your cart has changed. Please look at it again.",
    ("OptionPair", "name"): "Colour",
    ("Category", "name"): "Kitchen", ("Category", "slug"): "kitchen", ("Category", "path"): "kitchen",
    ("CategoryBranch", "name"): "Cups", ("CategoryBranch", "slug"): "cups",
    ("CategoryLeaf", "name"): "Mugs", ("CategoryLeaf", "slug"): "mugs", ("CategoryLeaf", "path"): "kitchen/cups/mugs",
    ("CategoryLink", "name"): "Kitchen",
    ("CategoryLink", "url"): f"{settings.SITE_URL}/c/kitchen/",
    ("BulkProductRequest", "handle"): "stoneware-mug", ("BulkResult", "handle"): "stoneware-mug",
    ("BulkProductRequest", "name_en"): "Stoneware mug", ("BulkProductRequest", "name_zh"): "陶杯",
    ("BulkProductRequest", "description_en"): "<p>Thrown by hand.</p>",
    ("BulkProductRequest", "description_zh"): "<p>手工拉坯。</p>",
    ("BulkProductRequest", "category"): "kitchen/cups", ("BulkProductRequest", "product_type"): "cup",
    ("BulkVariantRequest", "barcode"): "4006381333931", ("BulkVariantRequest", "weight_grams"): 350,
    ("BulkVariantRequest", "options"): [{"name": "Colour|颜色", "value": "Sage|鼠尾草绿"}],
    ("BulkPriceRequest", "amount"): "19.90", ("BulkPriceRequest", "compare_at_amount"): "24.90",
    ("PriceRowInputRequest", "amount"): "19.90", ("PriceRowInputRequest", "compare_at_amount"): "24.90",
    ("BulkResult", "outcome"): "created", ("BulkResult", "message"): "", ("BulkResult", "warnings"): [],
    ("PriceResult", "outcome"): "updated", ("PriceResult", "code"): "", ("PriceResult", "message"): "",
    ("Feed", "kind"): "google", ("Feed", "language"): "en", ("Feed", "url"): f"{settings.SITE_URL}/feeds/google/en-eur.xml",
    ("AdjustmentInputRequest", "quantity"): -2, ("AdjustmentResult", "quantity"): -2,
    ("AdjustmentResult", "code"): "applied",
    ("EndpointInputRequest", "url"): "https://partner.example/hooks/shop",
    ("Endpoint", "url"): "https://partner.example/hooks/shop", ("NewEndpoint", "url"): "https://partner.example/hooks/shop",
    ("Endpoint", "topics"): ["order.paid"], ("NewEndpoint", "topics"): ["order.paid"],
    ("EndpointInputRequest", "topics"): ["order.paid"], ("Endpoint", "id"): 3, ("NewEndpoint", "id"): 3,
    ("Image", "url"): f"{settings.SITE_URL}/media/products/mug-640.webp",
    ("Image", "large_url"): f"{settings.SITE_URL}/media/products/mug-1600.webp",
    ("TrackingNode", "message"): "Arrived at the depot",
    ("NextAction", "url"): f"{settings.SITE_URL}/sandbox/approve/17/",
}  # fmt: skip
AMOUNTS = {
    "subtotal": "39.80",
    "discount": "0.00",
    "shipping": "4.90",
    "shipping_discount": "0.00",
    "tax": "7.76",
    "total": "44.70",
    "refunded": "0.00",
}
QUANTITY_ERROR = {"field": "quantity", "code": "min_value", "message": "Choose 1 or more."}
PROBLEMS: dict[str, tuple[str, str, list[dict[str, str]]]] = {
    "400": ("invalid", "Some fields are not right: see errors.", [QUANTITY_ERROR]),
    "401": ("authentication_failed", "The API key is unknown, expired or revoked.", []),
    "403": ("permission_denied", "This key does not have the scope stock:write.", []),
    "404": ("not_found", "There is no such thing.", []),
    "415": (
        "unsupported_media_type",
        "Send the body as JSON, with the header Content-Type: application/json.",
        [],
    ),
    "422": ("idempotency_key_reused", "This idempotency key was already used with another request.", []),
    "429": ("throttled", "Request was throttled. Expected available in 42 seconds.", []),
    "503": ("busy", "Busy right now. Try again in a few seconds.", []),
}
MOMENT = "2026-05-04T09:30:00Z"


def complete_description(result: dict[str, Any], **_options: Any) -> dict[str, Any]:
    """The hook that drf-spectacular calls last."""
    result["servers"] = [{"url": settings.SITE_URL}]
    result["components"].update(COMPONENTS)
    result["tags"] = [{"name": name, "description": text} for name, text in TAGS.items()]
    build = _Builder(result["components"]["schemas"]).build
    result["webhooks"] = describe_webhooks()
    for operations in (*result["paths"].values(), *result["webhooks"].values()):
        for operation in operations.values():
            for media in operation.get("requestBody", {}).get("content", {}).values():
                media.setdefault("example", build(media["schema"]))
            for status, response in operation["responses"].items():
                for media in response.get("content", {}).values():
                    media.setdefault("example", _build_problem(status, operation) or build(media["schema"]))
    return result


def _build_problem(status: str, operation: dict[str, Any]) -> dict[str, Any] | None:
    if status not in PROBLEMS:
        return None
    code, detail, errors = PROBLEMS[status]
    if errors and "requestBody" not in operation:
        message = tell_known(list_query_names(operation))
        errors = [{"field": "colour", "code": "unknown_parameter", "message": message}]
    return build_problem(int(status), code=code, detail=detail, errors=errors)


class _Builder:
    """Builds a value that a schema allows."""

    def __init__(self, schemas: dict[str, Any]) -> None:
        self.schemas = schemas

    def build(self, schema: dict[str, Any], name: str = "", owner: str = "") -> Any:
        """The value of a schema; a field's name chooses its words."""
        if "$ref" in schema:
            owner = schema["$ref"].rpartition("/")[2]
            return self.build(self.schemas[owner], name, owner)
        for several in ("allOf", "oneOf", "anyOf"):
            if several in schema:
                return self.build(schema[several][0], name, owner)
        if "examples" in schema:
            return schema["examples"][0]
        if "enum" in schema:
            return schema["enum"][0]
        return self._build_typed(schema, name, owner)

    def _build_typed(self, schema: dict[str, Any], name: str, owner: str) -> Any:
        kind = schema.get("type", "string")
        kind = kind[0] if isinstance(kind, list) else kind
        if (owner, name) in OWN_WORDS:
            return OWN_WORDS[owner, name]
        if kind == "object":
            fields = schema.get("properties", {})
            if set(fields) == {"amount", "currency"}:
                return {"amount": AMOUNTS.get(name, "19.90"), "currency": settings.DEFAULT_CURRENCY}
            return {field: self.build(inner, field, owner) for field, inner in fields.items()}
        if name in WORDS:
            return WORDS[name]
        if kind == "array":
            return [self.build(schema["items"], name, owner)]
        return _build_plain(schema, kind)


def _build_plain(schema: dict[str, Any], kind: str) -> Any:
    if kind == "string":
        by_format = {"date-time": MOMENT, "uri": f"{settings.SITE_URL}/p/stoneware-mug/", "decimal": "19.90"}
        return by_format.get(schema.get("format", ""), "text")
    return {"boolean": True, "integer": schema.get("minimum", 1), "number": 1.0, "null": None}.get(kind)
