"""Production refuses to start without what keeps it safe."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GOOD = {
    "SECRET_KEY": "x1" * 30,
    "DATABASE_URL": "postgres://u@127.0.0.1/x",
    "REDIS_URL": "redis://127.0.0.1",
    "ALLOWED_HOSTS": "shop.example",
    "SITE_URL": "https://shop.example",
    "DJANGO_SETTINGS_MODULE": "shop.settings.production",
    "PATH": os.environ["PATH"],
}
CODE = (
    "import shop.settings.production as s; "
    "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS, s.DEBUG, s.SESSION_COOKIE_NAME)"
)


def start(**changes: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", CODE],
        cwd=ROOT,
        env={**GOOD, **changes},
        capture_output=True,
        text=True,
        check=False,
    )


def test_starts_with_all_of_it() -> None:
    done = start()
    assert done.stdout.split() == ["True", "True", "31536000", "False", "__Host-sessionid"], done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "development-only-key-that-production-refuses-" * 2),
        ("DATABASE_URL", ""),
        ("REDIS_URL", ""),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", ""),
        ("SITE_URL", "http://shop.example"),
    ],
)
def test_refuses_without(name: str, value: str) -> None:
    done = start(**{name: value})
    assert done.returncode == 1
    assert "ImproperlyConfigured" in done.stderr
    assert name in done.stderr.splitlines()[-1]
