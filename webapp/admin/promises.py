"""Promises in the admin: what was accepted unseen, by whom and on which terms, and the audits that stand behind it."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest

from annotation.models import Acceptance, AuditDraw, Sample
from webapp.admin.filters import AcceptanceFilter, ModelVersionFilter, ProjectFilter, SampleProjectFilter
from webapp.admin.tables import ReadOnlyAdmin


@admin.register(Acceptance)
class AcceptanceAdmin(ReadOnlyAdmin):
    """Pre-labels that were accepted by promise."""

    list_display = [
        "number", "project", "model_version", "kind", "promised", "from_confidence", "accepted", "still_counting",
        "checked", "state", "accepted_by", "created_at", "rolled_back_at",
    ]  # fmt: skip
    list_filter = [ProjectFilter, ModelVersionFilter, "state", "kind", "created_at"]
    list_select_related = ["project", "model_version", "accepted_by"]
    search_fields = ["project__name", "accepted_by__username", "rolled_back_by__username", "reason"]
    search_help_text = "Project, who accepted or took back, or the reason"
    readonly_fields = ["still_counting"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Count beside each how many of its labels nobody has changed or taken back."""
        counts = Q(annotations__current=True, annotations__verdict="label")
        counts &= Q(annotations__sample__answer=F("annotations__pk"))
        return super().get_queryset(request).annotate(counting=Count("annotations", filter=counts))

    @admin.display(description="No.", ordering="pk")
    def number(self, row: Acceptance) -> int:
        """Show the number that the API knows it by."""
        return row.pk

    @admin.display(description="Errors promised", ordering="bound")
    def promised(self, row: Acceptance) -> str:
        """Show the bound."""
        return f"at most {row.bound:.1%}"

    @admin.display(description="From confidence", ordering="threshold")
    def from_confidence(self, row: Acceptance) -> str:
        """Show the threshold."""
        return f"{row.threshold:.1%}"

    @admin.display(description="Still counting", ordering="counting")
    def still_counting(self, row: Acceptance) -> int:
        """Show how many were not taken back."""
        return int(getattr(row, "counting", 0))

    @admin.display(description="Wrong of checked", ordering="checks")
    def checked(self, row: Acceptance) -> str:
        """Show what its audits had found at the last look."""
        return f"{row.errors:.3g} of {row.checks}" if row.checks else "none yet"


@admin.register(AuditDraw)
class AuditDrawAdmin(ReadOnlyAdmin):
    """Audits that are answered; those that wait stay out, since how they were drawn tells what the model thinks."""

    project_path = "sample__project"
    list_display = ["sample", "project", "kind", "chance", "pool", "label", "acceptance", "opinions", "drawn_at"]
    list_filter = [SampleProjectFilter, "kind", AcceptanceFilter, "opinions", "drawn_at"]
    list_select_related = ["sample__project", "sample__answer__label", "acceptance__model_version"]
    search_fields = ["sample__project__name", "sample__index", "sample__answer__author__username"]
    search_help_text = "Project, number of the tile, or who labelled it"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave out audits that wait."""
        waiting = [Sample.State.OPEN, Sample.State.UNSURE]
        return super().get_queryset(request).exclude(sample__state__in=waiting)

    @admin.display(description="Project", ordering="sample__project__name")
    def project(self, row: AuditDraw) -> str:
        """Show the project."""
        return str(row.sample.project)

    @admin.display(description="Chance", ordering="probability")
    def chance(self, row: AuditDraw) -> str:
        """Show with which probability any draw took it."""
        return f"{row.probability:.2%}"

    @admin.display(description="Label now")
    def label(self, row: AuditDraw) -> str:
        """Show the label that counts."""
        return str(row.sample.answer.label) if row.sample.answer else ""
