"""The smaller targets of make."""

from pathlib import Path

import pytest

from shop.embedded.errors import EmbeddedError
from shop.embedded.tools import run_management


def test_manage_without_a_command_says_what_to_write(tmp_path: Path) -> None:
    with pytest.raises(EmbeddedError, match="make manage ARGS='import_products FILE'"):
        run_management(tmp_path, [])
    assert list(tmp_path.iterdir()) == []
