"""The HTTP side: reads requests, hands them to the engine, writes or withholds answers."""

import contextlib
import json
import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from tests.simulators.stripe.engine import Engine
from tests.simulators.stripe.params import parse_form
from tests.simulators.stripe.wire import Dropped, Request, Response

MAX_BODY = 1_000_000
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "authorization, content-type, stripe-version",
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
}


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256
    engine: Engine


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    # Without it, Nagle and delayed acknowledgement add 40 ms to every answer on loopback.
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._serve("GET")

    def do_POST(self) -> None:
        self._serve("POST")

    def do_DELETE(self) -> None:
        self._serve("DELETE")

    def do_OPTIONS(self) -> None:
        self._write(Response(204, b""))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  named by the base class
        """Silent: the control plane lists the requests."""

    def _serve(self, method: str) -> None:
        try:
            response = self.server.engine.handle(self._read(method))
        except Dropped:
            self.close_connection = True
            with contextlib.suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)
            return
        # A client that gave up waiting is no reason for a traceback.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self._write(response)

    def _read(self, method: str) -> Request:
        parts = urlsplit(self.path)
        length = min(int(self.headers.get("Content-Length") or 0), MAX_BODY)
        body = self.rfile.read(length).decode()
        control = parts.path.startswith("/_sim/")
        form = "" if control else body
        params = {**parse_form(parts.query), **parse_form(form)}
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Request(method=method, path=parts.path, params=params, headers=headers, body=body)

    def _write(self, response: Response) -> None:
        self.send_response(response.status)
        self.send_header("Content-Type", response.content_type)
        self.send_header("Content-Length", str(len(response.body)))
        for name, value in {**CORS, **response.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(response.body)


def serve(*, port: int, secret_key: str, webhook_url: str, webhook_secrets: list[str]) -> None:
    """Prints one line of JSON with the address when it is ready, then serves until it is killed."""
    server = Server(("127.0.0.1", port), Handler)
    base_url = f"http://127.0.0.1:{server.server_address[1]}"
    server.engine = Engine(
        base_url=base_url, secret_key=secret_key, webhook_url=webhook_url, webhook_secrets=webhook_secrets
    )
    print(json.dumps({"base_url": base_url}), flush=True)
    server.serve_forever()
