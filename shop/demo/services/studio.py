"""Pictures are drawn and stored by other processes, while this one loads the rest of the shop."""

import multiprocessing
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import django

from catalog.gateways.scenes import has_scene
from shop.demo.pictures.scenes import encode, list_scenes

WORKERS: Final = 2

Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """Pictures on their way into a folder (and, with all their sizes, into the media store)."""

    folder: Path
    waiting: list[Future[None]]

    def wait(self, *, say: Say) -> int:
        """Until all are there; raises what went wrong with one."""
        for done, future in enumerate(self.waiting, start=1):
            future.result()
            if done % 40 == 0:
                say(f"{done} of {len(self.waiting)} pictures")
        return len(self.waiting)


@contextmanager
def draw_pictures(names: Sequence[str]) -> Iterator[Drawing]:
    """Start to draw; the folder and the processes are gone after the block."""
    # Spawned, not forked: a child must not share this process's database connection.
    context = multiprocessing.get_context("spawn")
    workers = min(WORKERS, os.cpu_count() or 1)
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(workers, mp_context=context, initializer=_set_up) as pool,
    ):
        waiting = [pool.submit(_draw, name, folder) for name in names]
        try:
            yield Drawing(folder=Path(folder), waiting=waiting)
        finally:
            pool.shutdown(cancel_futures=True)


def list_missing_scenes() -> list[str]:
    """The still lifes of the front page and the categories that are not in the media store yet."""
    return [
        name
        for name, scene in list_scenes().items()
        if "size" in scene and not has_scene(name.removesuffix(".jpg"))
    ]


def _set_up() -> None:
    """A spawned process begins with nothing."""
    os.nice(5)
    django.setup()


def _draw(name: str, folder: str) -> None:
    """Draw one picture; a product's is stored with its sizes here, so that the import finds them done."""
    from catalog.gateways.pictures import store_picture
    from catalog.gateways.scenes import store_scene

    content = encode(name)
    if "size" in list_scenes()[name]:
        store_scene(name.removesuffix(".jpg"), content)
        return
    store_picture(content)
    (Path(folder) / name).write_bytes(content)
