"""What every place of running shares. Each app's own settings stand under its heading."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import django_stubs_ext
import environ
from csp.constants import NONE, SELF

from shop.settings.back_office import UNFOLD  # noqa: F401  a setting
from shop.settings.beat import BEAT_SCHEDULE
from shop.settings.roles import ROLES  # noqa: F401  a setting

# Lets Django classes be written with their type parameters, as the type checker wants them.
django_stubs_ext.monkeypatch()

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent.parent
LOCAL_DIR = BASE_DIR / ".local"

SECRET_KEY = env("SECRET_KEY", default="")
DEBUG = False
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=[])
SITE_URL = env("SITE_URL", default="http://127.0.0.1:8000")
"""Where the shop is reached; links in mail are built from it, never from a request's Host header."""

INSTALLED_APPS = [
    "modeltranslation",
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "django.forms",
    "csp",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "allauth",
    "allauth.account",
    "axes",
    "shop.kernel.apps.KernelConfig",
    "shop.web.apps.WebConfig",
    "shop.accounts.apps.AccountsConfig",
    "shop.partners.apps.PartnersConfig",
    "catalog.apps.CatalogConfig",
    "inventory.apps.InventoryConfig",
    "orders.apps.OrdersConfig",
    "payments.apps.PaymentsConfig",
    "crm.apps.CrmConfig",
    "analytics.apps.AnalyticsConfig",
    "shop.demo.apps.DemoConfig",
]

MIDDLEWARE = [
    "shop.web.middleware.request_id",
    "shop.web.page_cache.PageCacheMiddleware",
    "shop.web.middleware.greet_in_language",
    "django.middleware.security.SecurityMiddleware",
    "shop.web.middleware.security_headers",
    # Public pages leave here: the page cache zips them, and they know nobody.
    "shop.web.public_lane.PublicLaneMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    # API calls leave here: what follows is for pages.
    "shop.partners.api.lane.api_lane",
    "csp.middleware.CSPMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "shop.web.redirects.follow_redirects",
    "shop.web.middleware.back_office_language",
    "shop.web.middleware.back_office_policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "shop.web.middleware.explain_errors",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "shop.urls"
WSGI_APPLICATION = "shop.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "shop.web.settled.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "shop.web.context.shop",
                "catalog.queries.navigation.nav_categories",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]

# --- Data -------------------------------------------------------------------------------------------------------

DATABASES = {"default": env.db("DATABASE_URL", default="postgres://postgres@127.0.0.1:5432/shop")}
DATABASES["default"]["ENGINE"] = "shop.kernel.postgres"
DATABASES["default"]["CONN_MAX_AGE"] = 600
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASE_STATEMENT_SECONDS = env.int("DATABASE_STATEMENT_SECONDS", default=0)
"""The longest statement; 0 for none. The web server has a limit (`shop/wsgi.py`); jobs and commands may take their time."""
DATABASES["default"]["OPTIONS"] = {
    "connect_timeout": 5,
    # A server that has vanished (no answer, no goodbye) is given up after a quarter of a minute, idle or waiting.
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
    "options": "-c lock_timeout=5000 -c idle_in_transaction_session_timeout=60000"
    f" -c statement_timeout={DATABASE_STATEMENT_SECONDS * 1000}",
    **DATABASES["default"].get("OPTIONS", {}),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL", default="redis://127.0.0.1:6379/0")
# Sessions and limits live in PostgreSQL: losing Redis must sign nobody out and open no door (F8, F11).
SESSION_ENGINE = "django.contrib.sessions.backends.db"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 5000},
    },
}

# --- Celery -----------------------------------------------------------------------------------------------------

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 270
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "unacked_restore_interval": 2,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 3,
    "socket_timeout": 10,
}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE

