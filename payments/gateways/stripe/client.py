"""The real client, and what its errors mean: certainly not done, certainly refused, or unknown."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Final

import requests
import stripe
import structlog
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from payments.gateways.base import GatewayError, GatewayRefused, GatewayTimeout, GatewayUnavailable
from payments.gateways.stripe.config import StripeConfig, get_config
from shop.kernel.transactions import forbid_transaction

log = structlog.get_logger(__name__)

_RETRIES: Final = 2
_SERVER_ERRORS: Final = 500
_CONFLICT: Final = 409
_LONGEST_CAUSE_CHAIN: Final = 10


class _Doubt(threading.local):
    """Whether an attempt of the call in hand may have been carried out although a later one said no."""

    is_open: bool = False


_doubt = _Doubt()


class DoubtingClient(stripe.RequestsClient):
    """The library's client repeats a call silently; this one remembers that an earlier attempt got no clear answer."""

    def request_with_retries(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        post_data: Any = None,
        max_network_retries: int | None = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        """One call with all its attempts."""
        _doubt.is_open = False
        return super().request_with_retries(
            method, url, headers, post_data, max_network_retries, _usage=_usage
        )

    def request(  # type: ignore[override]  # RequestsClient itself departs from its base here
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """One attempt."""
        try:
            answer = super().request(method, url, headers, post_data)
        except stripe.APIConnectionError as error:
            _doubt.is_open = _doubt.is_open or not _is_never_connected(error)
            raise
        # A 409 is this very key still at work in another request.
        if answer[1] >= _SERVER_ERRORS or answer[1] == _CONFLICT:
            _doubt.is_open = True
        return answer


def get_client() -> stripe.StripeClient:
    """The account's client. Raises GatewayUnavailable when no key is configured."""
    config = get_config()
    if not config.secret_key:
        raise GatewayUnavailable("no secret key is configured", code="not_configured")
    return _build_client(config)


@lru_cache(maxsize=4)
def _build_client(config: StripeConfig) -> stripe.StripeClient:
    return stripe.StripeClient(
        config.secret_key,
        http_client=DoubtingClient(timeout=config.timeout_seconds),
        max_network_retries=_RETRIES,
        stripe_version=config.api_version,
        base_addresses={"api": config.api_base} if config.api_base else {},
    )


@contextmanager
def calling(action: str) -> Iterator[None]:
    """Around every call: no transaction open, and errors in our words; a declined card passes through as it is."""
    forbid_transaction()
    try:
        yield
    except stripe.CardError:
        raise
    except stripe.StripeError as error:
        log.warning(
            "stripe.call_failed",
            action=action,
            error=type(error).__name__,
            reason=error.code,
            status=error.http_status,
            request_id=error.request_id,
            is_replayed=is_replayed(error),
        )
        raise translate_error(error) from error


def is_replayed(error: stripe.StripeError) -> bool:
    """Whether Stripe repeated an answer that it had kept under the idempotency key (a 500 too, for a day)."""
    return (error.headers or {}).get("Idempotent-Replayed") == "true"


def translate_error(error: stripe.StripeError) -> GatewayError:
    """Unknown wins: once any attempt may have been carried out, only a clear yes or no of Stripe ends the doubt."""
    code = error.code or type(error).__name__
    if isinstance(error, stripe.APIConnectionError | stripe.RateLimitError):
        return _doubtful(GatewayUnavailable(code=code))
    if isinstance(error, stripe.AuthenticationError | stripe.PermissionError):
        return _doubtful(GatewayUnavailable(code=code))
    # Another request wrote under this key, so something may exist.
    is_key_taken = isinstance(error, stripe.IdempotencyError) or error.http_status == _CONFLICT
    if is_key_taken or error.http_status is None or error.http_status >= _SERVER_ERRORS:
        return GatewayTimeout(code=code)
    return GatewayRefused(code=code)


def _doubtful(otherwise: GatewayError) -> GatewayError:
    return GatewayTimeout(code=otherwise.code) if _doubt.is_open else otherwise


def _is_never_connected(error: BaseException) -> bool:
    """Whether no connection came about, so that no byte of the request left."""
    cause: BaseException | None = error
    for _step in range(_LONGEST_CAUSE_CHAIN):
        if cause is None:
            return False
        if isinstance(cause, NewConnectionError | ConnectTimeoutError | requests.ConnectTimeout):
            return True
        reason = getattr(cause, "reason", None)
        cause = reason if isinstance(reason, BaseException) else cause.__cause__ or cause.__context__
    return False
