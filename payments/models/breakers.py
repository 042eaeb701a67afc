"""How each provider answered lately: one row per provider that ever failed, shared by all processes."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class GatewayBreaker(models.Model):
    """Closed while `opened_at` is empty; open for a pause after it; then one call at a time may probe."""

    gateway = models.CharField(_("provider"), max_length=20, unique=True)
    failure_count = models.PositiveIntegerField(_("failures in a row"), default=0)
    window_started_at = models.DateTimeField(_("first failure of the row"))
    opened_at = models.DateTimeField(_("left alone since"), null=True, blank=True)
    probing_until = models.DateTimeField(_("being probed until"), null=True, blank=True)
    opened_count = models.PositiveIntegerField(_("times left alone"), default=0)

    class Meta:
        verbose_name = _("provider's breaker")
        verbose_name_plural = _("providers' breakers")

    def __str__(self) -> str:
        return self.gateway
