"""Saved postal addresses."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shop.accounts.domain.postal import PostalAddress


class PostalFields(models.Model):
    """The columns of a postal address, the same on carts, orders and saved addresses."""

    first_name = models.CharField(_("first name"), max_length=80, blank=True, default="")
    last_name = models.CharField(_("last name"), max_length=80, blank=True, default="")
    line1 = models.CharField(_("street and number"), max_length=120, blank=True, default="")
    line2 = models.CharField(_("more of the address"), max_length=120, blank=True, default="")
    city = models.CharField(_("city"), max_length=80, blank=True, default="")
    region = models.CharField(_("region"), max_length=80, blank=True, default="")
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True, default="")
    country = models.CharField(_("country"), max_length=2, blank=True, default="")
    phone = models.CharField(_("telephone"), max_length=30, blank=True, default="")

    class Meta:
        abstract = True

    @property
    def postal_address(self) -> PostalAddress:
        """The columns as one value."""
        return PostalAddress(**{name: getattr(self, name) for name in PostalAddress.field_names()})

    def fill_address(self, address: PostalAddress) -> None:
        """Take over every field of an address; the caller saves."""
        for name in PostalAddress.field_names():
            setattr(self, name, getattr(address, name))


class Address(PostalFields):
    """An address that a user saved, for the next order."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="addresses")
    label = models.CharField(_("label"), max_length=40, blank=True, default="")
    is_default = models.BooleanField(_("use first"), default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(is_default=True),
                name="address_one_default",
            ),
        )
        ordering = ("-is_default", "pk")
        verbose_name_plural = "addresses"

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}, {self.line1}, {self.city}"
