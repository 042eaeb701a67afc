"""Large pictures of the front page and its shelves, kept in the media store with their sizes, known by name."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from catalog.gateways.pictures import store_picture

FOLDER = "scenes"

_known: dict[str, dict[str, Any]] = {}


def has_scene(name: str) -> bool:
    """Whether the scene is there."""
    return default_storage.exists(_build_path(name))


def store_scene(name: str, content: bytes) -> None:
    """Keep a picture under a name, with the sizes that pages use. Not inside a transaction."""
    stored = store_picture(content)
    if not has_scene(name):
        default_storage.save(_build_path(name), ContentFile(json.dumps(asdict(stored)).encode()))


def find_scene(name: str) -> dict[str, Any] | None:
    """Return what `build_image_card` wants of a scene, or None; read once by each process."""
    if name not in _known and has_scene(name):
        with default_storage.open(_build_path(name)) as file:
            _known[name] = {**json.load(file), "alt_en": "", "alt_zh_hans": ""}
    return _known.get(name)


def _build_path(name: str) -> str:
    return f"{FOLDER}/{name}.json"
