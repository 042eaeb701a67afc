from __future__ import annotations

import contextlib
import gzip
import io
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from PIL import Image

from catalog.domain.errors import PictureRefused, PictureSilent
from catalog.gateways import fetching
from catalog.gateways.fetching import fetch_picture


def _picture() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(buffer, "PNG")
    return buffer.getvalue()


PICTURE = _picture()


class _Server(BaseHTTPRequestHandler):
    asked: list[str] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        kind, _slash, rest = self.path[1:].partition("/")
        getattr(self, f"_{kind}")(rest)

    def _answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def _good(self, _rest: str) -> None:
        self._answer(200, PICTURE, Content_Type="image/png")

    def _html(self, _rest: str) -> None:
        self._answer(200, b"<html>", Content_Type="text/html; charset=utf-8")

    def _gone(self, _rest: str) -> None:
        self._answer(404)

    def _to(self, rest: str) -> None:
        self._answer(302, Location=rest if "://" in rest else f"/{rest}")

    def _nonsense(self, _rest: str) -> None:
        self._answer(302, Location="https://[")

    def _loop(self, _rest: str) -> None:
        self._answer(302, Location="/loop/")

    def _large(self, _rest: str) -> None:
        self._answer(200, Content_Type="image/png", Content_Length=str(1 << 40))

    def _packed(self, _rest: str) -> None:
        """Few bytes on the way, very many unpacked."""
        self._answer(200, gzip.compress(bytes(1 << 22)), Content_Type="image/png", Content_Encoding="gzip")

    def _endless(self, _rest: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.end_headers()
        try:
            for _ in range(100):
                self.wfile.write(b"x" * 1000)
        except OSError:
            return

    def _drip(self, part: str) -> None:
        self.send_response(302 if part == "moved" else 200)
        self.send_header("Content-Type", "image/png")
        if part == "moved":
            self.send_header("Location", "/drip/body")
        if part == "sized":
            self.send_header("Content-Length", "100000")
        if part == "headers":
            self.flush_headers()
        else:
            self.end_headers()
        with contextlib.suppress(OSError):
            for _ in range(40):
                self.wfile.write(b"X-A: b\r\n")
                time.sleep(0.1)

    def log_message(self, *_args: object) -> None:
        """Stay quiet."""


@pytest.fixture
def server() -> Iterator[str]:
    _Server.asked.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), _Server) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


@pytest.fixture
def _loopback(settings: Any) -> None:
    settings.PICTURE_FETCH_ALLOW_LOOPBACK = True


@pytest.mark.usefixtures("_loopback")
def test_a_picture_comes_also_through_a_redirect(server: str) -> None:
    assert fetch_picture(f"{server}/good/mug.png") == PICTURE
    assert fetch_picture(f"{server}/to/good/mug.png") == PICTURE


@pytest.mark.usefixtures("_loopback")
@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("html/", "answers text/html, not a picture"),
        ("gone/", "answers 404"),
        ("loop/", "redirects more than 3 times"),
        ("large/", "larger than 30 MB"),
        ("to/file:///etc/passwd", "does not begin with http"),
        ("to/http://10.0.0.1/a.png", "private network"),
        ("to/http://169.254.169.254/latest/meta-data/", "private network"),
    ],
)
def test_anything_else_is_refused(server: str, path: str, reason: str) -> None:
    with pytest.raises(PictureRefused, match=reason):
        fetch_picture(f"{server}/{path}")


@pytest.mark.usefixtures("_loopback")
def test_a_picture_without_an_end_is_cut_off(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "MOST_BYTES", 5000)
    with pytest.raises(PictureRefused, match="larger than"):
        fetch_picture(f"{server}/endless/")
    monkeypatch.setattr(fetching, "MOST_BYTES", 1 << 20)
    with pytest.raises(PictureRefused, match="larger than"):
        fetch_picture(f"{server}/packed/")
    monkeypatch.setattr(fetching, "WHOLE_SECONDS", -1)
    with pytest.raises(PictureSilent, match="did not arrive"):
        fetch_picture(f"{server}/endless/")


def test_this_machine_is_not_asked(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(PictureRefused, match="only 80 and 443"):
        fetch_picture(f"{server}/good/")
    # Whatever the port, the connection itself looks at the address.
    monkeypatch.setattr(fetching, "PORTS", {*fetching.PORTS, int(server.rpartition(":")[2])})
    for url in (f"{server}/good/", server.replace("127.0.0.1", "localhost") + "/good/"):
        with pytest.raises(PictureRefused, match="private network"):
            fetch_picture(url)
    assert _Server.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "http://0.0.0.0/a.png",
        "http://[::1]/a.png",
        "http://[::ffff:10.0.0.1]/a.png",
        "http://2130706433/a.png",
        "http://192.168.1.1/a.png",
    ],
)
def test_no_spelling_of_a_private_address_is_asked(url: str) -> None:
    with pytest.raises(PictureRefused, match="private network"):
        fetch_picture(url)


def test_a_name_is_asked_once_and_the_answer_is_what_is_called(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that answers a public address first and this machine's afterwards leads nowhere: it is resolved once."""
    port = int(server.rpartition(":")[2])
    answers = [("10.9.8.7", port), ("127.0.0.1", port)]
    asked: list[str] = []

    def resolve(host: str, *_args: object, **_options: object) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", answers[min(len(asked) - 1, 1)])]

    monkeypatch.setattr(fetching, "PORTS", {*fetching.PORTS, port})
    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(PictureRefused, match="private network"):
        fetch_picture(f"http://rebind.example:{port}/good/")
    assert (asked, _Server.asked) == (["rebind.example"], [])


def test_a_public_answer_is_what_is_called_whatever_the_name_answers_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = iter(["93.184.216.34", "127.0.0.1"])
    called: list[str] = []

    def resolve(host: str, *_args: object, **_options: object) -> list[Any]:
        address = next(answers) if host == "rebind.example" else host
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80))]

    def connect(_socket: socket.socket, address: tuple[str, int]) -> None:
        called.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket.socket, "connect", connect)
    with pytest.raises(PictureSilent):
        fetch_picture("http://rebind.example/good/")
    assert (called, next(answers)) == (["93.184.216.34"], "127.0.0.1")


@pytest.mark.usefixtures("_loopback")
def test_a_server_that_sends_on_to_nonsense_is_told_of(server: str) -> None:
    # An error of any other kind would end the whole import.
    with pytest.raises(PictureRefused) as caught:
        fetch_picture(f"{server}/nonsense/")
    assert caught.value.reason.code == "address_unreadable"


def test_an_address_with_a_password_is_refused() -> None:
    with pytest.raises(PictureRefused, match="user name or password"):
        fetch_picture("http://a:b@pictures.example/mug.png")


@pytest.mark.usefixtures("_loopback")
@pytest.mark.parametrize("part", ["headers", "body", "sized", "moved"])
def test_a_server_that_drips_is_left_in_time(server: str, monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    monkeypatch.setattr(fetching, "WHOLE_SECONDS", 0.4)
    started = time.monotonic()
    with pytest.raises(PictureSilent):
        fetch_picture(f"{server}/drip/{part}")
    assert time.monotonic() - started < 2
