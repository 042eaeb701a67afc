from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import OperationalError, connection
from PIL import Image

from catalog.domain.errors import PictureSilent
from catalog.domain.records import ParsedProduct
from catalog.gateways import feeds
from catalog.gateways.feeds import Progress, own
from catalog.gateways.pictures import StoredPicture
from catalog.models import ImportProblem, ImportRun, Product, ProductImage
from catalog.services import pictures
from catalog.services.imports import batches as import_batches
from catalog.services.imports import files as import_files
from catalog.services.imports import runs as import_runs
from catalog.services.imports.runs import (
    cancel_import,
    forget_old_uploads,
    keep_upload,
    retry_import,
    start_import,
    work_on_imports,
)
from catalog.services.imports.whole_files import LEASE, ImportOptions
from shop.kernel.clock import now
from shop.kernel.errors import NotAllowed
from shop.kernel.models import AuditEntry, OutboxEvent
from tests.factories.catalog import make_product, make_variant

pytestmark = pytest.mark.django_db
HEADER = "handle,name_en,sku,price_eur,stock,image\n"
GOOD = "mug,Mug,M,9,,mug.png\nbowl,Bowl,B,8,,\n"


@pytest.fixture(autouse=True)
def _uploads(settings: Any, tmp_path: Path) -> None:
    settings.IMPORTS_ROOT = str(tmp_path / "imports")


def _upload(rows: str, *, archive: bytes | None = None, options: ImportOptions | None = None) -> ImportRun:
    return keep_upload(
        ContentFile((HEADER + rows).encode(), name="goods.csv"),
        archive=ContentFile(archive, name="pictures.zip") if archive else None,
        options=options or ImportOptions(),
        actor="anna@example.com",
    )


def _zip(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return buffer.getvalue()


def _lose_the_connection_at(done_count: int) -> None:
    """When all of a batch is written and it is to be noted: what an administrator's shutdown looks like."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            CREATE FUNCTION pg_temp.die() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'the server is shutting down' USING ERRCODE = '57P01'; END $$;
            CREATE TRIGGER die BEFORE UPDATE ON catalog_importrun FOR EACH ROW
            WHEN (new.done_count = {done_count:d}) EXECUTE FUNCTION pg_temp.die()
            """
        )


def _keep_the_connection() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER die ON catalog_importrun; DROP FUNCTION pg_temp.die")


class _Reader:
    """Our own format's reader, which does something terrible at one file."""

    def __init__(self, bad: ImportRun, error: BaseException) -> None:
        self.bad, self.error = Path(bad.upload.path), error

    def read(self, path: Path, *, currency: str, progress: Progress) -> Iterator[ParsedProduct]:
        """Read any other file."""
        if path == self.bad:
            raise self.error
        return own.read(path, currency=currency, progress=progress)


def _picture() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 40), "red").save(buffer, "PNG")
    return buffer.getvalue()


def test_nothing_is_in_the_shop_before_the_word() -> None:
    known = make_variant(product=make_product("Old mug", slug="mug"), sku="M").product
    run = _upload(GOOD + "lamp,Lamp,L,free,,\n")
    assert work_on_imports() == 1
    run.refresh_from_db()
    assert (run.state, run.format, run.preview["rows"]) == (
        "ready",
        "own",
        {"created": 1, "updated": 1, "unchanged": 0, "refused": 1},
    )
    assert [(row["row"], row["outcome"], row["changes"], row["reason"]) for row in run.preview["sample"]] == [
        (2, "updated", ["name", "variants", "prices"], ""),
        (3, "created", [], ""),
        (4, "refused", [], {"code": "price_unreadable", "facts": {"text": "free"}}),
    ]
    assert list(Product.objects.values_list("name_en", flat=True)) == ["Old mug"]
    assert not OutboxEvent.objects.filter(topic="catalog.stock_declared").exists()
    assert not ImportProblem.objects.exists()
    assert work_on_imports() == 0

    start_import(run.pk, actor="anna@example.com")
    assert work_on_imports() == 1
    run.refresh_from_db()
    assert (run.state, run.created_count, run.updated_count, run.refused_count) == ("done", 1, 1, 1)
    known.refresh_from_db()
    assert known.name_en == "Mug"
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        "catalog.upload_import",
        "catalog.start_import",
    ]


def test_a_killed_worker_leaves_what_is_done_and_the_next_one_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(import_batches, "BATCH_SIZE", 2)
    rows = "".join(f"p{number},P {number},S{number},9,1,\n" for number in range(5)) + "bad,Bad,X,free,,\n"
    run = _upload(rows)
    work_on_imports()
    start_import(run.pk, actor="anna@example.com")
    _lose_the_connection_at(4)
    with pytest.raises(OperationalError):
        work_on_imports()
    run.refresh_from_db()
    # Of the second batch nothing is left: neither its products nor the note that they are done.
    assert (run.state, run.done_count, run.created_count) == ("running", 2, 2)
    assert Product.objects.count() == 2

    _keep_the_connection()
    assert work_on_imports() == 1
    run.refresh_from_db()
    assert (run.state, run.done_count, run.created_count, run.refused_count) == ("done", 6, 5, 1)
    assert Product.objects.count() == 5
    assert [problem.row for problem in run.problems.filter(is_refused=True)] == [7]


