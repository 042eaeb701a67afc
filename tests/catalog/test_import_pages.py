from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from catalog.admin.imports import STATE_LABELS
from catalog.domain.import_states import ImportState
from catalog.domain.reasons import Reason
from catalog.gateways.feeds import read_products
from catalog.models import ImportProblem, ImportRun, PriceListItem, Product
from catalog.services.imports.runs import work_on_imports
from shop.accounts.models import User
from shop.kernel.clock import now
from shop.kernel.models import AuditEntry
from tests.factories.catalog import make_product, make_variant

pytestmark = pytest.mark.django_db
CSV = "handle,name_en,sku,price_eur\nmug,Mug,M,9\n=cmd,Evil,E,free\n"
ADD = "admin:catalog_importrun_add"


@pytest.fixture(autouse=True)
def _uploads(settings: Any, tmp_path: Path) -> None:
    settings.IMPORTS_ROOT = str(tmp_path / "imports")


@pytest.fixture
def operator(client: Client) -> Client:
    user = get_user_model().objects.create_superuser(email="anna@example.com", password="Sturdy-Kettle-9")
    client.force_login(user)
    return client


def _post(client: Client, content: bytes = CSV.encode(), name: str = "goods.csv", **extra: Any) -> Any:
    form = {"file": SimpleUploadedFile(name, content), "currency": "EUR", **extra}
    return client.post(reverse(ADD), form)


def _page(client: Client, run: ImportRun, name: str = "change") -> Any:
    return client.get(reverse(f"admin:catalog_importrun_{name}", args=[run.pk]))


def test_the_form_says_what_becomes_of_stock_and_pictures_that_are_not_told(operator: Client) -> None:
    page = operator.get(reverse(ADD)).content.decode()
    assert "Otherwise only pictures of the ZIP come along." in page
    assert "Left empty, they come in sold out." in page


@pytest.mark.parametrize(("rows", "is_alarming"), [("mug,Mug,M,9\n", False), ("mug,Mug,M,free\n", True)])
def test_only_refused_rows_are_marked(operator: Client, rows: str, *, is_alarming: bool) -> None:
    _post(operator, f"handle,name_en,sku,price_eur\n{rows}".encode())
    work_on_imports()
    page = _page(operator, ImportRun.objects.get()).content.decode()
    assert ("import-count--refused" in page) is is_alarming


def test_from_upload_to_mended_rows(operator: Client) -> None:
    response = _post(operator)
    run = ImportRun.objects.get()
    assert response["Location"] == reverse("admin:catalog_importrun_change", args=[run.pk])
    waiting = _page(operator, run).content.decode()
    assert 'hx-trigger="every 2s"' in waiting
    assert "Import now" not in waiting
    assert _page(operator, run, "progress").status_code == 200

    work_on_imports()
    checked = _page(operator, run)
    assert "Import now" in checked.content.decode()
    assert "“free” is not a price" in checked.content.decode()
    # The answer that ends the asking.
    assert _page(operator, run, "progress").status_code == 286
    assert not Product.objects.exists()

    operator.post(reverse("admin:catalog_importrun_start", args=[run.pk]))
    work_on_imports()
    done = _page(operator, run).content.decode()
    assert "Try the refused rows again" in done
    assert 'hx-trigger="every 2s"' not in done
    response = _page(operator, run, "problems")
    rows = list(csv.reader(io.StringIO(response.getvalue().decode("utf-8-sig"))))
    assert rows == [
        ["row", "product", "outcome", "reason", "warnings"],
        ["3", "'=cmd", "refused", "“free” is not a price", ""],
    ]
    operator.post(reverse("admin:catalog_importrun_retry", args=[run.pk]))
    assert ImportRun.objects.order_by("-pk")[0].retry_of_id == run.pk


def _zip(name: str) -> SimpleUploadedFile:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, b"x")
    return SimpleUploadedFile("pictures.zip", buffer.getvalue())


@pytest.mark.parametrize(
    ("given", "field", "message"),
    [
        ({"name": "goods.exe"}, "file", "Choose a file that ends in"),
        ({"content": b""}, "file", "empty"),
        ({"archive": SimpleUploadedFile("a.zip", b"no archive")}, "archive", "no ZIP file"),
        ({"archive": _zip("../evil.png")}, "archive", "outside itself"),
        ({"archive": _zip("readme.exe")}, "archive", "no picture and no document"),
        ({"currency": "XXX"}, "currency", "not one of the available choices"),
        ({"assumed_stock": "-1"}, "assumed_stock", "greater than or equal to 0"),
    ],
)
def test_what_cannot_come_in_names_its_field(
    operator: Client, given: dict[str, Any], field: str, message: str
) -> None:
    response = _post(operator, **given)
    assert response.status_code == 200
    assert message in str(response.context["form"].errors[field])
    assert not ImportRun.objects.exists()


def test_a_file_that_is_too_large_is_refused(operator: Client, settings: Any) -> None:
    settings.IMPORT_MOST_MEGABYTES = 0
    assert "larger than 0 MB" in str(_post(operator).context["form"].errors["file"])


