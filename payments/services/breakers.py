"""A provider that does not answer is not asked for a while: nobody waits for it, and other methods are offered."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog
from django.conf import settings
from django.db.models import Case, F, Q, Value, When

from payments.domain.breakers import PROBE_PATIENCE, BreakerRules
from payments.domain.errors import GatewayPaused
from payments.gateways.base import GatewayError, GatewayRefused
from payments.models import GatewayBreaker
from shop.kernel.clock import now
from shop.kernel.transactions import transactional

log = structlog.get_logger(__name__)


def get_breaker_rules() -> BreakerRules:
    """As the settings have them."""
    return BreakerRules(
        failures=settings.PAYMENT_BREAKER_FAILURES,
        window=timedelta(seconds=settings.PAYMENT_BREAKER_WINDOW_SECONDS),
        pause=timedelta(seconds=settings.PAYMENT_BREAKER_PAUSE_SECONDS),
    )


@transactional
def take_turn(gateway: str) -> None:
    """Before a new charge: passes while the breaker is closed, or when this call is the probe after the pause.

    One conditional update decides who probes. Raises GatewayPaused.
    """
    breaker = GatewayBreaker.objects.filter(gateway=gateway, opened_at__isnull=False).first()
    if breaker is None:
        return
    instant = now()
    is_free = Q(probing_until=None) | Q(probing_until__lt=instant)
    cooled = GatewayBreaker.objects.filter(
        is_free, gateway=gateway, opened_at__lte=get_breaker_rules().cooled_at(instant)
    )
    if not cooled.update(probing_until=instant + PROBE_PATIENCE):
        raise GatewayPaused(gateway)
    log.info("gateway.probed", gateway=gateway)


def list_resting_gateways() -> list[str]:
    """Providers that are left alone just now: whoever asks them only waits, and keeps the others waiting."""
    opened_since = get_breaker_rules().cooled_at(now())
    return list(GatewayBreaker.objects.filter(opened_at__gt=opened_since).values_list("gateway", flat=True))


def pass_over_resting(rows: Iterable[tuple[int, str]]) -> Iterator[int]:
    """The keys of those rows (key, provider) whose provider may be asked when their turn comes."""
    for key, gateway in rows:
        if gateway not in list_resting_gateways():
            yield key


@contextmanager
def watch_gateway(gateway: str) -> Iterator[None]:
    """Around a call: a refusal is an answer; silence, an error of the provider and a full house are failures."""
    try:
        yield
    except GatewayRefused:
        note_answer(gateway)
        raise
    except GatewayError as error:
        note_failure(gateway, reason=error.code or type(error).__name__)
        raise
    note_answer(gateway)


def note_answer(gateway: str) -> None:
    """The provider is there: the breaker closes and forgets. Writes nothing when there was nothing to forget."""
    troubled = GatewayBreaker.objects.filter(
        Q(failure_count__gt=0) | Q(opened_at__isnull=False), gateway=gateway
    )
    if troubled.update(failure_count=0, opened_at=None, probing_until=None):
        log.info("gateway.answers_again", gateway=gateway)


@transactional
def note_failure(gateway: str, *, reason: str) -> bool:
    """Count a call without an answer; whether the breaker opened by it. A failed probe opens it again at once."""
    if gateway in settings.PAYMENT_BREAKER_EXEMPT:
        return False
    rules, instant = get_breaker_rules(), now()
    GatewayBreaker.objects.bulk_create(
        [GatewayBreaker(gateway=gateway, window_started_at=instant)], ignore_conflicts=True
    )
    breaker = GatewayBreaker.objects.filter(gateway=gateway)
    goes_on = Q(window_started_at__gt=rules.counts_from(instant))
    breaker.update(
        failure_count=Case(When(goes_on, then=F("failure_count") + 1), default=Value(1)),
        window_started_at=Case(When(goes_on, then=F("window_started_at")), default=Value(instant)),
    )
    too_many = Q(opened_at=None, failure_count__gte=rules.failures)
    still_down = Q(opened_at__lte=rules.cooled_at(instant))
    is_opened = bool(
        breaker.filter(too_many | still_down).update(
            opened_at=instant, probing_until=None, opened_count=F("opened_count") + 1
        )
    )
    if is_opened:
        log.error("gateway.left_alone", gateway=gateway, reason=reason, seconds=rules.pause.total_seconds())
    return is_opened
