from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from catalog.models import Category, Product
from catalog.services.imports import whole_files
from tests.exchange.hosts import PictureHost, serve_pictures
from tests.exchange.tables import write_table
from tests.exchange.trips import travel
from tests.factories.catalog import make_product

pytestmark = pytest.mark.django_db
HEADER = "handle,name_en,category,sku,price_eur,stock,image"
MUG = "mug,Mug,kitchen/cups,MUG,19.90,3,https://pictures.example/red/mug.jpg"


@pytest.fixture(scope="module")
def host() -> Iterator[PictureHost]:
    with serve_pictures() as running:
        yield running


@pytest.fixture(autouse=True)
def _settings(settings: Any, tmp_path: Path) -> None:
    settings.PICTURE_FETCH_ALLOW_LOOPBACK = True
    settings.MEDIA_ROOT = tmp_path / "media"


def _make_folders(tmp_path: Path, name: str, text: str) -> tuple[Path, Path]:
    (tmp_path / "given").mkdir()
    (tmp_path / "work").mkdir()
    file = tmp_path / "given" / name
    file.write_text(text, encoding="utf-8")
    return file, tmp_path / "work"


def test_a_file_goes_all_the_way(tmp_path: Path, host: PictureHost) -> None:
    make_product("What lay here before", slug="before")
    file, work = _make_folders(tmp_path, "mugs.csv", f"{HEADER}\n{MUG}\nbad,,,X,1,,\n")
    trip = travel(file, host=host, folder=work, name="mugs.csv")
    assert trip.problems == []
    assert (trip.products, trip.variants, trip.pictures, trip.fetched, trip.imported) == (1, 1, 1, 1, 1)
    assert "| mugs.csv (own) | 2 | 1 | 1 products, 1 variants | 1, 1 of them by address |" in write_table(
        [trip]
    )
    assert Product.objects.get().images.count() == 1
    assert "RTM:3" in (work / "again.csv").read_text(encoding="utf-8")


def test_what_does_not_survive_is_told(tmp_path: Path, host: PictureHost) -> None:
    file, work = _make_folders(tmp_path, "mugs.csv", f"{HEADER}\n{MUG}\n")
    trip = travel(file, host=host, folder=work, name="mugs.csv", last_stop="SHA")
    assert trip.problems == ["an empty shop warned: 1, not 0", "an empty shop's export is not the first one"]


def test_a_tree_keeps_addresses_and_both_names(tmp_path: Path, host: PictureHost) -> None:
    tree = [
        {"path": [{"slug": "cook_ware", "name": "Kitchen", "name_zh": "厨房"}]},
        {
            "path": [
                {"slug": "cook_ware", "name": "Kitchen", "name_zh": "厨房"},
                {"slug": "cups", "name": "Cups & mugs"},
            ]
        },
    ]
    file, work = _make_folders(tmp_path, "tree.json", json.dumps(tree))
    trip = travel(file, host=host, folder=work, name="tree.json")
    assert (trip.problems, trip.categories) == ([], 2)
    assert list(Category.objects.values_list("path", "name_en", "name_zh_hans")) == [
        ("cook_ware", "Kitchen", "厨房"),
        ("cook_ware/cups", "Cups & mugs", None),
    ]


def test_a_file_that_is_none_of_the_formats_is_told(tmp_path: Path, host: PictureHost) -> None:
    file, work = _make_folders(tmp_path, "stores.csv", "a,b\n1,2\n")
    trip = travel(file, host=host, folder=work, name="stores.csv")
    assert (trip.summary, trip.problems) == (None, [])
    assert trip.refusal.startswith("This file is none of")
    assert not whole_files.ImportRun.objects.exists()
