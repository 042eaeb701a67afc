"""Media files, served by the application itself: small shops need no other server, a proxy may take over."""

from __future__ import annotations

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse

IMAGE_TYPES = {
    "webp": "image/webp",
    "avif": "image/avif",
    "jpg": "image/jpeg",
    "png": "image/png",
}
YEAR_SECONDS = 365 * 24 * 3600


def serve_media(request: HttpRequest, path: str) -> HttpResponse | FileResponse:
    """Serve a picture for ever (names change with their content); nothing but pictures is ever served."""
    content_type = IMAGE_TYPES.get(path.rpartition(".")[2].lower())
    if content_type is None or ".." in path:
        raise Http404
    try:
        file = default_storage.open(path)
    except (OSError, SuspiciousFileOperation, ValueError) as error:  # a NUL is a ValueError
        raise Http404 from error
    response = FileResponse(file, content_type=content_type)
    response["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
