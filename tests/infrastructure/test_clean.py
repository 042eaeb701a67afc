"""`make clean` removes what is the checkout's own, and nothing that it only leads to."""

from __future__ import annotations

from pathlib import Path

import pytest

from shop.embedded import tools


def test_a_linked_environment_loses_its_link_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shared, checkout = tmp_path / "shared", tmp_path / "checkout"
    for place in (shared, checkout, checkout / ".ruff_cache"):
        place.mkdir()
    (shared / "kept").touch()
    (checkout / ".venv").symlink_to(shared)
    monkeypatch.setattr(tools, "ROOT", checkout)
    assert tools.clean(checkout / ".local", is_forced=False) == 0
    assert list(checkout.iterdir()) == []
    assert (shared / "kept").exists()
