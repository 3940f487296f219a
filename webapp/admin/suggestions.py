"""Suggestions in the admin: seen with their tiles, filtered, and accepted, corrected or rejected in bulk."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html

from annotation import review
from annotation.errors import AnnotationError
from annotation.models import Project, Review, Suggestion
from annotation.tasks import Value
from webapp.admin.filters import ClassFilter, ConfidenceFilter, ModelVersionFilter, SampleProjectFilter
from webapp.admin.tables import ReadOnlyAdmin
from webapp.tasks import dispatch_on_commit

MOST_AT_ONCE = 500  # suggestions in one transaction
REASONS_SHOWN = 3


@admin.register(Suggestion)
class SuggestionAdmin(ReadOnlyAdmin):
    """What published models say, for a reviewer to decide on."""

    project_path = "sample__project"
    list_display = ["thumbnail", "sample", "label", "percent", "model_version", "state"]
    list_filter = [SampleProjectFilter, ClassFilter, ConfidenceFilter, ModelVersionFilter, "state"]
    list_select_related = ["sample", "label", "model_version"]
    actions = ["accept", "reject", "correct"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Suggestion]:
        """Leave out waiting audits: nobody may see what the model thinks of them."""
        return super().get_queryset(request).visible()  # type: ignore[no-any-return, attr-defined]

    @admin.display(description="Tile")
    def thumbnail(self, said: Suggestion) -> str:
        """Show the tile."""
        address = reverse("sample-chip", args=[said.sample.project_id, said.sample_id])
        text = f"Tile {said.sample}"
        return format_html('<img src="{}?size=96" width="96" height="96" loading="lazy" alt="{}">', address, text)

    @admin.display(description="Confidence", ordering="confidence")
    def percent(self, said: Suggestion) -> str:
        """Show the confidence as people read it."""
        return f"{said.confidence:.0%}"

    @admin.action(description="Accept")
    def accept(self, request: HttpRequest, queryset: QuerySet[Suggestion]) -> None:
        """Make the suggested classes labels."""
        self._decide(request, queryset, Review.Verdict.ACCEPT)

    @admin.action(description="Reject")
    def reject(self, request: HttpRequest, queryset: QuerySet[Suggestion]) -> None:
        """Give the tiles back to people."""
        self._decide(request, queryset, Review.Verdict.REJECT)

    @admin.action(description="Correct to a class …")
    def correct(self, request: HttpRequest, queryset: QuerySet[Suggestion]) -> HttpResponse | None:
        """Ask for the right class, then give it to the tiles."""
        projects = list(Project.objects.filter(samples__suggestions__in=queryset).distinct()[:2])
        if len(projects) != 1:
            self.message_user(
                request, "Choose suggestions of one project: each has classes of its own.", messages.ERROR
            )
            return None
        code = request.POST.get("label", "")
        if not code.isdecimal():
            return self._ask_class(request, queryset, projects[0])
        self._decide(request, queryset, Review.Verdict.CORRECT, value={"class": int(code)})
        return None

    def _ask_class(self, request: HttpRequest, queryset: QuerySet[Suggestion], project: Project) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": "Correct suggestions",
            "opts": self.opts,
            "project": project,
            "classes": project.classes.filter(retired=False),
            "count": queryset.count(),
            "chosen": request.POST.getlist("_selected_action"),
            "across": "1" if request.POST.get("select_across") == "1" else "0",
        }
        return TemplateResponse(request, "admin/annotation/suggestion/correct.html", context)

    def _decide(
        self,
        request: HttpRequest,
        queryset: QuerySet[Suggestion],
        verdict: Review.Verdict,
        *,
        value: Value | None = None,
    ) -> None:
        """Decide in batches, so that a whole filtered list neither locks the project for long nor fails at one row."""
        pks = list(queryset.values_list("pk", flat=True))
        changed, reasons = 0, []
        try:
            for start in range(0, len(pks), MOST_AT_ONCE):
                rows = Suggestion.objects.filter(pk__in=pks[start : start + MOST_AT_ONCE])
                outcome = review.decide(request.user, rows, verdict, value)  # type: ignore[arg-type]
                changed += outcome.changed
                reasons += [reason for _, reason in outcome.skipped]
        except AnnotationError as error:
            self.message_user(request, str(error), messages.ERROR)
        dispatch_on_commit()
        self.message_user(request, f"{verdict.label}: {changed}.")
        if reasons:
            examples = " ".join(sorted(set(reasons))[:REASONS_SHOWN])
            self.message_user(request, f"Left alone: {len(reasons)}. {examples}", messages.WARNING)
