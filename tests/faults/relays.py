"""`python -m tests.faults.relays 4 FILE`: so many relays at work, forked anew when one dies; FILE holds their ids."""

import os
import sys
import time
from pathlib import Path

import django

django.setup()

from django.db import connections  # noqa: E402  needs the apps

from shop.kernel.relay import drain_outbox  # noqa: E402  needs the apps


def fork_relay() -> int:
    """A child that delivers until it dies."""
    if pid := os.fork():
        return pid
    parent = os.getppid()
    while os.getppid() == parent:
        if drain_outbox().delivered == 0:
            time.sleep(0.05)
    os._exit(0)


def main(quantity: int, file: Path) -> None:
    connections.close_all()
    relays: set[int] = set()
    while True:
        while len(relays) < quantity:
            relays.add(fork_relay())
        file.write_text(" ".join(str(pid) for pid in relays))
        pid, _status = os.wait()
        relays.discard(pid)


main(int(sys.argv[1]), Path(sys.argv[2]))