def test_cancelling_and_starting_too_late(operator: Client) -> None:
    _post(operator)
    run = ImportRun.objects.get()
    operator.post(reverse("admin:catalog_importrun_cancel", args=[run.pk]))
    response = operator.post(reverse("admin:catalog_importrun_start", args=[run.pk]), follow=True)
    assert "“Cancelled” cannot become “Running”." in response.content.decode()
    run.refresh_from_db()
    assert run.state == "cancelled"


def test_who_may_not_import_may_not(client: Client) -> None:
    user = User.objects.create_user(email="bo@example.com", password="Sturdy-Kettle-9", is_staff=True)
    client.force_login(user)
    run = ImportRun.objects.create(file_name="x.csv", started_at="2026-01-01T00:00Z")
    assert client.get(reverse(ADD)).status_code == 403
    assert _post(client).status_code == 403
    for name in ("change", "progress", "problems"):
        assert _page(client, run, name).status_code == 403
    for name in ("start", "cancel", "retry"):
        assert client.post(reverse(f"admin:catalog_importrun_{name}", args=[run.pk])).status_code == 403
        assert client.get(reverse(f"admin:catalog_importrun_{name}", args=[run.pk])).status_code in {403, 405}


PRICES = b"list,currency,tier,sku,price\nvip,EUR,gold,M,5\nvip,,,X,5\n"


def test_prices_are_shown_before_and_after_and_marked(operator: Client) -> None:
    make_variant(sku="M", price="19.90")
    _post(operator, PRICES, "prices.csv")
    run = ImportRun.objects.get()
    work_on_imports()
    page = _page(operator, run).content.decode()
    for told in ("€5.00", "it is 74.9 % off the base price, more than 30 %", "sku: there is no article X."):
        assert told in page
    operator.post(reverse("admin:catalog_importrun_start", args=[run.pk]))
    work_on_imports()
    assert PriceListItem.objects.get().amount == 5


def test_who_keeps_no_prices_lets_none_in(client: Client) -> None:
    user = User.objects.create_user(email="bo@example.com", password="Sturdy-Kettle-9", is_staff=True)
    names = ("view_importrun", "add_importrun", "change_price")
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(user)
    make_variant(sku="M", price="19.90")
    _post(client, PRICES, "prices.csv")
    run = ImportRun.objects.get()
    work_on_imports()
    assert "Import now" not in _page(client, run).content.decode()
    for name in ("start", "retry"):
        assert client.post(reverse(f"admin:catalog_importrun_{name}", args=[run.pk])).status_code == 403
    run.refresh_from_db()
    assert run.state == "ready"


def test_reasons_are_said_in_the_language_of_the_reader(operator: Client) -> None:
    run = ImportRun.objects.create(file_name="x.csv", started_at="2026-01-01T00:00Z")
    told = Reason("text_long", count=5).to_json()
    ImportProblem.objects.create(run=run, row=2, product="p", is_refused=True, told=told)
    ImportProblem.objects.create(run=run, row=3, product="q", is_refused=True, reason="kept as words")
    for language in ("en", "zh-hans"):
        with override(language):
            words = Reason("text_long", count=5).say()
        operator.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        page = _page(operator, run).content.decode()
        assert words in page
        assert "kept as words" in page
        rows = b"".join(_page(operator, run, "problems")).decode()
        assert words in rows


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_the_same_queries_for_any_rows(
    operator: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    run = ImportRun.objects.create(file_name="x.csv", started_at="2026-01-01T00:00Z")
    for row in range(count):
        ImportProblem.objects.create(run=run, row=row, product="p", is_refused=True, reason="no")
    _page(operator, run)
    with django_assert_num_queries(4):
        assert _page(operator, run).status_code == 200


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_chosen_products_are_downloaded(operator: Client, kind: str, tmp_path: Path) -> None:
    bowl = make_variant(product=make_product("Bowl", slug="bowl")).product
    make_variant(product=make_product("Mug", slug="mug"))
    response = operator.post(
        reverse("admin:catalog_product_changelist"),
        {"action": f"export_{kind}", "_selected_action": [bowl.pk]},
    )
    assert response["Content-Disposition"].endswith(f'.{kind}"')
    path = tmp_path / f"out.{kind}"
    path.write_bytes(response.getvalue())
    (product,) = read_products(path, currency="EUR", progress=lambda _done, _size: None)
    assert product.key == "bowl"
    entry = AuditEntry.objects.get(action="catalog.export_products")
    assert entry.facts == {"kind": kind, "products": 1}


def test_every_state_is_told_in_words(operator: Client) -> None:
    assert STATE_LABELS.keys() == set(ImportState)
    ImportRun.objects.create(file_name="x.csv", state="cancelled", started_at=now())
    with override("zh-hans"):
        page = operator.get(
            reverse("admin:catalog_importrun_changelist"), headers={"Accept-Language": "zh-hans"}
        )
    assert "已取消" in page.content.decode()


@pytest.mark.parametrize("key", ["9" * 5000, "9" * 19, "0"])
@pytest.mark.parametrize("page", ["change/", "progress/", "problems.csv"])
def test_a_key_that_is_none_is_not_found(operator: Client, key: str, page: str) -> None:
    assert operator.get(f"/admin/catalog/importrun/{key}/{page}", follow=True).status_code == 404
