"""What a web process loads when it starts."""

import os
import subprocess
import sys

HEAVY = ("numpy", "openpyxl", "scipy", "statsforecast", "playwright")
_STARTED = f"""
import sys, django
django.setup()
import shop.urls
print([name for name in {HEAVY} if name in sys.modules])
"""


def test_a_process_starts_without_what_only_a_few_pages_need() -> None:
    """numpy alone, which comes with the workbook library, is a quarter of a start."""
    settings = {**os.environ, "DJANGO_SETTINGS_MODULE": "shop.settings.test"}
    started = subprocess.run(
        [sys.executable, "-c", _STARTED], env=settings, capture_output=True, text=True, check=True
    )
    assert started.stdout == "[]\n"
