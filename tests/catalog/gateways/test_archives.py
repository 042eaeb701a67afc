from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path

import pytest
from django.utils.translation import override

from catalog.domain.errors import FileRefused
from catalog.domain.reasons import read_reason
from catalog.gateways import archives
from catalog.gateways.archives import check_archive, unpack_archive
from catalog.gateways.folders import FileFolder


def _zip(files: dict[str, bytes], *, kind: int = zipfile.ZIP_STORED) -> io.BytesIO:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", kind) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    buffer.seek(0)
    return buffer


def test_pictures_are_unpacked_one_level_deep(tmp_path: Path) -> None:
    given = _zip(
        {
            "shop/mug/front.png": b"1",
            "front.png": b"2",
            "notes.exe": b"3",
            "__MACOSX/a.png": b"4",
            ".b.png": b"5",
        }
    )
    assert check_archive(given) == 2
    assert unpack_archive(given, folder=tmp_path) == 2
    assert {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()} == {
        "mug/front.png",
        "front.png",
    }
    folder = FileFolder(tmp_path)
    assert folder.find(["front.png"], handle="mug") == tmp_path / "mug/front.png"
    assert folder.find(["front.png"], handle="bowl") == tmp_path / "front.png"
    assert folder.find(["../front.png"]) is None


@pytest.mark.parametrize(
    "name", ["../evil.png", "/etc/evil.png", "a/../../evil.png", "..\\evil.png", "C:\\evil.png"]
)
def test_a_way_out_is_refused_before_anything_is_written(tmp_path: Path, name: str) -> None:
    given = _zip({"good.png": b"1", name: b"2"})
    with pytest.raises(FileRefused, match="outside itself"):
        unpack_archive(given, folder=tmp_path / "in")
    assert list(tmp_path.rglob("*.png")) == []


def test_a_link_is_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("link.png")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(FileRefused, match="a link"):
        unpack_archive(buffer, folder=tmp_path)


def test_a_bomb_is_refused_by_its_ratio(tmp_path: Path) -> None:
    given = _zip({"bomb.png": b"\0" * (8 << 20)}, kind=zipfile.ZIP_DEFLATED)
    with pytest.raises(FileRefused, match="beyond measure"):
        unpack_archive(given, folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_archive_that_lies_about_its_size_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = _zip({"a.png": b"1" * 5000})
    monkeypatch.setattr(archives, "MOST_FILE_BYTES", 4000)
    monkeypatch.setattr(archives, "_check_entry", lambda _entry: None)
    with pytest.raises(FileRefused, match="larger than the archive says"):
        unpack_archive(given, folder=tmp_path)


def test_too_many_files_and_too_much_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    given = _zip({f"{number}.png": b"12345" for number in range(4)})
    monkeypatch.setattr(archives, "MOST_FILES", 3)
    with pytest.raises(FileRefused, match="more than 3 files"):
        check_archive(given)
    monkeypatch.setattr(archives, "MOST_FILES", 4)
    monkeypatch.setattr(archives, "MOST_BYTES", 19)
    with pytest.raises(FileRefused, match="more than 2 GB"):
        check_archive(given)


def test_what_is_no_archive_is_refused() -> None:
    with pytest.raises(FileRefused, match="no ZIP file"):
        check_archive(io.BytesIO(b"no archive"))


def _damage(content: bytes, name: bytes) -> io.BytesIO:
    """The bytes after the entry's name are the beginning of its stream."""
    raw = bytearray(content)
    start = raw.find(name) + len(name)
    raw[start : start + 2] = b"\xff\xff"
    return io.BytesIO(bytes(raw))


@pytest.mark.parametrize(
    "given",
    [
        _damage(_zip({"a.jpg": b"x" * 2000}, kind=zipfile.ZIP_DEFLATED).getvalue(), b"a.jpg"),
        _zip({"a.jpg": b"1", "a.jpg/b.jpg": b"2"}),
        _zip({"x" * 300 + ".jpg": b"1"}),
    ],
    ids=["damaged stream", "file and folder of one name", "long name"],
)
def test_what_cannot_be_unpacked_is_refused(tmp_path: Path, given: io.BytesIO) -> None:
    with pytest.raises(FileRefused, match="cannot be unpacked"):
        unpack_archive(given, folder=tmp_path)


def test_a_refusal_is_kept_by_code_and_said_to_whoever_reads_it(tmp_path: Path) -> None:
    with override("zh-hans"), pytest.raises(FileRefused) as refused:
        unpack_archive(_zip({"../evil.png": b"1"}), folder=tmp_path)
    kept = refused.value.reason.to_json()
    assert kept == {"code": "archive_escape", "facts": {"name": "../evil.png"}}
    assert read_reason(kept).say() == "The archive holds a file outside itself: ../evil.png."
    with override("zh-hans"):
        assert read_reason(kept).say() == "压缩包里有指向外部路径的文件：../evil.png。"
