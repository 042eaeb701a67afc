"""Where rivals of a race meet, so that a twin without its guard shows the bug each time and not by luck."""

import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

PATIENCE_SECONDS = 30


class Meeting:
    """All rivals have come this far before one of them goes on; whoever comes a second time passes."""

    def __init__(self, rivals: int) -> None:
        self._barrier = threading.Barrier(rivals)
        self._been_here = threading.local()

    def wait(self) -> None:
        if not getattr(self._been_here, "is_known", False):
            self._been_here.is_known = True
            self._barrier.wait(timeout=PATIENCE_SECONDS)

    def after(self, read: Callable[P, R]) -> Callable[P, R]:
        """`read`, and then the meeting: nobody writes before all have read."""

        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            answer = read(*args, **kwargs)
            self.wait()
            return answer

        return run

    def before(self, write: Callable[P, R]) -> Callable[P, R]:
        """The meeting, and then `write`."""

        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            self.wait()
            return write(*args, **kwargs)

        return run
