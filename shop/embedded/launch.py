"""Becomes another program that dies with its parent and, started by root, is not root; runs by path.

PostgreSQL refuses to run as root, and a checkout may lie in a directory that nobody else can enter. So the
program gets the other user's id and, only where the way to its files is barred, one capability: to pass
through directories. Parent-death signals are cleared by a change of user, so they are asked for last.
"""

import argparse
import ctypes
import os
import signal
import stat
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_SECUREBITS = 28
SECBIT_KEEP_CAPS = 1 << 4
SECBIT_NO_SETUID_FIXUP = 1 << 2
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAPABILITY_VERSION_3 = 0x20080522
# In the order of preference: a container often has the second but not the first.
CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE = 2, 1
REFUSED = 78  # EX_CONFIG of sysexits.h


class _CapabilityHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _CapabilitySet(ctypes.Structure):
    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


def main() -> None:
    """Parse, change user, tie the life to the parent's, and become the program."""
    options = _parse_arguments()
    linux = sys.platform == "linux"
    libc = ctypes.CDLL(None, use_errno=True) if linux else None
    if options.uid and os.geteuid() == 0:
        _become(options.uid, options.gid, libc, [options.command[0], *options.reach])
    if libc:
        libc.prctl(PR_SET_PDEATHSIG, options.death_signal)
    if os.getppid() != options.parent:  # the parent died before the line above
        sys.exit(REFUSED)
    # A parent that ignores or blocks a signal hands that down through exec.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    os.execv(options.command[0], options.command)


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parent", type=int, required=True)
    parser.add_argument("--death-signal", type=int, default=int(signal.SIGTERM))
    parser.add_argument("--uid", type=int, default=0)
    parser.add_argument("--gid", type=int, default=0)
    parser.add_argument("--reach", action="append", default=[])
    parser.add_argument("command", nargs="+")
    return parser.parse_args()


def _become(uid: int, gid: int, libc: ctypes.CDLL | None, paths: list[str]) -> None:
    os.setgroups([])
    os.setgid(gid)
    if not libc or all(_is_open_to(uid, gid, path) for path in paths):
        os.setuid(uid)  # gives up every capability
        return
    # Without the second bit access(), by which PostgreSQL looks for its own files, would ignore capabilities.
    libc.prctl(PR_SET_SECUREBITS, SECBIT_KEEP_CAPS | SECBIT_NO_SETUID_FIXUP, 0, 0, 0)
    os.setuid(uid)
    if not any(_hold_only(libc, capability) for capability in (CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE)):
        sys.stderr.write(
            f"User {uid} cannot reach {paths[0]}: move the checkout to a directory open to all.\n"
        )
        sys.exit(REFUSED)


def _is_open_to(uid: int, gid: int, path: str) -> bool:
    """Say whether a user of no further groups may enter every directory on the way and run or enter the end."""
    for place in (Path(path), *Path(path).parents):
        found = place.stat()
        shift = 6 if found.st_uid == uid else 3 if found.st_gid == gid else 0
        if not found.st_mode >> shift & stat.S_IXOTH:
            return False
    return True


def _hold_only(libc: ctypes.CDLL, capability: int) -> bool:
    """Drop every capability but this one, which then survives exec; False when it is not ours to keep."""
    bits = 1 << capability
    sets = (_CapabilitySet * 2)(_CapabilitySet(bits, bits, bits), _CapabilitySet(0, 0, 0))
    if libc.capset(ctypes.byref(_CapabilityHeader(CAPABILITY_VERSION_3, 0)), ctypes.byref(sets)):
        return False
    return bool(libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0) == 0)


if __name__ == "__main__":
    main()
