"""Users in the back office."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from shop.accounts.models import User

admin.site.unregister(Group)
# Told by the person's own page, or kept for machines to read.
for model in (EmailAddress, AccessAttempt, AccessFailureLog, AccessLog):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


@admin.register(Group)
class RoleAdmin(GroupAdmin, ModelAdmin):
    """Roles; their permissions come from the settings and are shown, not edited, here."""

    def has_change_permission(self, request: object, obj: object = None) -> bool:
        """Roles are changed in the settings, where the change is reviewed."""
        return False

    def has_add_permission(self, request: object) -> bool:
        """See above."""
        return False

    def has_delete_permission(self, request: object, obj: object = None) -> bool:
        """See above."""
        return False


@admin.register(User)
class AccountAdmin(UserAdmin[User], ModelAdmin):
    """Shoppers and operators."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    ordering = ("email",)
    list_display = ("email", "name", "is_staff", "is_active", "joined_at")
    list_filter = ("is_staff", "is_active", "groups")
    search_fields = ("email", "name")
    readonly_fields = ("joined_at", "last_login")
    filter_horizontal = ("groups",)
    fieldsets = (
        (None, {"fields": ("email", "name", "language", "password")}),
        (_("Back office"), {"fields": ("is_active", "is_staff", "groups")}),
        (_("History"), {"fields": ("joined_at", "last_login")}),
    )
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("email", "password1", "password2")}),)


@admin.register(AccessAttempt)
class RefusedSignInAdmin(ModelAdmin):
    """Failed sign-ins that are being counted; deleting a row lets its person try again at once."""

    list_display = ("attempt_time", "username", "ip_address", "failures_since_start")
    search_fields = ("username", "ip_address")
    fields = ("attempt_time", "username", "ip_address", "user_agent", "failures_since_start")
    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: object) -> bool:
        """Attempts are counted, not typed."""
        return False

    def has_change_permission(self, request: object, obj: object = None) -> bool:
        """See above."""
        return False
