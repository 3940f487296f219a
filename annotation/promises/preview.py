"""Preview: what a promise would accept, what it costs in errors, and what is missing, before anybody commits."""

from dataclasses import dataclass, replace

import numpy as np
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from numpy.typing import NDArray

from annotation.models import Acceptance, ModelVersion, Project, Scene, Suggestion
from annotation.promises.forecasts import Evidence, evidence_for
from annotation.promises.scope import unheard_scenes, within
from annotation.tasks import task_of
from mlcore.audits.promises import Promise, missing_audits, promise, promise_classes

PEEK = 20


@dataclass(frozen=True)
class ClassLimit:
    """The errors among the accepted of one class."""

    code: int
    accepted: int
    limit: float | None  # upper 90 % limit of their share; None: too few audits, not guaranteed


@dataclass(frozen=True)
class Preview:
    """What would be accepted now."""

    version: ModelVersion | None
    promise: Promise
    classes: tuple[ClassLimit, ...] = ()
    problem: str = ""  # why nothing can be accepted, in plain words
    waiting: int = 0  # open suggestions of what the audits speak of
    unheard: tuple[tuple[Scene, int], ...] = ()  # scenes that they don't speak of, and how many more they would need
    left: int = 0  # open suggestions of those: nothing of them is accepted
    assigned: int = 0  # of what would be accepted: on tiles that wait for somebody whom they are assigned to


def preview(project: Project) -> Preview:
    """Return what the promise that the owner wants would accept of the published version's suggestions."""
    version = project.model_versions.filter(state=ModelVersion.State.PUBLISHED).first()
    nothing = Promise(project.promise_kind, project.promise_bound, float("inf"), 0, 0.0, 1.0, 0, 0)
    problem = _obstacle(project, version)
    if problem or version is None:
        missing = _missing(project, 0) if project.promise_kind else 0
        return Preview(version, replace(nothing, missing=missing), problem=problem)
    unheard = tuple(unheard_scenes(project))
    pool, late = _pool(version), within([scene for scene, _ in unheard])
    left = _open(version).filter(late).count() if unheard else 0
    promised, evidence = _stricter(project, version, pool[0])
    shown = Preview(version, promised, waiting=len(pool[0]), unheard=unheard, left=left)
    if np.isinf(promised.threshold):
        return replace(shown, promise=promised, problem=_shortage(promised, len(pool[0]), left))
    # assigned ones are among them: the rest alone would have another rate of errors than the audits'
    taken = _open(version).exclude(late) if unheard else _open(version)
    assigned = taken.filter(confidence__gte=promised.threshold, sample__assignment__isnull=False).count()
    return replace(shown, classes=_class_limits(project, promised, evidence, pool), assigned=assigned)


def acceptable(version: ModelVersion) -> QuerySet[Suggestion]:
    """Return the suggestions that a promise may accept: undecided, of what its audits speak of, and no audits."""
    unheard = unheard_scenes(version.project)
    rows = _open(version)
    return rows.exclude(within([scene for scene, _ in unheard])) if unheard else rows


def _open(version: ModelVersion) -> QuerySet[Suggestion]:
    """Return the undecided suggestions of a class in use or of none at all, on samples that are no audits."""
    in_use = Q(label=None) | Q(label__retired=False) | Q(label__merged_into__retired=False)
    rows = Suggestion.objects.filter(in_use, model_version=version, sample__audit=None)
    return rows.filter(state=Suggestion.State.OPEN, sample__state="open")


def peek(version: ModelVersion, threshold: float) -> list[int]:
    """Return the ids of some random ones of what would be accepted; the same ones each time."""
    rows = acceptable(version).filter(confidence__gte=threshold).order_by("pk")
    ids = np.array(list(rows.values_list("pk", flat=True)), np.int64)
    rng = np.random.default_rng([version.project.seed, version.number, len(ids)])
    return [int(pk) for pk in rng.choice(ids, min(PEEK, len(ids)), replace=False)]


def _stricter(project: Project, version: ModelVersion, pool: NDArray[np.float64]) -> tuple[Promise, Evidence]:
    """Return the promise that uniform audits allow and, after a rollback, that its checks allow, too.

    Checks lie where labels were accepted: with them the rest is too rare, without them what went wrong is forgotten.
    """
    counts = [evidence_for(version)]
    if project.acceptances.filter(state=Acceptance.State.ROLLED_BACK).exists():
        counts.append(evidence_for(version, with_checks=True))
    kind, bound = project.promise_kind, project.promise_bound
    judged = [(promise(kind, some.scores, some.losses, pool, bound=bound), some) for some in counts]
    return max(judged, key=lambda pair: (pair[0].threshold, pair[0].audits))


def _obstacle(project: Project, version: ModelVersion | None) -> str:
    if not project.promise_kind:
        return "The project's owner has not said yet how many errors are all right; the settings ask for it."
    if version is None:
        return "Nothing is published yet: publish a model version, then what it is sure of can be accepted."
    if obstacle := task_of(project).obstacle(project):
        return obstacle
    return ""


def _shortage(promised: Promise, waiting: int, left: int) -> str:
    if not waiting and left:
        return "All open suggestions are of scenes that no audit speaks of yet: label the audits that are served there."
    if not waiting:
        return "No suggestion is open: there is nothing to accept."
    if not promised.audits:
        return "No audit is labelled yet that this version can be judged by: label the audits that are served."
    if promised.missing:
        have = f"{promised.audits} audit{'s are' if promised.audits > 1 else ' is'} labelled"
        return f"{have}: this promise needs about {promised.missing} more, if they turn out no worse."
    return "The model errs too often, however sure it is: label more, or allow more errors."


def _class_limits(
    project: Project, promised: Promise, evidence: Evidence, pool: tuple[NDArray[np.float64], NDArray[np.int64]]
) -> tuple[ClassLimit, ...]:
    scores, codes = pool
    counts = np.bincount(codes[scores >= promised.threshold], minlength=256)
    limits = promise_classes(promised, evidence.predicted, evidence.scores, evidence.losses, classes=len(counts))
    used = sorted(set(project.codes_in_use().values()))
    return tuple(ClassLimit(code, int(counts[code]), limits[code]) for code in used if counts[code])


def _pool(version: ModelVersion) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return confidence and class code in use of each suggestion that may be accepted."""
    code = Coalesce(F("label__merged_into__code"), F("label__code"), 0)
    rows = acceptable(version).order_by().values_list("confidence", code)
    table = np.array(list(rows.iterator(chunk_size=20_000)), np.float64).reshape(-1, 2)
    return table[:, 0], table[:, 1].astype(np.int64)


def _missing(project: Project, have: int) -> int:
    return missing_audits(project.promise_kind, project.promise_bound, have=have)
