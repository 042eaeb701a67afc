"""Fetching pictures by address: never from a private network, bounded in time, size and steps."""

from __future__ import annotations

import time
from urllib.parse import urljoin, urlsplit

import requests
from django.conf import settings
from requests_hardened import Config, HTTPSession
from requests_hardened.ip_filter import InvalidIPAddress
from urllib3.exceptions import HTTPError

from catalog.domain.errors import PictureRefused, PictureSilent
from catalog.domain.reasons import Reason
from shop.kernel.transactions import forbid_transaction
from shop.partners.gateways.bounded import bound_session

CONNECT_SECONDS, READ_SECONDS, WHOLE_SECONDS = 5, 10, 20
MOST_BYTES = 30 * 1024 * 1024
MOST_STEPS = 3
CHUNK = 1 << 16
PORTS = frozenset({None, 80, 443})
MOVED = frozenset({301, 302, 303, 307, 308})
FOUND = 200
# Some shops' file servers name no type; what the bytes are is looked at anyway.
TYPES = ("image/", "application/octet-stream", "binary/octet-stream")


def is_address(name: str) -> bool:
    """Return whether a picture is named by a web address."""
    return name.lower().startswith(("http://", "https://"))


def fetch_picture(url: str) -> bytes:
    """Return the bytes behind an address; raises PictureRefused in plain words.

    Every step of a redirect is checked like the first. The address that a name resolves to is looked at by the connection
    itself, so that it cannot change between the check and the call.
    """
    forbid_transaction()
    deadline = time.monotonic() + WHOLE_SECONDS
    with _open_session() as session:
        for _step in range(MOST_STEPS + 1):
            _check_address(url)
            _check_time(deadline)
            content, moved_to = _ask(session, url, deadline)
            if content is not None:
                return content
            url = _follow(url, moved_to)
    raise PictureRefused(Reason("address_moves", count=MOST_STEPS))


def find_host(url: str) -> str:
    """Return the host that an address names; raises PictureRefused for one that cannot be read."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError as error:
        raise PictureRefused(Reason("address_unreadable")) from error


def _follow(url: str, moved_to: str) -> str:
    try:
        return urljoin(url, moved_to)
    except ValueError as error:
        raise PictureRefused(Reason("address_unreadable")) from error


def _check_time(deadline: float) -> None:
    if time.monotonic() > deadline:
        raise PictureSilent(Reason("address_late", seconds=str(WHOLE_SECONDS)))


def _check_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise PictureRefused(Reason("address_unreadable")) from error
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise PictureRefused(Reason("address_scheme"))
    if parts.username or parts.password:
        raise PictureRefused(Reason("address_user"))
    if port not in PORTS and not settings.PICTURE_FETCH_ALLOW_LOOPBACK:
        raise PictureRefused(Reason("address_port", port=port or 0))


def _ask(session: HTTPSession, url: str, deadline: float) -> tuple[bytes | None, str]:
    """Return (bytes, "") or (None, where it moved to)."""
    try:
        with session.get(url, stream=True, allow_redirects=False, headers={"Accept": "image/*"}) as response:
            if response.status_code in MOVED and response.headers.get("Location"):
                return None, response.headers["Location"]
            if response.status_code != FOUND:
                raise PictureRefused(Reason("address_answers", status=response.status_code))
            return _read(response, deadline), ""
    except InvalidIPAddress as error:
        raise PictureRefused(Reason("address_private")) from error
    except requests.Timeout as error:
        raise PictureSilent(Reason("address_slow")) from error
    except (requests.RequestException, HTTPError, OSError, ValueError) as error:
        raise PictureSilent(Reason("address_unreachable")) from error


def _read(response: requests.Response, deadline: float) -> bytes:
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind and not kind.startswith(TYPES):
        raise PictureRefused(Reason("address_no_picture", kind=kind))
    length = response.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) > MOST_BYTES:
        raise PictureRefused(Reason("picture_large"))
    content = bytearray()
    # What has arrived, however little: waiting for a whole chunk would last as long as the other side likes.
    while chunk := response.raw.read1(CHUNK, decode_content=True):
        content += chunk
        if len(content) > MOST_BYTES:
            raise PictureRefused(Reason("picture_large"))
        _check_time(deadline)
    # A connection that was shut for its slowness may look like the end of the picture.
    _check_time(deadline)
    return bytes(content)


class _Session(HTTPSession):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """None: else the body of an answer that moves elsewhere would be read, of any length."""


def _open_session() -> HTTPSession:
    session = _Session(
        Config(
            default_timeout=(CONNECT_SECONDS, READ_SECONDS),
            never_redirect=True,
            ip_filter_enable=True,
            ip_filter_allow_loopback_ips=settings.PICTURE_FETCH_ALLOW_LOOPBACK,
            user_agent_override="shop-import/1",
        )
    )
    # No proxy and no password file of this machine may lead elsewhere.
    session.trust_env = False
    bound_session(session, seconds=WHOLE_SECONDS)
    return session
