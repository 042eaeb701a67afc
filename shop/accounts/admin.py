"""Users in the back office."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group
from django.db.models import Field, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSelectWidget

from shop.accounts.domain.roles import describe_role
from shop.accounts.models import User
from shop.kernel.audit import record_audit
from shop.kernel.back_office import read_key

admin.site.unregister(Group)
# Told by the person's own page, or kept for machines to read.
for model in (EmailAddress, AccessAttempt, AccessFailureLog, AccessLog):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


@admin.register(Group)
class RoleAdmin(GroupAdmin, ModelAdmin):
    """Roles; their permissions come from the settings and are shown, not edited, here."""

    list_display = ("role",)
    fields = ("role", "rights")
    readonly_fields = fields

    @display(description=_("role"), ordering="name")
    def role(self, group: Group) -> str:
        """In the reader's language."""
        return describe_role(group.name)

    @display(description=_("permissions"))
    def rights(self, group: Group) -> str:
        """All of them, with the kinds of rows that they are about at once: the owner has hundreds."""
        return ", ".join(str(right) for right in group.permissions.select_related("content_type"))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Its title is the role in words, too."""
        group = Group.objects.filter(pk=read_key(object_id)).first()
        words = {"subtitle": describe_role(group.name)} if group else {}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **words})

    def has_change_permission(self, request: object, obj: object = None) -> bool:
        """Roles are changed in the settings, where the change is reviewed."""
        return False

    def has_add_permission(self, request: object) -> bool:
        """See above."""
        return False

    def has_delete_permission(self, request: object, obj: object = None) -> bool:
        """See above."""
        return False


class RoleField(forms.ModelMultipleChoiceField[Group]):
    """Roles to tick, in words."""

    def label_from_instance(self, obj: Group) -> str:
        """In the reader's language."""
        return describe_role(obj.name)


class RoleFilter(admin.RelatedFieldListFilter):
    """People by role, in words."""

    def field_choices(
        self, field: Field[Any, Any], request: HttpRequest, model_admin: admin.ModelAdmin[Any]
    ) -> list[tuple[str, Any]]:
        """In the reader's language."""
        return [(str(group.pk), describe_role(group.name)) for group in Group.objects.order_by("name")]


class AccountForm(UserChangeForm):
    """A person, with what may be chosen as choices."""

    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, widget=UnfoldAdminSelectWidget()
    )
    groups = RoleField(
        label=_("Roles"),
        queryset=Group.objects.order_by("name"),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        help_text=_("What an operator sees and may do: the roles together. Only operators need one."),
    )


@admin.register(User)
class AccountAdmin(UserAdmin[User], ModelAdmin):
    """Shoppers and operators."""

    form = AccountForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    ordering = ("email",)
    list_display = ("email", "name", "is_staff", "is_active", "joined_at")
    list_filter = ("is_staff", "is_active", ("groups", RoleFilter))
    search_fields = ("email", "name")
    readonly_fields = ("joined_at", "last_login")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("email", "name", "language", "password")}),
        (_("Back office"), {"fields": ("is_active", "is_staff", "groups")}),
        (_("History"), {"fields": ("joined_at", "last_login")}),
    )
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("email", "password1", "password2")}),)

    def log_addition(self, request: HttpRequest, obj: User, message: Any) -> LogEntry:
        """Who may do what is the most that can be given away: it stands in the audit, not only in Django's log."""
        _audit_user(request, obj, action="accounts.add_user")
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: User, message: Any) -> LogEntry:
        """As above; a new password comes this way, too."""
        _audit_user(request, obj, action="accounts.change_user")
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[User]) -> Any:
        """As above."""
        for user in queryset:
            _audit_user(request, user, action="accounts.delete_user")
        return super().log_deletions(request, queryset)


def _audit_user(request: HttpRequest, user: User, *, action: str) -> None:
    record_audit(
        str(request.user),
        action=action,
        target=f"user:{user.email}",
        is_active=user.is_active,
        is_staff=user.is_staff,
        roles=sorted(user.groups.values_list("name", flat=True)),
    )


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
