"""Files of static/ as a real shop serves them: each named by its content, zipped, and found by what imports it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import FileSystemStorage

from shop.web.hashed_files import HashedFiles, HashedFilesIfCollected

SOURCE = Path(settings.BASE_DIR) / "static"
_IMPORT = re.compile(r'(?:from|import)\s*\(?["\'](\.[^"\']+)["\']')
_HASHED = re.compile(r"\.[0-9a-f]{12}\.[a-z]+$")


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our own files as `collectstatic` leaves them."""
    root = tmp_path_factory.mktemp("static") / "root"
    shutil.copytree(SOURCE, root)
    names = [file.relative_to(SOURCE).as_posix() for file in SOURCE.rglob("*") if file.is_file()]
    storage = HashedFiles(location=str(root), base_url="/static/")
    source = FileSystemStorage(location=str(SOURCE))
    outcomes = list(storage.post_process({name: (source, name) for name in names}))
    assert [outcome for outcome in outcomes if isinstance(outcome[2], Exception)] == []
    return root


def list_names() -> list[str]:
    return [file.relative_to(SOURCE).as_posix() for file in SOURCE.rglob("*") if file.is_file()]


def test_every_file_of_ours_has_a_name_by_content(collected: Path) -> None:
    storage = HashedFiles(location=str(collected), base_url="/static/")
    for name in list_names():
        served = storage.stored_name(name)
        assert _HASHED.search(served), served
        assert (collected / served).exists()
    assert (collected / f"{storage.stored_name('shop/css/layout.css')}.gz").exists()


def test_what_a_script_imports_has_a_name_by_content_too(collected: Path) -> None:
    storage = HashedFiles(location=str(collected), base_url="/static/")
    imported = 0
    for name in list_names():
        if name.endswith(".js"):
            file = collected / storage.stored_name(name)
            for address in _IMPORT.findall(file.read_text()):
                imported += 1
                assert _HASHED.search(address), (name, address)
                assert (file.parent / address).exists(), (name, address)
    assert imported > 0


def test_a_library_that_imports_what_it_does_not_bring_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "extension.js").write_text('import "./core.js";\n')
    storage = HashedFiles(location=str(tmp_path), base_url="/static/")
    paths = {"library/extension.js": (FileSystemStorage(location=str(tmp_path)), "library/extension.js")}
    assert [outcome[2] for outcome in storage.post_process(paths) if outcome[2] is not True] == []
    assert 'import "./core.js"' in (tmp_path / storage.stored_name("library/extension.js")).read_text()


def test_what_was_not_collected_keeps_its_plain_name(collected: Path, tmp_path: Path) -> None:
    empty = HashedFilesIfCollected(location=str(tmp_path), base_url="/static/")
    assert empty.url("shop/css/layout.css") == "/static/shop/css/layout.css"
    full = HashedFilesIfCollected(location=str(collected), base_url="/static/")
    assert _HASHED.search(full.url("shop/css/layout.css"))
