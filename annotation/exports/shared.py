"""Shared: what the records of a project share, read once: classes, schemas, epochs, versions of the model, people."""

from dataclasses import dataclass
from typing import Self

from annotation.exports.people import People
from annotation.models import Acceptance, Comment, LabelClass, Project, Review
from annotation.tasks import Task, task_of


@dataclass(frozen=True)
class Shared:
    """Small tables by their keys."""

    project: Project
    task: Task
    people: People
    classes: dict[int, LabelClass]  # by id
    final: dict[int, LabelClass]  # by id, as which one a class counts through all mergers
    epochs: dict[int, str]  # names by id
    schemas: dict[int, int]  # numbers by id
    versions: dict[int, int]  # of the model, numbers by id
    acceptances: dict[int, Acceptance]
    ready_made: frozenset[int]  # grids
    is_reviewed: bool
    is_commented: bool
    has_imports: bool

    @classmethod
    def of(cls, project: Project, *, pseudonyms: bool) -> Self:
        """Read them."""
        classes = {each.pk: each for each in project.classes.all()}
        reviews = Review.objects.filter(reviewer__isnull=False)
        return cls(
            project=project,
            task=task_of(project),
            people=People(project, pseudonyms=pseudonyms),
            classes=classes,
            final={pk: _final(each, classes) for pk, each in classes.items()},
            epochs=dict(project.epochs.values_list("pk", "name")),
            schemas=dict(project.schemas.values_list("pk", "number")),
            versions=dict(project.model_versions.values_list("pk", "number")),
            acceptances=project.acceptances.in_bulk(),
            ready_made=frozenset(project.grids.filter(ready_made=True).values_list("pk", flat=True)),
            is_reviewed=reviews.filter(annotation__sample__project=project).exists()
            or reviews.filter(suggestion__sample__project=project).exists(),
            is_commented=Comment.objects.filter(sample__project=project).exists(),
            has_imports=project.imports.exists(),
        )

    @property
    def counted(self) -> dict[int, int]:
        """Return as which code each class code counts."""
        return {each.code: self.final[pk].code for pk, each in self.classes.items()}


def _final(each: LabelClass, classes: dict[int, LabelClass]) -> LabelClass:
    while each.merged_into_id:
        each = classes[each.merged_into_id]
    return each
