"""Deletions: a project, a scene, samples; nothing that somebody said disappears with them unless a project goes whole.

One lock order for all that deletes, so that no two ever wait for each other in a ring:

1. the project's row, FOR NO KEY UPDATE, as whoever adds imagery, lands a round, publishes, reviews, accepts or prunes
   takes it: all that write or delete rows about many samples;
2. of a whole project its members, in the order of their ids: each claim holds its person's row;
3. the samples that go, FOR UPDATE, in the order of their ids: it waits for whoever is answering one of them, and who
   comes later waits until they are gone, and is told so;
4. only then a look at what people said, which nobody can add to any more: what must be refused is refused here, before
   anything is deleted;
5. leases, of one person or of many samples, in the order of their ids;
6. then the rows, from those that point at others to those that are pointed at, the project's row last.

Who answers locks the sample alone (FOR NO KEY UPDATE), who claims their member's row, then their leases, then samples
that nobody has locked; neither takes a lock on the project that conflicts with the first, and both ask for a job last.
The database backs this up: what people said is protected from cascades.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from annotation import storage
from annotation.errors import BadSettings, NotFound
from annotation.models import (
    Acceptance,
    Annotation,
    Assignment,
    AuditDraw,
    AuditForecast,
    Comment,
    ImportItem,
    LabelClass,
    Lease,
    Project,
    Rank,
    Review,
    ReviewBatch,
    Sample,
    Schema,
    Suggestion,
    Tile,
)


def hold_project(project: Project) -> Project:
    """Lock a project's row until the transaction ends, against others that change what it consists of.

    Raises:
        NotFound: it was deleted meanwhile.
    """
    held = Project.objects.select_for_update(no_key=True).filter(pk=project.pk).first()
    if held is None:
        raise NotFound("No such project.")
    return held


def hold_projects(projects: Iterable[int]) -> None:
    """Lock the rows of several projects, in the order of their ids."""
    rows = Project.objects.select_for_update(no_key=True).filter(pk__in=projects).order_by("pk")
    list(rows.values_list("pk"))


@transaction.atomic
def delete_project(project: Project) -> None:
    """Delete a project with its labels, models and exports; imagery that other projects share stays."""
    project = hold_project(project)
    samples = Sample.objects.filter(project=project)
    list(project.members.order_by("pk").select_for_update().values_list("pk"))
    _hold(samples)
    files = [export.place for export in project.exports.exclude(path="")]
    _drop(Review.objects.filter(annotation__sample__project=project))
    _drop(Review.objects.filter(suggestion__sample__project=project))
    _drop(ReviewBatch.objects.filter(project=project))
    _drop_about(samples)
    files += [row.place for row in project.imports.exclude(path="")]
    files += [transfer.place for transfer in project.transfers.all()]
    _drop(ImportItem.objects.filter(of__project=project))
    samples.update(answer=None)
    _drop(Annotation.objects.filter(sample__project=project))
    _drop(samples)
    _drop(Assignment.objects.filter(project=project))
    _drop(Acceptance.objects.filter(project=project))
    _drop(Tile.objects.filter(grid__project=project))
    project.scenes.all().delete()
    LabelClass.objects.filter(project=project).update(merged_into=None)
    _drop(Schema.objects.filter(project=project))
    pk = project.pk
    project.delete()
    transaction.on_commit(lambda: _remove(Path(settings.DATA_DIR) / "projects" / str(pk), files), robust=True)


def drop_samples(project: Project, samples: QuerySet[Sample], *, about: str = "") -> None:
    """Delete samples that nobody has said anything of, in a transaction that holds the project.

    `about` says in a refusal which they are, such as ' of May'.

    Raises:
        BadSettings: somebody has; then nothing is deleted.
    """
    going = Sample.objects.filter(pk__in=_hold(samples.filter(project=project)))
    said = going.filter(Exists(Annotation.objects.filter(sample=OuterRef("pk")))).count()
    if said:
        raise BadSettings(
            f"{said} labelled tiles{about} would lose their imagery; export and retract their labels first."
        )
    _drop_about(going)
    _drop(going)


def _hold(samples: QuerySet[Sample]) -> list[int]:
    return list(samples.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))


def _drop_about(samples: QuerySet[Sample]) -> None:
    """Delete what was drawn, ranked, suggested, leased and written of locked samples."""
    Lease.objects.filter(sample__in=samples).let_go()
    ImportItem.objects.filter(sample__in=samples).update(
        sample=None, fate=ImportItem.Fate.OUTSIDE, message="The tile was removed."
    )
    _drop(Comment.objects.filter(sample__in=samples))
    _drop(AuditForecast.objects.filter(draw__sample__in=samples))
    _drop(AuditDraw.objects.filter(sample__in=samples))
    _drop(Rank.objects.filter(sample__in=samples))
    _drop(Suggestion.objects.filter(sample__in=samples))


def _drop(rows: QuerySet[Any]) -> None:
    """Delete these rows and no others: what still points at them makes the database refuse, and cascades to nothing."""
    rows._raw_delete(rows.db)  # the one way of Django's that never cascades


def _remove(folder: Path, files: Sequence[Path]) -> None:
    for path in (folder, *files):
        storage.remove(path)
