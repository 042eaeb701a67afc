"""Pictures that operators upload: cleaned and sized by a job."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import modelform_factory
from django.utils.datastructures import MultiValueDict
from PIL import Image

from catalog.admin.product_parts import PictureForm
from catalog.models import ProductImage
from catalog.services.pictures import render_missing_pictures
from tests.factories.catalog import make_product

pytestmark = pytest.mark.django_db
PLACE = Image.Exif()
PLACE[0x010E] = "taken at home, 52.3676 N 4.9041 E"


def draw(color: str, *, exif: Image.Exif | None = None) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 40), color).save(buffer, "JPEG", exif=exif or Image.Exif())
    return buffer.getvalue()


def upload(color: str) -> ProductImage:
    name = default_storage.save("products/IMG_0001.jpg", ContentFile(draw(color, exif=PLACE)))
    return ProductImage.objects.create(product=make_product(), original=name)


def test_a_cleaned_picture_leaves_no_file_that_tells_where_it_was_taken() -> None:
    image = upload("red")
    uploaded = image.original.name or ""
    assert render_missing_pictures() == 1
    image.refresh_from_db()
    assert not default_storage.exists(uploaded)
    with default_storage.open(image.original.name or "") as file:
        assert b"52.3676" not in file.read()


def test_a_file_that_two_pictures_name_stays_for_the_second() -> None:
    first = upload("blue")
    second = ProductImage.objects.create(product=first.product, original=first.original.name)
    assert render_missing_pictures() == 2
    first.refresh_from_db()
    second.refresh_from_db()
    assert (second.checksum, second.original.name) == (first.checksum, first.original.name)


def test_another_file_for_a_picture_is_cleaned_and_sized_too() -> None:
    image = upload("green")
    render_missing_pictures()
    image.refresh_from_db()
    old = image.renditions
    form_class = modelform_factory(ProductImage, form=PictureForm, fields=("original",))
    given = SimpleUploadedFile("IMG_0002.jpg", draw("white", exif=PLACE), content_type="image/jpeg")
    form = form_class({}, MultiValueDict({"original": [given]}), instance=image)
    assert form.is_valid(), form.errors
    uploaded = form.save().original.name or ""
    assert render_missing_pictures() == 1
    image.refresh_from_db()
    assert (image.renditions != old, image.color) == (True, "#ffffff")
    assert not default_storage.exists(uploaded)


def test_a_refused_file_does_not_stay(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    name = default_storage.save("products/IMG_0001.jpg", ContentFile(draw("red", exif=PLACE)[:300]))
    first, second = (ProductImage.objects.create(product=make_product(), original=name) for _number in "12")
    assert render_missing_pictures() == 0
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    for image in (first, second):
        image.refresh_from_db()
        assert (image.original.name, image.checksum, image.renditions) == ("", "refused", {})
    form_class = modelform_factory(ProductImage, form=PictureForm, fields=("original", "alt"))
    assert form_class({"alt": "A cup"}, instance=first).is_valid()
    assert not form_class({"alt": "A cup"}).is_valid()