# --- Languages, money, time -------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "shop" / "locale"]
MODELTRANSLATION_DEFAULT_LANGUAGE = "en"
MODELTRANSLATION_LANGUAGES = ("en", "zh-hans")
MODELTRANSLATION_FALLBACK_LANGUAGES = ("en", "zh-hans")
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["shop.formats"]
TIME_ZONE = env("SHOP_TIME_ZONE", default="Europe/Amsterdam")
CURRENCIES = ("EUR", "USD", "CNY")
DEFAULT_CURRENCY = env("DEFAULT_CURRENCY", default="EUR")

# --- Static files and media -------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(LOCAL_DIR / "media"))()
FILE_UPLOAD_TEMP_DIR = env("UPLOAD_TEMP_ROOT", default=None)
"""Where large files lie while they come in; empty: the system's own place. It must have room for an archive of pictures."""
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# --- Security ---------------------------------------------------------------------------------------------------

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "shop.web.views.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
"""How many proxies of ours stand in front: only what they add to X-Forwarded-For is believed."""

AUTH_USER_MODEL = "accounts.User"
# The address is unique whatever its case, by a constraint on lower(email), which the check does not see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "shop.accounts.domain.passwords.MixedCharactersValidator"},
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
"""Hours. Counted by account and address together, so that a stranger cannot lock a customer out."""
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
AXES_USERNAME_FORM_FIELD = "login"
AXES_CLIENT_IP_CALLABLE = "shop.web.addresses.find_client_address"
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT

# --- shop.accounts (allauth) ------------------------------------------------------------------------------------

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "accounts:overview"
ACCOUNT_LOGOUT_REDIRECT_URL = "catalog:home"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_UNIQUE_EMAIL = True
# A new account proves its address by a code, so that signing up tells a stranger nothing about who has one.
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 300
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_ADAPTER = "shop.accounts.adapter.AccountAdapter"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = {
    "login": "30/m/ip",
    # By address only: counted by account, a stranger could keep its owner out.
    "login_failed": "10/m/ip",
    "signup": "20/m/ip",
    "request_login_code": "20/m/ip,3/m/key",
    "reset_password": "20/m/ip,5/m/key",
}

# --- Mail -------------------------------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Hearth & Vale <shop@example.com>")
EMAIL_TIMEOUT = 10

# --- The shop ---------------------------------------------------------------------------------------------------

SHOP_NAME = {"en": "Hearth & Vale", "zh-hans": "栖屋"}
SHOP_SUPPORT_EMAIL = env("SHOP_SUPPORT_EMAIL", default="hello@example.com")
PUBLIC_PAGE_SECONDS = 3
"""How long a public page may be served from the process's own cache."""
METRICS_TOKEN = env("METRICS_TOKEN", default="")
"""Bearer token of ``/metrics``; without one it answers only to loopback."""

# --- REST API ---------------------------------------------------------------------------------------------------

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

# --- What guests may do how often -------------------------------------------------------------------------------

GUEST_RATES = {
    "help": env("HELP_RATE", default="10/h"),
    "coupon": env("COUPON_RATE", default="10/10m"),
    "beacon": env("BEACON_RATE", default="300/m"),
}
"""Per address and web process; empty: no limit. ``coupon`` counts wrong codes only, per cart too."""
ORDER_MOST_UNPAID = env.int("ORDER_MOST_UNPAID", default=10)
"""So many unpaid orders may one e-mail address or one network address have, as they hold goods; 0: no limit."""

# --- shop.partners ----------------------------------------------------------------------------------------------

WEBHOOK_ALLOW_PRIVATE = False
"""Only tests and development may deliver to private addresses."""
WEBHOOK_WHOLE_SECONDS = env.float("WEBHOOK_WHOLE_SECONDS", default=15.0)
"""How long one delivery may take from the connection on, however slowly the partner answers."""

# --- catalog ----------------------------------------------------------------------------------------------------

