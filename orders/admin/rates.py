"""Where we deliver, for how much, and what the state takes."""

from django.contrib import admin
from unfold.admin import ModelAdmin, TabularInline

from orders.models import ShippingMethod, ShippingRate, ShippingZone, TaxRate


class MethodInline(TabularInline):
    """The zone's ways of delivery."""

    model = ShippingMethod
    fields = ("code", "name", "name_zh_hans", "days_from", "days_to")
    extra = 0
    show_change_link = True


class RateInline(TabularInline):
    """The method's prices by currency and weight."""

    model = ShippingRate
    extra = 0


@admin.register(ShippingZone)
class ShippingZoneAdmin(ModelAdmin):
    """Countries that are delivered to alike."""

    list_display = ("name", "countries")
    inlines = (MethodInline,)


@admin.register(ShippingMethod)
class ShippingMethodAdmin(ModelAdmin):
    """A way of delivery in a zone."""

    list_display = ("name", "code", "zone", "days_from", "days_to")
    list_select_related = ("zone",)
    inlines = (RateInline,)


@admin.register(TaxRate)
class TaxRateAdmin(ModelAdmin):
    """Tax by destination."""

    list_display = ("country", "region", "name", "percent", "applies_to_shipping")
    list_filter = ("country",)
