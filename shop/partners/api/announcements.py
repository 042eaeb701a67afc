"""What webhooks say: the `webhooks` part of the OpenAPI description."""

from __future__ import annotations

from typing import Any, Final

from shop.partners.domain.scopes import TOPIC_SCOPES

_TEXT: Final = {"type": "string"}
_COUNT: Final = {"type": "integer"}
_MONEY: Final = {
    "type": "object",
    "required": ["amount", "currency"],
    "properties": {"amount": {"type": "string", "pattern": r"^\d+(\.\d+)?$"}, "currency": _TEXT},
    "additionalProperties": False,
}
_ORDER: Final = {"number": _TEXT, "total": _MONEY}
_PURCHASE_ORDER: Final = {
    "number": _TEXT,
    "status": _TEXT,
    "supplier": _TEXT,
    "warehouse": _TEXT,
    "expected_on": {"type": ["string", "null"], "format": "date"},
}
_DATA: Final[dict[str, dict[str, Any]]] = {
    "order.placed": _ORDER,
    "order.paid": _ORDER,
    "order.updated": {
        "number": _TEXT,
        "change": {"type": "string", "enum": ["lines_cancelled", "address_changed"]},
    },
    "order.cancelled": {"number": _TEXT, "reason": {"type": "string", "examples": ["operator"]}},
    "group.completed": {"id": _TEXT, "status": _TEXT, "people": _COUNT},
    "shipment.updated": {
        "number": _TEXT,
        "order": _TEXT,
        "status": _TEXT,
        "carrier": _TEXT,
        "tracking_number": _TEXT,
    },
    "stock.changed": {"sku": _TEXT, "available_quantity": _COUNT},
    "stock.low": {
        "sku": _TEXT,
        "warehouse": _TEXT,
        "available_quantity": _COUNT,
        "reorder_point": _COUNT,
    },
    "reservation.expired": {
        "reference": _TEXT,
        "lines": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["sku", "warehouse", "quantity"],
                "properties": {"sku": _TEXT, "warehouse": _TEXT, "quantity": _COUNT},
                "additionalProperties": False,
            },
        },
    },
    **{topic: _PURCHASE_ORDER for topic in TOPIC_SCOPES if topic.startswith("purchase_order.")},
}
_SUMMARIES: Final = {
    "order.placed": "An order was placed; it may not be paid yet",
    "order.paid": "The whole amount of an order has arrived",
    "order.updated": "An order was changed after its placing: read it again",
    "order.cancelled": "An order has ended; what was paid goes back",
    "group.completed": "Enough people bought together",
    "shipment.updated": "A parcel has news",
    "stock.changed": "An article has more or fewer for sale",
    "stock.low": "A shelf fell below its reorder point",
    "reservation.expired": "A hold of yours lapsed; its stock is free again",
}
_HEADERS: Final = {
    "webhook-id": "Stays the same when a message is sent again: do nothing for one that you know.",
    "webhook-timestamp": "When it was sent, in seconds since 1970.",
    "webhook-signature": "`v1,` and the signature by Standard Webhooks; two while a secret is exchanged.",
}


def build_body_schema(topic: str) -> dict[str, Any]:
    """Return the JSON schema of a message's body."""
    properties = _DATA[topic]
    return {
        "type": "object",
        "required": ["type", "timestamp", "sequence", "data"],
        "properties": {
            "type": {"type": "string", "const": topic},
            "timestamp": {"type": "string", "format": "date-time"},
            "sequence": {"type": "integer", "minimum": 1, "description": "Grows by one per object."},
            "data": {
                "type": "object",
                "required": list(properties),
                "properties": properties,
                "additionalProperties": False,
            },
        },
        "additionalProperties": False,
    }


def describe_webhooks() -> dict[str, Any]:
    """Return what we call, by topic, as seen from the partner's server."""
    return {topic: {"post": _describe(topic, scope)} for topic, scope in TOPIC_SCOPES.items()}


def _describe(topic: str, scope: str) -> dict[str, Any]:
    state = topic.rpartition(".")[2].replace("_", " ")
    return {
        "operationId": topic.replace(".", "_"),
        "summary": _SUMMARIES.get(topic, f"A purchase order is {state}"),
        "description": f"Sent to addresses of keys that have `{scope}`; docs/api.md says how to verify it.",
        "tags": ["webhooks"],
        "parameters": [
            {"name": name, "in": "header", "required": True, "description": text, "schema": _TEXT}
            for name, text in _HEADERS.items()
        ],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": build_body_schema(topic)}},
        },
        "responses": {"2XX": {"description": "Taken, within 10 seconds; work on it afterwards."}},
    }