MODELTRANSLATION_TRANSLATION_FILES = ("catalog.models.translation",)
SEARCH_LOG_DAYS = env.int("SEARCH_LOG_DAYS", default=180)
"""How long it is kept what was searched for; nothing in it says who."""
SEARCH_LOG_SHARE = env.float("SEARCH_LOG_SHARE", default=1.0)
"""Which share of the searches browsers report: a busy shop counts one in ten (0.1) and loses nothing it needs."""
PROMOTION_FLOOR_PERCENT = Decimal(env("PROMOTION_FLOOR_PERCENT", default="0"))
"""What promotions together must leave of every article's list price, in per cent; a gift may cost nothing."""
IMPORTS_ROOT = env.path("IMPORTS_ROOT", default=str(LOCAL_DIR / "imports"))()
"""Uploaded product files, kept for IMPORT_KEPT_DAYS; shared by web processes and workers, served to nobody."""
IMPORT_KEPT_DAYS = env.int("IMPORT_KEPT_DAYS", default=30)
IMPORT_MOST_MEGABYTES = env.int("IMPORT_MOST_MEGABYTES", default=200)
IMPORT_ARCHIVE_MOST_MEGABYTES = env.int("IMPORT_ARCHIVE_MOST_MEGABYTES", default=1000)
PICTURE_FETCH_ALLOW_LOOPBACK = False
"""Only tests may fetch pictures from this machine; private networks are never asked."""
FEEDS_ROOT = env.path("FEEDS_ROOT", default=str(LOCAL_DIR / "feeds"))()
"""Product feeds as they were last built; shared by web processes and workers."""

# --- inventory --------------------------------------------------------------------------------------------------

# --- orders -----------------------------------------------------------------------------------------------------

ORDER_PAYMENT_MINUTES = 30
ORDER_HOLD_ROUNDS = 3
"""How often an order's goods are held in all: a shopper who comes back late gets them again while they are there."""
TAX_INCLUDED_CURRENCIES = env.list("TAX_INCLUDED_CURRENCIES", default=["EUR", "GBP", "CNY", "JPY"])
"""Prices in these currencies include tax (EU, China); in others it is added at the checkout (US)."""
CART_COOKIE_DAYS = 60
DEFAULT_COUNTRY = env("DEFAULT_COUNTRY", default="NL")
"""Chosen first in an empty address form."""

CARRIERS = {"sandbox": "orders.gateways.sandbox_carrier.adapter.SandboxCarrier"}
"""In the order in which operators see them. The sandbox carrier is offered when SANDBOX_ENABLED."""
SANDBOX_CARRIER_MINUTES = env.float("SANDBOX_CARRIER_MINUTES", default=4.0)
"""How long the sandbox carrier takes from door to door."""
SANDBOX_CARRIER_SECRETS: list[str] = env.list("SANDBOX_CARRIER_SECRETS", default=[])
"""Newest first; two while rotating. Empty: derived from SECRET_KEY."""
SHIPMENT_POLL_SECONDS = env.int("SHIPMENT_POLL_SECONDS", default=60)
"""How often a carrier is asked about a parcel that is under way, besides its pushes."""
PARCEL_STALLED_HOURS = 48
"""Without news for so long, a parcel opens a ticket."""
ORDER_REMINDED_HOURS = env.int("ORDER_REMINDED_HOURS", default=48)
"""Delivered for so long and not confirmed, the shopper is reminded, once."""
ORDER_COMPLETED_HOURS = env.int("ORDER_COMPLETED_HOURS", default=7 * 24)
"""Delivered for so long without a complaint, an order completes by itself."""

# --- payments ---------------------------------------------------------------------------------------------------

