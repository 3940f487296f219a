"""Accounts and groups, for superusers; tokens are their owners' and nobody's else, so they are not shown here."""

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import Model
from django.http import HttpRequest

admin.site.unregister([User, Group])


class SuperusersOnly:
    """Whoever may change accounts could make themselves a superuser, so only superusers may."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Show it to superusers."""
        return bool(request.user.is_active and getattr(request.user, "is_superuser", False))

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Let superusers look."""
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let superusers add."""
        return self.has_module_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Let superusers change."""
        return self.has_module_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Let superusers delete."""
        return self.has_module_permission(request)


@admin.register(User)
class PeopleAdmin(SuperusersOnly, UserAdmin):  # type: ignore[type-arg]
    """Accounts."""


@admin.register(Group)
class GroupsAdmin(SuperusersOnly, GroupAdmin):
    """Groups of accounts."""
