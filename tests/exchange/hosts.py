"""A host of pictures on this machine, in the place of those that files name and that cannot be reached from here."""

from __future__ import annotations

import hashlib
import io
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from PIL import Image, ImageDraw

SIDE = 900
PICTURE_ADDRESS = re.compile(
    rb"https?://[^\s\"',|;<>]+?\.(?:jpe?g|png|webp|gif|avif)(?=[\s\"',|;?<]|$)", re.IGNORECASE | re.MULTILINE
)


def draw_picture(path: str) -> bytes:
    """Return a picture that only this path has: a large one, so that it passes for a main picture."""
    seed = hashlib.sha256(path.encode()).digest()
    picture = Image.new("RGB", (SIDE, SIDE), (seed[0], seed[1], seed[2]))
    ImageDraw.Draw(picture).ellipse(
        (100, 100, 200 + 2 * seed[3], 800), fill=(seed[4], seed[5], seed[6]), outline=(255, 255, 255), width=8
    )
    buffer = io.BytesIO()
    picture.save(buffer, "PNG" if path.endswith(".png") else "JPEG")
    return buffer.getvalue()


class _Pictures(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = draw_picture(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "image/png" if self.path.endswith(".png") else "image/jpeg")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name of the base class
        """Say nothing."""


@dataclass(frozen=True, kw_only=True)
class PictureHost:
    """Where pictures are had, and which addresses were led there."""

    address: str
    led: set[bytes] = field(default_factory=set)

    def lead_here(self, path: Path, *, folder: Path) -> Path:
        """Copy a file and what lies beside it, with every picture's address led to this host; the rest is as it was."""
        for each in path.parent.iterdir():
            if each.is_file():
                (folder / each.name).write_bytes(PICTURE_ADDRESS.sub(self._lead, each.read_bytes()))
        self.led.clear()
        PICTURE_ADDRESS.sub(self._lead, path.read_bytes())
        return folder / path.name

    def _lead(self, found: re.Match[bytes]) -> bytes:
        self.led.add(found[0])
        return self.address.encode() + b"/" + found[0].partition(b"://")[2]


@contextmanager
def serve_pictures() -> Iterator[PictureHost]:
    """Run the host as long as it is needed."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Pictures) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield PictureHost(address=f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
        thread.join()
