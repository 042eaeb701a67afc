"""Static files whose names carry a digest of what is in them, so that browsers may keep them for ever."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Names every file by its content, also what one script of ours imports from another, and zips it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Follow imports in our own folders only: libraries name files that they do not bring."""
        _, imports = self._js_module_import_aggregation_patterns
        self.patterns += tuple((f"{folder}/*.js", imports) for folder in _list_own_folders())
        super().__init__(*args, **kwargs)


class HashedFilesIfCollected(HashedFiles):
    """The same where files may not have been collected yet: these keep their plain names."""

    def stored_name(self, name: str) -> str:
        """Return the name by content that collecting gave; the plain name for want of one."""
        return str(self.hashed_files.get(self.hash_key(self.clean_name(name)), name))


def _list_own_folders() -> list[str]:
    return sorted(
        folder.name
        for root in settings.STATICFILES_DIRS
        for folder in Path(root).iterdir()
        if folder.is_dir()
    )
