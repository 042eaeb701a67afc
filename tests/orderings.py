"""Messages that may come in any order: some orders by chance in the quick tests, every one in the long ones."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from typing import TypeVar

import pytest

Item = TypeVar("Item")

some_or_all = pytest.mark.parametrize("most", [20, pytest.param(120, marks=pytest.mark.fault)])


def list_orderings(items: Sequence[Item], *, most: int) -> list[tuple[Item, ...]]:
    """As many orders of the items, other ones in each run (the seed is in pytest's header)."""
    every = list(itertools.permutations(items))
    return random.sample(every, min(most, len(every)))
