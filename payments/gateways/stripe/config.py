"""What the settings say about Stripe, read when it is needed."""

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True, kw_only=True)
class StripeConfig:
    """One account's keys and how we talk to it."""

    secret_key: str
    publishable_key: str
    webhook_secrets: tuple[str, ...]
    account: str
    payment_methods: tuple[str, ...]
    api_version: str
    api_base: str
    script_url: str
    timeout_seconds: float

    @property
    def is_complete(self) -> bool:
        """Whether shoppers may be sent there: without a webhook secret no callback could be believed."""
        return bool(self.secret_key and self.publishable_key and self.webhook_secrets)

    @property
    def is_live(self) -> bool:
        """Whether the key moves real money."""
        return self.secret_key.startswith(("sk_live_", "rk_live_"))


def get_config() -> StripeConfig:
    """Empty secrets are left out: an empty one would let anybody sign."""
    return StripeConfig(
        secret_key=settings.STRIPE_SECRET_KEY.strip(),
        publishable_key=settings.STRIPE_PUBLISHABLE_KEY.strip(),
        webhook_secrets=tuple(secret for each in settings.STRIPE_WEBHOOK_SECRETS if (secret := each.strip())),
        account=settings.STRIPE_ACCOUNT,
        payment_methods=tuple(settings.STRIPE_PAYMENT_METHODS),
        api_version=settings.STRIPE_API_VERSION,
        api_base=settings.STRIPE_API_BASE,
        script_url=settings.STRIPE_SCRIPT_URL,
        timeout_seconds=settings.STRIPE_TIMEOUT_SECONDS,
    )
