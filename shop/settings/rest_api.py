"""How the API answers, is limited and describes itself."""

from shop.settings.environment import TRUSTED_PROXY_COUNT, env

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["shop.partners.api.authentication.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["shop.partners.api.permissions.HasDeclaredScope"],
    "DEFAULT_RENDERER_CLASSES": ["shop.partners.api.negotiation.CompactJSON"],
    "DEFAULT_PARSER_CLASSES": ["shop.partners.api.parsers.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "shop.partners.api.schema.ProblemAutoSchema",
    "DEFAULT_PAGINATION_CLASS": "shop.partners.api.pagination.PageResults",
    "EXCEPTION_HANDLER": "shop.partners.api.problems.handle_exception",
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "shop.partners.api.negotiation.JSONNegotiation",
    "UNAUTHENTICATED_USER": None,
    "COERCE_DECIMAL_TO_STRING": True,
    "NUM_PROXIES": TRUSTED_PROXY_COUNT,
}
API_RATE_ANONYMOUS = env("API_RATE_ANONYMOUS", default="600/min")
API_RATE_KEY = env("API_RATE_KEY", default="3000/min")
API_AVAILABLE_QUANTITY_CAP = 50
SPECTACULAR_SETTINGS = {
    "TITLE": "Shop platform API",
    "DESCRIPTION": "The store API for partners: catalogue, carts, orders, stock, shipments and webhooks.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SORT_OPERATIONS": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "shop.partners.api.examples.complete_description",
    ],
    "ENUM_NAME_OVERRIDES": {
        "WebhookTopicEnum": "shop.partners.domain.scopes.TOPICS",
        "PromotionClassEnum": "catalog.api.promotions.CLASSES",
        "BulkOutcomeEnum": "catalog.api.bulk_serializers.OUTCOMES",
        "OrderStatusEnum": "orders.domain.states.OrderStatus.values",
        "OrderPaymentStatusEnum": "orders.domain.states.PaymentStatus.values",
        "OrderFulfilmentStatusEnum": "orders.domain.states.FulfilmentStatus.values",
        "ShipmentStatusEnum": "orders.domain.states.ShipmentStatus.values",
    },
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": [],
}
