"""Progress: what a project's page says of counts, accuracy, people and jobs. Cheap: it is asked for all the time."""

from collections import Counter
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.core.cache import cache
from django.db.models import Aggregate, Count, FloatField, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import JSONObject

from annotation import clock
from annotation.models import Annotation, Job, ModelVersion, Project, Round, Sample, Suggestion
from annotation.models.jobs import JobKind
from annotation.stating import accuracy, stated_metrics, tells
from annotation.tasks import task_of

_CURVE_POINTS = 200
_LARGE = 20_000  # samples
_KEPT_SECONDS = 5
_FAILED_SHOWN = 10
_DONE_SHOWN = 5


class Median(Aggregate):
    """The middle value, computed by PostgreSQL."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


def progress(project: Project) -> dict[str, Any]:
    """Return where the project stands, ready for JSON."""
    newest = project.rounds.first()
    published = project.model_versions.filter(state=ModelVersion.State.PUBLISHED).first()
    totals = counts(project)
    by_class, people = _labels_told_apart(project, published, large=totals["total"] > _LARGE)
    return {
        "counts": totals,
        "by_class": by_class,
        "curve": _curve(project),
        "accuracy": accuracy(newest),
        "published": _published(published),
        "jobs": [job.to_dict() for job in _jobs(project)],
        "round": _round(newest),
        "people": [{key: person[key] for key in ("name", "labels", "seconds_median")} for person in people],
        "labels_last_hour": sum(person["lately"] for person in people),
    }


def counts(project: Project) -> dict[str, int]:
    """Return how many samples are in each state, and in all."""
    # COUNT(*), which the index on project and state answers without the rows
    numbers = dict(project.samples.order_by().values_list("state").annotate(number=Count("*")))
    by_state = {str(state): numbers.get(str(state), 0) for state in Sample.State}
    return {**by_state, "total": sum(by_state.values())}


def counts_lately(project: Project) -> dict[str, int]:
    """Return the counts; of a large project as they were some seconds ago, since each answer shows them."""
    lately = kept_counts(project.pk)
    return keep_counts(project.pk, counts(project)) if lately is None else lately


def kept_counts(project_id: int) -> dict[str, int] | None:
    """Return a large project's counts of some seconds ago, if somebody counted."""
    lately: dict[str, int] | None = cache.get(f"counts:{project_id}")
    return lately


def keep_counts(project_id: int, counted: dict[str, int]) -> dict[str, int]:
    """Let the counts of a large project stand for some seconds."""
    if counted["total"] > _LARGE:
        cache.set(f"counts:{project_id}", counted, _KEPT_SECONDS)
    return counted


def counting(project: str) -> Subquery:
    """Return the expression that reads the counts of the project at this path, beside what else is read of it."""
    samples = Sample.objects.filter(project=OuterRef(project)).order_by().values("project")
    by_state: dict[str, Any] = {str(state): Count("state", filter=Q(state=state)) for state in Sample.State}
    return Subquery(samples.annotate(said=JSONObject(**by_state, total=Count("*"))).values("said"))


def _labels_told_apart(
    project: Project, published: ModelVersion | None, *, large: bool
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the labels by class and by person; both pass over all labels, so in a large project only now and then."""
    key = f"labels-told-apart:{project.pk}"
    kept: tuple[list[dict[str, Any]], list[dict[str, Any]]] | None = cache.get(key) if large else None
    if kept is None:
        kept = _by_class(project, published), _people(project)
        if large:
            cache.set(key, kept, _KEPT_SECONDS)
    return kept


def _by_class(project: Project, published: ModelVersion | None) -> list[dict[str, Any]]:
    in_use = project.codes_in_use()
    labelled = project.samples.filter(state=Sample.State.LABELLED)
    labelled = labelled.exclude(answer__provenance=Annotation.Provenance.PROMISED)
    suggested = Suggestion.objects.filter(model_version=published).undecided()
    named = task_of(project).named_column
    by_label = _numbers(labelled, named("answer__"), in_use)
    by_suggestion = _numbers(suggested, named(), in_use) if published else {}
    return [
        {
            "code": known.code,
            "name": known.name,
            "colour": known.colour,
            "labelled": by_label.get(known.code, 0),
            "suggested": by_suggestion.get(known.code, 0),
        }
        for known in project.classes.filter(retired=False)
    ]


def _numbers(rows: QuerySet[Any], named: Combinable, in_use: dict[int, int]) -> dict[int, int]:
    """Return how many rows name each class, by the class that each one counts as."""
    numbers: Counter[int] = Counter()
    for codes, number in rows.order_by().annotate(named=named).values_list("named").annotate(number=Count("pk")):
        for code in {in_use[code] for code in (codes if isinstance(codes, list) else [codes]) if code in in_use}:
            numbers[code] += number
    return numbers


def _curve(project: Project) -> list[dict[str, Any]]:
    fields = ("number", "labels", "accuracy", "accuracy_low", "accuracy_high", "audits")
    known = project.rounds.filter(accuracy__isnull=False).order_by("number").values_list(*fields)
    rows = [row for row in known if tells(row[5], row[3], row[4])]
    step = -(-len(rows) // _CURVE_POINTS) or 1
    names = ("round", "labels", "accuracy", "low", "high", "audits")
    # from the newest backwards, so that the last point is always the present
    return [dict(zip(names, row, strict=True)) for row in rows[::-1][::step][::-1]]


def _published(version: ModelVersion | None) -> dict[str, Any] | None:
    if version is None:
        return None
    return {
        "number": version.number,
        "labels": version.labels,
        "metrics": stated_metrics(version.metrics),
        "created_at": version.created_at.isoformat(),
    }


def _round(newest: Round | None) -> dict[str, Any] | None:
    if newest is None:
        return None
    return {
        "number": newest.number,
        "strategy": newest.strategy,
        "labels": newest.labels,
        "created_at": newest.created_at.isoformat(),
    }


def _jobs(project: Project) -> list[Job]:
    """Return what runs, waits or failed, and the last that were done."""
    jobs = project.jobs.exclude(kind=JobKind.PART)  # the job that they help says how far all are
    under_way = jobs.filter(state__in=[Job.State.RUNNING, Job.State.QUEUED])
    failed = jobs.filter(state=Job.State.FAILED)[:_FAILED_SHOWN]
    done = jobs.filter(state=Job.State.DONE)[:_DONE_SHOWN]
    return [*under_way, *failed, *done]


def _people(project: Project) -> list[dict[str, Any]]:
    """Return who labelled how much, how fast, and how much within the last hour, in one pass over the labels."""
    labels = Annotation.objects.filter(sample__project=project, current=True, verdict=Annotation.Verdict.LABEL)
    labels = labels.by_people()
    rows = list(
        labels.order_by()
        .values("author")
        .annotate(
            labels=Count("pk"),
            seconds_median=Median("seconds", filter=Annotation.ONE_BY_ONE),
            lately=Count("pk", filter=Q(created_at__gt=clock.now() - timedelta(hours=1))),
        )
        .order_by("-labels")
    )
    names = User.objects.in_bulk([row["author"] for row in rows])
    return [
        {
            "name": names[row["author"]].get_username(),
            "labels": row["labels"],
            "seconds_median": row["seconds_median"],
            "lately": row["lately"],
        }
        for row in rows
    ]
