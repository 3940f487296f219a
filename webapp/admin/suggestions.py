"""Suggestions in the admin: seen with their tiles, filtered, and accepted, corrected or rejected in bulk."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from annotation import review
from annotation.errors import AnnotationError
from annotation.models import Project, Suggestion
from annotation.models.labels import ReviewVerdict
from annotation.tasks import TASKS, Value, task_of
from webapp.admin.filters import LONGEST_ID, ClassFilter, ConfidenceFilter, ModelVersionFilter, SampleProjectFilter
from webapp.admin.pictures import Pictured
from webapp.admin.tables import ReadOnlyAdmin, reviewed_by
from webapp.tasks import dispatch_on_commit

MOST_AT_ONCE = 500  # suggestions in one transaction
REASONS_SHOWN = 3


@admin.register(Suggestion)
class SuggestionAdmin(Pictured, ReadOnlyAdmin):
    """What published models say, for a reviewer to decide on."""

    project_path = "sample__project"
    mask_query = "suggestion"
    list_display = ["thumbnail", "sample", "project", "says", "percent", "model_version", "state"]
    fields = ["picture", "sample", "project", "says", "percent", "model_version", "state", "created_at"]
    readonly_fields = ["picture", "project", "says", "percent", "created_at"]
    list_filter = [SampleProjectFilter, ClassFilter, ConfidenceFilter, ModelVersionFilter, "state"]
    list_select_related = ["sample__project", "label", "model_version"]
    actions = ["accept", "reject", "correct"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Suggestion]:
        """Leave out waiting audits: nobody may see what the model thinks of them."""
        return super().get_queryset(request).visible()  # type: ignore[no-any-return, attr-defined]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Leave out what cannot do what it says: a class alone corrects no mask, no tags and no amount."""
        actions: dict[str, Any] = super().get_actions(request)
        chosen = request.GET.get("project", "")
        projects = reviewed_by(request)
        if chosen.isdecimal() and len(chosen) < LONGEST_ID:
            projects = projects.filter(pk=int(chosen))
        kinds = set(projects.values_list("task", flat=True).distinct())
        if not any(TASKS[kind].class_says_all for kind in kinds):
            actions.pop("correct", None)
        return actions

    @admin.display(description="Project", ordering="sample__project__name")
    def project(self, said: Suggestion) -> str:
        """Show the project."""
        return str(said.sample.project)

    @admin.display(description="Confidence", ordering="confidence")
    def percent(self, said: Suggestion) -> str:
        """Show the confidence as people read it."""
        return f"{said.confidence:.0%}"

    @admin.action(description="Accept")
    def accept(self, request: HttpRequest, queryset: QuerySet[Suggestion]) -> None:
        """Make the suggested classes labels."""
        self._decide(request, queryset, ReviewVerdict.ACCEPT)

    @admin.action(description="Reject")
    def reject(self, request: HttpRequest, queryset: QuerySet[Suggestion]) -> None:
        """Give the tiles back to people."""
        self._decide(request, queryset, ReviewVerdict.REJECT)

    @admin.action(description="Correct to a class …")
    def correct(self, request: HttpRequest, queryset: QuerySet[Suggestion]) -> HttpResponse | None:
        """Ask for the right class, then give it to the tiles."""
        projects = list(Project.objects.filter(samples__suggestions__in=queryset).distinct()[:2])
        if len(projects) != 1:
            self.message_user(
                request, "Choose suggestions of one project: each has classes of its own.", messages.ERROR
            )
            return None
        if not task_of(projects[0]).class_says_all:
            text = f"In {projects[0]} a class alone is no answer: correct its suggestions on the Review page."
            self.message_user(request, text, messages.ERROR)
            return None
        code = request.POST.get("label", "")
        if not code.isdecimal():
            return self._ask_class(request, queryset, projects[0])
        self._decide(request, queryset, ReviewVerdict.CORRECT, value={"class": int(code)})
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
        verdict: ReviewVerdict,
        *,
        value: Value | None = None,
    ) -> None:
        """Decide in batches, so that a whole filtered list neither locks the project for long nor fails at one row."""
        pks = list(queryset.values_list("pk", flat=True))
        outcome: review.Decided | None = None
        changed, reasons, problem = 0, list[str](), ""
        try:
            for start in range(0, len(pks), MOST_AT_ONCE):
                rows = Suggestion.objects.filter(pk__in=pks[start : start + MOST_AT_ONCE])
                before = outcome.batches if outcome else None
                outcome = review.decide(request.user, rows, verdict, value, batches=before)  # type: ignore[arg-type]
                changed += outcome.changed
                reasons += [reason for _, reason in outcome.skipped]
        except AnnotationError as error:
            problem = str(error)
        dispatch_on_commit()
        self._tell(request, f"{verdict.label}: {changed}.", reasons, problem)

    def _tell(self, request: HttpRequest, done: str, reasons: list[str], problem: str) -> None:
        """Say in one message, of one colour, what became of it."""
        examples = " ".join(sorted(set(reasons))[:REASONS_SHOWN])
        left = f"Left alone: {len(reasons)}. {examples}" if reasons else ""
        level = messages.ERROR if problem else messages.WARNING if reasons else messages.SUCCESS
        back = "" if problem or reasons else "The Review page takes it back under Earlier decisions."
        self.message_user(request, " ".join(filter(None, [problem, done, left, back])), level)
