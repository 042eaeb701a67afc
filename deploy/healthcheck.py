# noqa: INP001 -- a script of the image, no part of a package
"""Answers Docker's question whether a service is well: `python deploy/healthcheck.py web|worker|beat`."""

import http.client
import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

BEAT_SCHEDULE = Path(os.environ.get("BEAT_SCHEDULE", "/tmp/beat-schedule"))  # noqa: S108 -- a private tmpfs
# Beat writes its schedule every three minutes.
BEAT_SILENCE_SECONDS = 600


def is_web_ready() -> bool:
    """Ask the web server itself, under the shop's own name: other names are refused."""
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("PORT", "8000")), timeout=4)
    try:
        connection.request("GET", "/health/ready", headers={"Host": urlsplit(os.environ["SITE_URL"]).netloc})
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def is_worker_ready() -> bool:
    """Ask the worker of this container through the broker."""
    command = [sys.executable, "-m", "celery", "-A", "shop", "inspect", "ping", "--timeout", "10"]
    command += ["--destination", f"celery@{os.uname().nodename}"]
    result = subprocess.run(command, check=False, stdout=subprocess.DEVNULL)  # noqa: S603 -- fixed words only
    return result.returncode == 0


def is_beat_ready() -> bool:
    """See whether beat still writes its schedule."""
    files = list(BEAT_SCHEDULE.parent.glob(f"{BEAT_SCHEDULE.name}*"))
    return any(time.time() - file.stat().st_mtime < BEAT_SILENCE_SECONDS for file in files)


CHECKS = {"web": is_web_ready, "worker": is_worker_ready, "beat": is_beat_ready}

if __name__ == "__main__":
    sys.exit(0 if CHECKS[sys.argv[1]]() else 1)
