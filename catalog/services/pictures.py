"""Pictures of products: rendering what came in, keeping listings in step."""

from __future__ import annotations

import structlog
from django.core.files.storage import default_storage

from catalog.domain.errors import PictureRefused
from catalog.gateways.pictures import StoredPicture, store_picture
from catalog.models import ProductImage
from catalog.services.listings import refresh_listings
from catalog.services.quality import refresh_quality
from shop.kernel.transactions import transactional

log = structlog.get_logger(__name__)
BATCH_SIZE = 20
REFUSED = "refused"
"""Stands as the checksum of a picture that cannot be shown."""


def render_missing_pictures() -> int:
    """Make the sizes of pictures that were uploaded and have none yet; returns how many are done.

    Opens no transaction while it works; one per picture to record the result. May run twice: files are named by content.
    """
    done = 0
    waiting = ProductImage.objects.filter(renditions={}, checksum="").exclude(original="").order_by("pk")
    for image in waiting[:BATCH_SIZE]:
        try:
            with default_storage.open(image.original.name or "") as file:
                stored = store_picture(file.read())
        except PictureRefused as error:
            log.warning("picture.refused", image=image.pk, reason=str(error))
            _refuse(image)
            continue
        except (OSError, ValueError, RuntimeError) as error:
            log.warning("picture.failed", image=image.pk, reason=str(error))
            # Marked as looked at, so that it is not tried for ever; the page shows none of it.
            ProductImage.objects.filter(pk=image.pk).update(checksum=REFUSED)
            continue
        record_picture(image.pk, stored=stored)
        _forget_upload(image.original.name or "")
        done += 1
    return done


def _refuse(image: ProductImage) -> None:
    """Mark it as looked at, without its file: the name is free then, and a later upload of that name is not shared."""
    name = image.original.name or ""
    ProductImage.objects.filter(pk=image.pk).update(original="", checksum=REFUSED)
    _forget_upload(name)


def _forget_upload(name: str) -> None:
    """Delete the file that came in, for its metadata tell where and by whom it was taken; unless a picture is it."""
    if not ProductImage.objects.filter(original=name).exists():
        default_storage.delete(name)


@transactional
def record_picture(image_id: int, *, stored: StoredPicture) -> None:
    """Write what was rendered and rebuild the product's listings. Repeatable."""
    images = ProductImage.objects.filter(pk=image_id)
    images.update(
        original=stored.original,
        width=stored.width,
        height=stored.height,
        color=stored.color,
        checksum=stored.checksum,
        renditions=stored.renditions,
    )
    product_ids = list(images.values_list("product_id", flat=True))
    refresh_listings(product_ids)
    refresh_quality(product_ids)
