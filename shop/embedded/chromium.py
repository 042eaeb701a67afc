"""Finds the browser for the browser tests, or installs Debian's."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from shop.embedded.console import say

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_PLAYWRIGHT_PATTERNS = ("chromium-*/chrome-linux*/chrome", "chromium-*/chrome-mac*/*.app/Contents/MacOS/*")
_APT_SECONDS = 400


def find_chromium() -> str | None:
    """Return the browser's path from CHROMIUM, the PATH or playwright's own store."""
    given = os.environ.get("CHROMIUM")
    if given:
        return given if Path(given).exists() else None
    for name in _NAMES:
        if found := shutil.which(name):
            return found
    stores = (Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or "~/.cache/ms-playwright"),)
    for store in (*stores, Path("~/Library/Caches/ms-playwright")):
        for pattern in _PLAYWRIGHT_PATTERNS:
            if matches := sorted(store.expanduser().glob(pattern)):
                return str(matches[-1])
    return None


def provide_chromium() -> str | None:
    """Return the browser's path, installing Debian's packages when root; says what it does."""
    found = find_chromium()
    if found:
        say(f"Browser tests use {found}")
        return found
    if not _may_install():
        say(
            "No Chromium found, and only root may install it: the browser tests will fail; or set CHROMIUM=/path"
        )
        return None
    say("No Chromium found: installing Debian's packages chromium and fonts-noto-cjk")
    if install_debian_packages("chromium", "fonts-noto-cjk"):
        found = find_chromium()
    if found:
        say(f"Browser tests use {found}")
        return found
    say("Chromium could not be installed: install it, or set CHROMIUM=/path; the browser tests will fail")
    return None


def _may_install() -> bool:
    return shutil.which("apt-get") is not None and os.geteuid() == 0


def install_debian_packages(*names: str) -> bool:
    """Install by apt-get when we may; False when we may not or it fails."""
    apt = shutil.which("apt-get")
    if not apt or not _may_install():
        return False
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *names]):
        try:
            result = subprocess.run(
                [apt, *arguments],
                check=False,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                timeout=_APT_SECONDS,
            )
        except subprocess.TimeoutExpired:
            return False
        if result.returncode and arguments[0] == "install":
            return False
    return True
