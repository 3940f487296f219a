"""The admin site: reviewers decide on suggestions, everybody on the staff looks at what their projects hold.

What a person sees follows from roles in projects, not from Django's permissions: staff see the projects in which they
review, superusers see all. History is read-only for everybody, and accounts are for superusers alone.
"""

from django.contrib import admin

from webapp.admin import accounts, promises, suggestions, tables

__all__ = ["accounts", "promises", "suggestions", "tables"]

admin.site.site_header = admin.site.site_title = "Terrascribe"
