"""What each app of the shop is set to, under its heading."""

from decimal import Decimal

from shop.settings.environment import LOCAL_DIR, env

# --- The shop ---------------------------------------------------------------------------------------------------

SHOP_NAME = {"en": "Hearth & Vale", "zh-hans": "栖屋"}
SHOP_SUPPORT_EMAIL = env("SHOP_SUPPORT_EMAIL", default="hello@example.com")
PUBLIC_PAGE_SECONDS = 3
"""How long a public page may be served from the process's own cache."""
METRICS_TOKEN = env("METRICS_TOKEN", default="")
"""Bearer token of ``/metrics``; without one it answers only to loopback."""

# --- What guests may do how often -------------------------------------------------------------------------------

GUEST_RATES = {
    "help": env("HELP_RATE", default="10/h"),
    "coupon": env("COUPON_RATE", default="10/10m"),
    "beacon": env("BEACON_RATE", default="300/m"),
}
"""Per address; empty: no limit. ``coupon`` counts wrong codes only, per cart too."""
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
PRICE_MOVE_LIMIT_PERCENT = env.int("PRICE_MOVE_LIMIT_PERCENT", default=30)
"""A file of prices says which of them move by more, where no rule on prices is narrower; so does a change of many prices."""
PRICE_APPROVAL_BY_ANOTHER = env.bool("PRICE_APPROVAL_BY_ANOTHER", default=True)
"""Large moves are confirmed by somebody else than who put the change together. False: for who runs a shop alone."""
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

# --- analytics --------------------------------------------------------------------------------------------------
