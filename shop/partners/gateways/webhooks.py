"""Posting to partners' addresses: signed, bounded in time and size, never to a private address."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import SplitResult, urlsplit

import requests
from django.conf import settings
from django.utils.translation import gettext as _
from requests.exceptions import InvalidURL
from requests_hardened import Config, HTTPSession
from standardwebhooks import Webhook

from shop.kernel.errors import Invalid
from shop.kernel.transactions import forbid_transaction
from shop.partners.gateways.bounded import bound_session

CONNECT_SECONDS, READ_SECONDS = 3, 10
OK = range(200, 300)
PORTS = frozenset({None, 80, 443, 8080, 8443})


class DeliveryFailed(Exception):
    """The partner did not take the message."""

    def __init__(self, reason: str, *, status: int | None = None) -> None:
        self.reason = reason
        self.status = status
        super().__init__(reason)


def check_address(url: str) -> None:
    """Refuse addresses that can never be delivered to; what a name resolves to is checked at each delivery."""
    parts = _read_address(url)
    is_test = settings.WEBHOOK_ALLOW_PRIVATE
    if parts.scheme not in (("https", "http") if is_test else ("https",)) or not parts.hostname:
        raise Invalid(_("The address must start with https:// and name a host."), field="url")
    if parts.username or parts.password:
        raise Invalid(_("The address must not carry a user name or password."), field="url")
    try:
        port = parts.port
    except ValueError as error:
        raise Invalid(_("The port is not a number."), field="url") from error
    if not is_test and port not in PORTS:
        raise Invalid(_("Use port 443, 8443, 80 or 8080."), field="url")
    if not is_test and _is_private(parts.hostname):
        raise Invalid(_("Private addresses are not delivered to."), field="url")


def _read_address(url: str) -> SplitResult:
    """Its parts, if it is one word whose host can be one of the net's."""
    try:
        parts = urlsplit(url)
        if not url.isprintable() or {" ", "\\"} & set(url):
            raise InvalidURL
        if parts.hostname:
            requests.Request("POST", url).prepare()
    except (ValueError, requests.RequestException) as error:
        raise Invalid(_("The address cannot be read."), field="url") from error
    return parts


def _is_private(host: str) -> bool:
    if host.lower() == "localhost" or host.lower().endswith((".localhost", ".local", ".internal")):
        return True
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return not address.is_global


def post_message(url: str, *, secrets: Sequence[str], message_id: str, body: str, sent_at: datetime) -> int:
    """Post one message; answers the 2xx status. Redirects are not followed, the answer's body is not read.

    Raises ``DeliveryFailed``. Every secret signs, so that a partner can rotate.
    """
    forbid_transaction()
    signatures = " ".join(Webhook(secret).sign(message_id, sent_at, body) for secret in secrets)
    headers = {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(sent_at.timestamp())),
        "webhook-signature": signatures,
    }
    try:
        with (
            _open_session() as session,
            session.post(
                url,
                data=body.encode(),
                headers=headers,
                stream=True,
                allow_redirects=False,
            ) as response,
        ):
            status: int = response.status_code
    except (requests.RequestException, OSError, ValueError) as error:
        raise DeliveryFailed(type(error).__name__) from error
    if status not in OK:
        raise DeliveryFailed(f"HTTP {status}", status=status)
    return status


class _Session(HTTPSession):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """None: else the body of an answer that moves elsewhere would be read, of any length."""


def _open_session() -> HTTPSession:
    session = _Session(
        Config(
            default_timeout=(CONNECT_SECONDS, READ_SECONDS),
            never_redirect=True,
            ip_filter_enable=not settings.WEBHOOK_ALLOW_PRIVATE,
            ip_filter_allow_loopback_ips=False,
            user_agent_override="shop-webhooks/1",
        )
    )
    # No proxy and no password file of this machine may lead elsewhere.
    session.trust_env = False
    bound_session(session, seconds=settings.WEBHOOK_WHOLE_SECONDS)
    return session