def test_a_slice_ends_and_the_next_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_batches, "BATCH_SIZE", 1)
    run = _upload(GOOD + "lamp,Lamp,M,7,,\n")
    work_on_imports()
    start_import(run.pk, actor="anna@example.com")
    ended = [import_runs._work_on(ImportRun.objects.get(pk=run.pk), 0.0) for _ in range(3)]
    assert ended == [0, 0, 0]
    assert import_runs._work_on(ImportRun.objects.get(pk=run.pk), 0.0) == 1
    run.refresh_from_db()
    assert (run.state, run.created_count, run.refused_count) == ("done", 2, 1)
    # The SKU that the first slice brought is still known to have come.
    assert run.problems.get(is_refused=True).say_reason() == "the SKU M belongs to the product mug"


def test_only_the_refused_rows_are_tried_again() -> None:
    taken = make_variant(sku="B")
    run = _upload(GOOD)
    work_on_imports()
    start_import(run.pk, actor="anna@example.com")
    work_on_imports()
    assert list(run.problems.filter(is_refused=True).values_list("row", flat=True)) == [3]
    Product.objects.filter(slug="mug").update(name_en="Changed since")
    taken.sku = "B-old"
    taken.save(update_fields=["sku"])

    retry = retry_import(run.pk, actor="anna@example.com")
    work_on_imports()
    retry.refresh_from_db()
    assert (retry.state, retry.row_count, retry.created_count) == ("done", 1, 1)
    assert Product.objects.get(slug="mug").name_en == "Changed since"
    with pytest.raises(NotAllowed, match="No row of this import was refused"):
        retry_import(retry.pk, actor="anna@example.com")


def test_pictures_come_from_the_archive() -> None:
    run = _upload(GOOD, archive=_zip(pictures__mug_dot_png=_picture()))
    work_on_imports()
    run.refresh_from_db()
    assert run.say_failure() == ""
    assert run.preview["warning_count"] == 0
    assert not ProductImage.objects.exists()
    start_import(run.pk, actor="anna@example.com")
    work_on_imports()
    assert ProductImage.objects.get().source_name == "mug.png"


def test_pictures_are_fetched_when_asked_and_a_silent_host_is_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def fetch(url: str) -> bytes:
        asked.append(url)
        if "silent" in url:
            raise PictureSilent("its address does not answer in time")
        return _picture()

    monkeypatch.setattr(import_files, "fetch_picture", fetch)
    monkeypatch.setattr(import_files, "FETCH_THREADS", 1)
    names = "|".join(f"https://silent.example/{number}.png" for number in range(5))
    run = _upload(
        f"mug,Mug,M,9,,https://pictures.example/a/mug.png?v=2\nbowl,Bowl,B,8,,{names}\n",
        options=ImportOptions(fetch_pictures=True),
    )
    work_on_imports()
    assert asked == []
    start_import(run.pk, actor="anna@example.com")
    work_on_imports()
    assert len([url for url in asked if "silent" in url]) == 3
    assert ProductImage.objects.get().source_name == "mug.png"
    assert ImportProblem.objects.get(run=run).say_warnings()[-1] == (
        "picture left out: 4.png: silent.example did not answer 3 times: it is not asked again"
    )


def test_an_address_that_cannot_be_read_costs_its_picture_not_the_import() -> None:
    run = _upload("mug,Mug,M,9,,https://[broken/mug.png\n", options=ImportOptions(fetch_pictures=True))
    work_on_imports()
    start_import(run.pk, actor="anna@example.com")
    work_on_imports()
    run.refresh_from_db()
    assert (run.state, run.say_failure(), run.created_count) == ("done", "", 1)
    assert "picture left out: mug.png" in ImportProblem.objects.get(run=run).say_warnings()[0]


def test_cancelling_keeps_what_is_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_batches, "BATCH_SIZE", 1)
    run = _upload(GOOD)
    work_on_imports()
    start_import(run.pk, actor="anna@example.com")
    import_runs._work_on(ImportRun.objects.get(pk=run.pk), 0.0)
    cancel_import(run.pk, actor="anna@example.com")
    assert work_on_imports() == 0
    run.refresh_from_db()
    assert (run.state, run.created_count, Product.objects.count()) == ("cancelled", 1, 1)
    with pytest.raises(NotAllowed):
        start_import(run.pk, actor="anna@example.com")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"a,b\n1,2\n", "none of the formats"),
        (b"PK\x03\x04 no workbook", "damaged"),
        (b"\x1f\x8b no gzip", "cannot be unpacked"),
        (b"[1,", "no JSON"),
        (b"", "empty"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content: bytes, reason: str) -> None:
    run = keep_upload(
        ContentFile(content, name="x.csv"), archive=None, options=ImportOptions(), actor="anna@example.com"
    )
    assert work_on_imports() == 1
    run.refresh_from_db()
    assert run.state == "failed"
    assert reason in run.say_failure()


