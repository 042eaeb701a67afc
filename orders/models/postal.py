"""The postal fields that carts and orders share."""

from django.db import models


class PostalFields(models.Model):
    """Where a parcel goes; checked by `shop.accounts.domain.postal` before it is stored."""

    first_name = models.CharField(max_length=100, blank=True)
    last_name = models.CharField(max_length=100, blank=True)
    line1 = models.CharField(max_length=200, blank=True)
    line2 = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=100, blank=True)
    region = models.CharField(max_length=100, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=2, blank=True)
    phone = models.CharField(max_length=32, blank=True)

    class Meta:
        abstract = True


POSTAL_FIELDS = (
    "first_name",
    "last_name",
    "line1",
    "line2",
    "city",
    "region",
    "postal_code",
    "country",
    "phone",
)
