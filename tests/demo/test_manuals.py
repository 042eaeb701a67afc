"""The demo shop's manuals are real PDF files, and products get them once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from catalog.models import Product, ProductDocument, Variant
from shop.demo.services.goods import load_products, read_rows
from shop.demo.services.leaflets import write_leaflet
from shop.demo.services.manuals import load_manuals


def test_every_object_of_a_leaflet_is_where_its_table_says() -> None:
    leaflet = write_leaflet("Hearth & Vale", "Care (daily)", "Äpfel", [("Oil it", "word " * 60)])
    assert leaflet.startswith(b"%PDF-1.4\n")
    table = int(re.search(rb"startxref\n(\d+)\n%%EOF\n$", leaflet)[1])  # type: ignore[index]  # found, or the test fails
    assert leaflet[table:].startswith(b"xref\n0 8\n")
    places = [int(place) for place in re.findall(rb"(\d{10}) 00000 n ", leaflet)]
    assert [leaflet[place : place + 7] for place in places] == [b"%d 0 obj" % one for one in range(1, 8)]
    length = int(re.search(rb"/Length (\d+)", leaflet)[1])  # type: ignore[index]  # found, or the test fails
    assert leaflet.split(b"stream\n", 1)[1][length:].startswith(b"\nendstream")
    assert b"(Care \\(daily\\))" in leaflet
    assert leaflet.count(b"/R 11 Tf") == 4


@pytest.mark.django_db
def test_products_get_their_manual_once_and_keep_all_else(
    settings: Settings, tmp_path: Path, client: Client
) -> None:
    settings.MEDIA_ROOT = tmp_path
    load_products(read_rows(("kestrel-chefs-knife", "long-grain-board", "plain-supper-plate")))
    before = list(Variant.objects.order_by("pk").values("sku", "is_active"))
    words = Product.objects.order_by("pk").values("name_zh_hans", "description_en", "is_featured", "status")
    kept = list(words)
    assert (load_manuals(), load_manuals()) == (2, 0)
    assert list(Variant.objects.order_by("pk").values("sku", "is_active")) == before
    assert list(words) == kept
    told = ProductDocument.objects.order_by("product__slug").values_list("product__slug", "kind", "title_en")
    assert list(told) == [
        ("kestrel-chefs-knife", "manual", "Keeping the knife sharp"),
        ("long-grain-board", "manual", "Caring for the board"),
    ]
    page = client.get("/p/kestrel-chefs-knife/").content.decode()
    (link,) = re.findall(r'href="(/documents/[^"]+)"', page)
    answer = client.get(link)
    assert (answer.headers["Content-Type"], answer.getvalue()[:5]) == ("application/pdf", b"%PDF-")