PAYMENT_GATEWAYS = {
    "sandbox": "payments.gateways.sandbox.adapter.SandboxGateway",
    "stripe": "payments.gateways.stripe.adapter.StripeGateway",
}
"""In the order in which shoppers see them. One that is switched off still settles the payments it has."""
PAYMENT_FEE_RULES = {"sandbox": ("0.014", "0.25")}
"""Rate and fixed part that a provider's fee must match to the cent; without a rule only gross, fee and net are compared."""
PAYMENT_BREAKER_FAILURES = env.int("PAYMENT_BREAKER_FAILURES", default=5)
"""So many calls in a row without an answer, and a provider is left alone: other methods are offered at once."""
PAYMENT_BREAKER_WINDOW_SECONDS = env.int("PAYMENT_BREAKER_WINDOW_SECONDS", default=120)
PAYMENT_BREAKER_PAUSE_SECONDS = env.int("PAYMENT_BREAKER_PAUSE_SECONDS", default=30)
"""After this one payment at a time probes it."""
PAYMENT_BREAKER_EXEMPT = ("sandbox",)
"""Its silences are asked for, by a test card."""
SANDBOX_ENABLED = env.bool("SANDBOX_ENABLED", default=False)
"""The sandbox provider pays with nobody's money: development and tests switch it on, a real shop does not."""
SANDBOX_ASYNC_SECONDS = env.int("SANDBOX_ASYNC_SECONDS", default=20)
SANDBOX_TIMEOUT_SECONDS = env.float("SANDBOX_TIMEOUT_SECONDS", default=40.0)
"""After how long the sandbox answers a payment with tok_timeout."""
SANDBOX_CLIENT_TIMEOUT_SECONDS = env.float("SANDBOX_CLIENT_TIMEOUT_SECONDS", default=3.0)
"""How long we wait for it."""
SANDBOX_CALLBACK_SECRETS: list[str] = env.list("SANDBOX_CALLBACK_SECRETS", default=[])
"""Newest first; two while rotating. Empty: derived from SECRET_KEY."""
SANDBOX_CALLBACK_BASE_URL = env("SANDBOX_CALLBACK_BASE_URL", default="")
"""Where the sandbox posts its callbacks; empty: SITE_URL."""
SANDBOX_DUPLICATE_RATE = env.float("SANDBOX_DUPLICATE_RATE", default=0.2)
SANDBOX_REORDER_RATE = env.float("SANDBOX_REORDER_RATE", default=0.2)
STRIPE_SECRET_KEY = env("STRIPE_SECRET_KEY", default="")
"""Stripe is offered when this, the publishable key and a webhook secret are set."""
STRIPE_PUBLISHABLE_KEY = env("STRIPE_PUBLISHABLE_KEY", default="")
STRIPE_WEBHOOK_SECRETS: list[str] = env.list("STRIPE_WEBHOOK_SECRETS", default=[])
"""Two while the endpoint's secret is rolled. None: every callback is refused."""
STRIPE_ACCOUNT = env("STRIPE_ACCOUNT", default="")
"""A connected account whose events are ours; empty: events of connected accounts are refused."""
STRIPE_PAYMENT_METHODS: list[str] = env.list("STRIPE_PAYMENT_METHODS", default=["card"])
"""Also alipay, wechat_pay and others of the account; what does not fit an order's currency is left out by Stripe."""
STRIPE_API_VERSION = "2026-10-28.endive"
"""Pinned to what the client library was made for; the webhook endpoint is created with the same."""
STRIPE_API_BASE = env("STRIPE_API_BASE", default="")
"""Empty: Stripe itself. Tests point it at the simulator."""
STRIPE_SCRIPT_URL = env("STRIPE_SCRIPT_URL", default="https://js.stripe.com/endive/stripe.js")
STRIPE_TIMEOUT_SECONDS = env.float("STRIPE_TIMEOUT_SECONDS", default=10.0)

# --- crm --------------------------------------------------------------------------------------------------------

# --- analytics --------------------------------------------------------------------------------------------------

# --- Logs -------------------------------------------------------------------------------------------------------

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": "structlog.stdlib.ProcessorFormatter",
            "processors": "ext://shop.web.logs.JSON_PROCESSORS",
            "foreign_pre_chain": "ext://shop.web.logs.SHARED_PROCESSORS",
        },
        "plain": {
            "()": "structlog.stdlib.ProcessorFormatter",
            "processors": "ext://shop.web.logs.PLAIN_PROCESSORS",
            "foreign_pre_chain": "ext://shop.web.logs.SHARED_PROCESSORS",
        },
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django.server": {"level": "WARNING"},
        "axes": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        "celery.worker.request": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
    },
}
