"""Links that show a draft: signed, and good for a week."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from catalog.models import Product

_SALT = "catalog.preview"
VALID = timedelta(days=7)


def build_preview_url(product: Product) -> str:
    """Return the address that shows this product to whoever has it, for a week, whatever its status."""
    token = signing.dumps(product.pk, salt=_SALT)
    return f"{settings.SITE_URL}{reverse('catalog:preview', kwargs={'token': token})}"


def read_preview_token(token: str) -> str | None:
    """Return the slug that a link is for, or None when it is forged, expired or its product gone. One query."""
    try:
        product_id = signing.loads(token, salt=_SALT, max_age=VALID)
    except signing.BadSignature:
        return None
    return Product.objects.filter(pk=product_id).values_list("slug", flat=True).first()
