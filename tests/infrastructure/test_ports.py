"""What is wrong with an address that was given is said in one sentence."""

import os
import socket
from unittest.mock import patch

import pytest

from shop.embedded.errors import EmbeddedError
from shop.embedded.ports import ensure_redis_lets_in, ensure_server_answers


@pytest.mark.parametrize(
    ("variable", "url", "sentence"),
    [
        ("DATABASE_URL", "mysql://h/shop", "DATABASE_URL must begin with postgres://, not 'mysql'."),
        ("DATABASE_URL", "127.0.0.1:5432/shop", "DATABASE_URL must begin with postgres://, not ''."),
        ("REDIS_URL", "http://h/0", "REDIS_URL must begin with redis://, not 'http'."),
        ("REDIS_URL", "redis://h:six/0", "REDIS_URL has a port that is no number from 1 to 65535."),
    ],
)
def test_an_address_that_is_none_is_told(variable: str, url: str, sentence: str) -> None:
    with pytest.raises(EmbeddedError) as caught:
        ensure_server_answers(variable, url)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("url", "called"),
    [
        ("postgres:///shop?host=/run/postgresql", []),
        ("postgres://h/shop", [("h", 5432)]),
        ("postgres://h:6543/shop", [("h", 6543)]),
    ],
)
def test_a_socket_is_taken_on_trust_and_a_server_is_called(url: str, called: list[tuple[str, int]]) -> None:
    calls: list[tuple[str, int]] = []

    def connect(address: tuple[str, int], **_terms: float) -> socket.socket:
        calls.append(address)
        return socket.socket()

    with patch("socket.create_connection", connect):
        ensure_server_answers("DATABASE_URL", url)
    assert calls == called


def test_a_redis_that_does_not_take_what_the_address_asks_for_is_told() -> None:
    server = os.environ["REDIS_URL"].rpartition("/")[0]
    ensure_redis_lets_in(f"{server}/0")

    with pytest.raises(
        EmbeddedError, match=r"^REDIS_URL names a server that does not let us in: .*out of range\.$"
    ):
        ensure_redis_lets_in(f"{server}/99999")
