"""Filters of the admin's lists."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

if TYPE_CHECKING:
    Table = admin.ModelAdmin[Any]
else:  # which takes no parameter when it runs
    Table = admin.ModelAdmin

LONGEST_ID = 19  # digits
BANDS = {"95": (0.95, 1.01), "80": (0.8, 0.95), "50": (0.5, 0.8), "0": (0.0, 0.5)}


class ScopedFilter(admin.SimpleListFilter):
    """A filter that offers only what the reader's own rows hold: class names of other projects stay private."""

    path = ""  # to the row that is filtered by
    text = ""  # to the name that is shown
    project = ""  # from that row to its project's name, where rows of several projects could be called the same

    def lookups(self, request: HttpRequest, model_admin: Table) -> Iterable[tuple[str, str]]:
        """List what there is in the project that is looked at, or in all of the reader's, each with its project."""
        rows = model_admin.get_queryset(request).exclude(**{self.path: None})
        if not self.project:
            return [
                (str(pk), str(text))
                for pk, text in rows.order_by(self.text).values_list(self.path, self.text).distinct()
            ]
        name = f"{self.path}__{self.project}"
        chosen = request.GET.get("project", "")
        if chosen.isdecimal() and len(chosen) < LONGEST_ID:
            rows = rows.filter(**{f"{name.removesuffix('__name')}": int(chosen)})
        known = rows.order_by(name, self.text).values_list(self.path, self.text, name).distinct()
        return [(str(pk), f"{project}: {text}") for pk, text, project in known]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Leave the rows of the chosen one."""
        value = self.value()
        if not value or not value.isdecimal() or len(value) > LONGEST_ID:
            return queryset
        return queryset.filter(**{self.path: int(value)})


class ProjectFilter(ScopedFilter):
    """By project, of rows that name it themselves."""

    title, parameter_name, path, text = "project", "project", "project", "project__name"


class SampleProjectFilter(ProjectFilter):
    """By project, of rows that hang on a sample."""

    path, text = "sample__project", "sample__project__name"


class ClassFilter(ScopedFilter):
    """By class."""

    title, parameter_name, path, text = "class", "class", "label", "label__name"
    project = "project__name"


class ModelVersionFilter(ScopedFilter):
    """By model version."""

    title, parameter_name, path, text = "model version", "version", "model_version", "model_version__number"
    project = "project__name"


class AcceptanceFilter(ScopedFilter):
    """By what was accepted by promise, told by its number."""

    title, parameter_name, path, text = "acceptance", "acceptance", "acceptance", "acceptance__pk"
    project = "project__name"


class ConfidenceFilter(admin.SimpleListFilter):
    """By bands of confidence."""

    title, parameter_name = "confidence", "confidence"

    def lookups(self, request: HttpRequest, model_admin: Table) -> Iterable[tuple[str, str]]:
        """List the bands."""
        return [("95", "95% and more"), ("80", "80 to 95%"), ("50", "50 to 80%"), ("0", "below 50%")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Leave the rows of the band."""
        low, high = BANDS.get(self.value() or "", (0.0, 1.01))
        return queryset.filter(confidence__gte=low, confidence__lt=high)