def test_a_category_tree_is_checked_and_let_in() -> None:
    run = keep_upload(
        ContentFile(b"Pets\nPets > Dogs\nPets > Dogs > Beds\nPets > Dogs > Beds > Round\n", name="tree.txt"),
        archive=None,
        options=ImportOptions(),
        actor="anna@example.com",
    )
    work_on_imports()
    run.refresh_from_db()
    assert run.preview["rows"] == {"created": 3, "updated": 0, "unchanged": 1, "refused": 0}
    assert run.preview["sample"][3]["warnings"] == [
        {"code": "level_folded", "facts": {"level": 4, "path": "Pets > Dogs > Beds"}}
    ]
    start_import(run.pk, actor="anna@example.com")
    work_on_imports()
    run.refresh_from_db()
    assert (run.state, run.created_count, run.unchanged_count) == ("done", 3, 1)


def test_old_files_are_forgotten_and_the_record_stays(settings: Any) -> None:
    run = _upload(GOOD)
    work_on_imports()
    cancel_import(run.pk, actor="anna@example.com")
    folder = Path(run.upload.path).parent
    assert forget_old_uploads() == 0
    assert forget_old_uploads(at=now() + timedelta(days=settings.IMPORT_KEPT_DAYS + 1)) == 1
    assert not folder.exists()
    assert ImportRun.objects.get().upload.name == ""
    with pytest.raises(NotAllowed, match="not kept"):
        retry_import(run.pk, actor="anna@example.com")


def test_the_file_of_a_failed_import_does_not_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = _upload(GOOD), _upload(GOOD)
    monkeypatch.setitem(feeds.READERS, "own", _Reader(bad, RuntimeError("the decoder gave up")))
    work_on_imports()
    folder = Path(bad.upload.path).parent
    assert [path.name for path in folder.iterdir()] == ["upload.csv"]
    assert forget_old_uploads() == 1
    assert not folder.exists()
    bad.refresh_from_db()
    assert (bad.state, bad.upload.name) == ("failed", "")
    # A retry that failed leaves the file to the run whose rows it tried.
    failed = ImportRun.objects.create(
        state="failed", upload=good.upload.name, retry_of=good, started_at=now()
    )
    assert forget_old_uploads() == 0
    assert Path(failed.upload.path).is_file()


def test_one_import_at_a_time() -> None:
    _upload(GOOD)
    rival = connection.copy()
    with closing(rival), rival.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 1))", [LEASE])
        assert work_on_imports() == 0
        cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 1))", [LEASE])
    assert work_on_imports() == 1


def test_an_error_nobody_thought_of_ends_one_import_not_all(monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = _upload(GOOD), _upload(GOOD)
    monkeypatch.setitem(feeds.READERS, "own", _Reader(bad, RuntimeError("the decoder gave up")))
    assert work_on_imports() == 2
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.state, bad.say_failure()) == ("failed", "The file could not be read (RuntimeError).")
    assert good.state == "ready"


@pytest.mark.parametrize("death", [OperationalError("gone"), SoftTimeLimitExceeded(), SystemExit(9)])
def test_a_file_at_which_the_worker_dies_is_given_up_after_three_starts(
    monkeypatch: pytest.MonkeyPatch, death: BaseException
) -> None:
    bad, good = _upload(GOOD), _upload(GOOD)
    monkeypatch.setitem(feeds.READERS, "own", _Reader(bad, death))
    for _ in range(3):
        with pytest.raises(type(death)):
            work_on_imports()
    assert work_on_imports() == 2
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.state, bad.say_failure()) == ("failed", "The work on this file was cut off 3 times.")
    assert good.state == "ready"


def test_a_start_that_did_a_batch_counts_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_batches, "BATCH_SIZE", 1)
    run = _upload("".join(f"p{number},P {number},S{number},9,1,\n" for number in range(6)))
    ended = [import_runs._work_on(ImportRun.objects.get(pk=run.pk), 0.0) for _ in range(7)]
    assert ended == [0, 0, 0, 0, 0, 0, 1]
    run.refresh_from_db()
    assert (run.state, run.say_failure()) == ("ready", "")


def test_a_picture_that_breaks_its_reader_does_not_hold_up_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    product = make_product()
    for number in range(2):
        name = default_storage.save(f"given/{number}.png", ContentFile(_picture()))
        ProductImage.objects.create(product=product, original=name, position=number)
    store, asked = pictures.store_picture, []

    def break_at_the_first(content: bytes) -> StoredPicture:
        asked.append(content)
        if len(asked) == 1:
            raise RuntimeError("the decoder gave up")
        return store(content)

    monkeypatch.setattr(pictures, "store_picture", break_at_the_first)
    assert pictures.render_missing_pictures() == 1
    assert ProductImage.objects.order_by("pk")[0].checksum == "refused"
