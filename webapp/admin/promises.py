"""Promises in the admin: what was accepted unseen, by whom and on which terms, and the audits that stand behind it."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from annotation.models import Acceptance, AuditDraw
from annotation.models.blindness import blind
from annotation.models.projects import PromiseKind
from webapp.admin.filters import AcceptanceFilter, ModelVersionFilter, ProjectFilter, SampleProjectFilter
from webapp.admin.tables import ReadOnlyAdmin


@admin.register(Acceptance)
class AcceptanceAdmin(ReadOnlyAdmin):
    """Pre-labels that were accepted by promise."""

    list_display = ["number", "project", "version", "terms", "labels", "checked", "state", "who_and_when"]
    list_filter = [ProjectFilter, ModelVersionFilter, "state", "kind", "created_at"]
    list_select_related = ["project", "model_version", "accepted_by"]
    search_fields = ["project__name", "accepted_by__username", "rolled_back_by__username", "reason"]
    search_help_text = "Project, who accepted or took back, or the reason"
    readonly_fields = ["still_counting", "created_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Count beside each how many of its labels nobody has changed or taken back."""
        counts = Q(annotations__current=True, annotations__verdict="label")
        counts &= Q(annotations__sample__answer=F("annotations__pk"))
        rows: QuerySet[Any] = super().get_queryset(request).annotate(counting=Count("annotations", filter=counts))
        return rows

    @admin.display(description="No.", ordering="pk")
    def number(self, row: Acceptance) -> int:
        """Show the number that the API knows it by."""
        return row.pk

    @admin.display(description="Version", ordering="model_version__number")
    def version(self, row: Acceptance) -> int:
        """Show the number of the model version."""
        return row.model_version.number

    @admin.display(description="Terms", ordering="bound")
    def terms(self, row: Acceptance) -> str:
        """Show the bound, its kind and the threshold."""
        kind = "on average" if row.kind == PromiseKind.AVERAGE else "in 90% of such decisions"
        return f"at most {row.bound:.1%} errors {kind}; accepted from {row.threshold:.1%} sure"

    @admin.display(description="Labels", ordering="accepted")
    def labels(self, row: Acceptance) -> str:
        """Show how many were accepted, and how many of them nobody changed or took back."""
        return f"{self.still_counting(row)} of {row.accepted} count"

    @admin.display(description="Labels that still count")
    def still_counting(self, row: Acceptance) -> int:
        """Count those that nobody changed or took back."""
        return int(getattr(row, "counting", 0))

    @admin.display(description="Wrong", ordering="checks")
    def checked(self, row: Acceptance) -> str:
        """Show what its audits had found at the last look."""
        return f"{row.errors:.3g} of {row.checks}" if row.checks else "not checked"

    @admin.display(description="Accepted by", ordering="created_at")
    def who_and_when(self, row: Acceptance) -> str:
        """Show who accepted, and when."""
        return f"{row.accepted_by}, {timezone.localtime(row.created_at):%Y-%m-%d %H:%M}"


@admin.register(AuditDraw)
class AuditDrawAdmin(ReadOnlyAdmin):
    """Audits that are answered; those that wait stay out, since how they were drawn tells what the model thinks."""

    project_path = "sample__project"
    list_display = ["sample", "project", "kind", "chance", "pool", "label", "acceptance", "drawn_at"]
    list_filter = [SampleProjectFilter, "kind", AcceptanceFilter, "opinions", "drawn_at"]
    list_select_related = ["sample__project", "sample__answer__label", "acceptance__model_version"]
    search_fields = ["sample__project__name", "sample__index", "sample__answer__author__username"]
    search_help_text = "Project, number of the tile, or who labelled it"
    readonly_fields = ["label", "drawn_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave out audits that wait."""
        return super().get_queryset(request).exclude(blind("sample"))

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
