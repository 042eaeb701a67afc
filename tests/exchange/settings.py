"""The shop as files are tried on it: quiet, pictures from a host of this machine, a database and a folder that go."""

import tempfile
from pathlib import Path

from shop.settings.base import DATABASES
from shop.settings.development import *  # noqa: F403  settings modules build on each other
from shop.settings.logs import LOGGING

MEDIA_ROOT = Path(tempfile.mkdtemp(prefix="shop-exchange-"))
PICTURE_FETCH_ALLOW_LOOPBACK = True
LOGGING["root"]["level"] = "ERROR"
DATABASES["default"]["TEST"] = {"NAME": f"{DATABASES['default']['NAME']}_exchange"}
