"""The folder that an import looks pictures and documents up in."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


class FileFolder:
    """Files by name, or by the name of their folder and their own; looked through once, two levels deep."""

    def __init__(self, path: Path | None) -> None:
        self._files: dict[str, Path] = {}
        if path is None:
            return
        # Files that lie deeper come first, so that the nearer ones of the same name win.
        for folder in sorted(each for each in path.iterdir() if each.is_dir()):
            for file in sorted(each for each in folder.iterdir() if each.is_file()):
                self._files[f"{folder.name}/{file.name}"] = file
                self._files.setdefault(file.name, file)
        self._files |= {each.name: each for each in path.iterdir() if each.is_file()}

    def __bool__(self) -> bool:
        """Return whether there is any file."""
        return bool(self._files)

    def find(self, names: Iterable[str], *, handle: str = "") -> Path | None:
        """Return the first of these files, one in the product's own folder before others; never one outside."""
        for name in names:
            found = self._files.get(f"{handle}/{name}") or self._files.get(name)
            if found:
                return found
        return None
