"""What every place of running shares: the frame that Django, Celery and allauth stand in."""

import django_stubs_ext
from csp.constants import NONE, SELF

from shop.settings.back_office import UNFOLD  # noqa: F401  a setting
from shop.settings.beat import BEAT_SCHEDULE
from shop.settings.commerce import *  # noqa: F403  what each app of the shop is set to
from shop.settings.environment import BASE_DIR, LOCAL_DIR, TRUSTED_PROXY_COUNT, env
from shop.settings.logs import LOGGING  # noqa: F401  a setting
from shop.settings.rest_api import *  # noqa: F403  how the API answers
from shop.settings.roles import ROLES  # noqa: F401  a setting

# Lets Django classes be written with their type parameters, as the type checker wants them.
django_stubs_ext.monkeypatch()

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
                "payments.queries.gateways.pay_marks",
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
# Sessions and what guards an account live in PostgreSQL: losing Redis must sign nobody out and open no door (F8, F11).
SESSION_ENGINE = "shop.web.sessions"
SHARED_KEY_PREFIX = env("SHARED_KEY_PREFIX", default="shop")
"""What this shop's keys in Redis begin with: another for each shop on the same database of the same server."""
VALKEY_SECONDS = env.float("VALKEY_SECONDS", default=0.1)
"""How long a request waits for Redis to take a connection, and to answer, before it does without (F10)."""
CACHES = {
    # Limits of allauth, and marks that all processes must see.
    "default": {
        "BACKEND": "shop.kernel.shared_cache.SharedCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": SHARED_KEY_PREFIX,
    },
    "process": {
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
AXES_USERNAME_CALLABLE = "shop.accounts.adapter.find_guessed_login"
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
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 300
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_ADAPTER = "shop.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "confirm_login_code": "shop.accounts.forms.LoginCodeForm",
    "confirm_email_verification_code": "shop.accounts.forms.EmailCodeForm",
}
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
