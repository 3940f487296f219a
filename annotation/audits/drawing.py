"""Drawing of audits among the open samples: at random, with chances that are written down."""

import numpy as np
from django.db.models import Exists, OuterRef, QuerySet

from annotation import clock
from annotation.audits.accepted import accepted_in_force
from annotation.audits.chances import Chances, same_for_all, telling_most
from annotation.audits.exposures import count_draw
from annotation.doubles import ask_twice
from annotation.models import Annotation, AuditDraw, Lease, Project, Sample
from annotation.tasks import task_of
from mlcore.audits.draws import draw

UNIFORM_FIRST = 25  # labelled audits before chances may differ


def uniform_draws(project: Project) -> QuerySet[AuditDraw]:
    """Return the audits that a uniform draw took: they stand for the open samples alike."""
    return AuditDraw.objects.filter(sample__project=project, uniform_at__isnull=False)


def count_labelled(project: Project) -> int:
    """Return how many uniform audits have their label."""
    return uniform_draws(project).filter(sample__state=Sample.State.LABELLED).count()


def draw_open(project: Project, wanted: int, rng: np.random.Generator) -> int:
    """Draw so many audits, or all that there are; return how many were drawn.

    The first are drawn uniformly; when 25 are labelled, half of the new ones are drawn where they tell most.
    """
    pool = _pool(project)
    wanted = min(wanted, len(pool))
    later = count_labelled(project) >= UNIFORM_FIRST and task_of(project).draws_where_unsure
    second = wanted // 2 if later else 0
    taken = _draw_uniform(project, pool, wanted - second, rng)
    rest = {row: pk for row, pk in pool.items() if row not in taken}
    return len(taken) + _draw_telling(project, rest, min(second, len(rest)), rng)


def waiting(project: Project) -> tuple[list[int], list[int]]:
    """Return the audit samples that wait, in the order of their draw: those nobody saw, and those somebody skipped."""
    answered = Annotation.objects.filter(sample=OuterRef("sample"), current=True).exclude(verdict="retract")
    draws = AuditDraw.objects.filter(sample__project=project, sample__state=Sample.State.OPEN).order_by("pk")
    rows = draws.annotate(skipped=Exists(answered)).values_list("sample", "skipped")
    return [pk for pk, skipped in rows if not skipped], [pk for pk, skipped in rows if skipped]


def _pool(project: Project) -> dict[int, int]:
    """Return row -> id of the open samples that nobody has answered, skipped or holds."""
    held = Lease.objects.active().filter(sample=OuterRef("pk"))
    answered = Annotation.objects.filter(sample=OuterRef("pk"), current=True).exclude(verdict="retract")
    rows = project.samples.filter(~Exists(answered), ~Exists(held), state=Sample.State.OPEN, audit=None)
    return dict(rows.order_by("index").values_list("index", "pk").iterator())


def _draw_uniform(project: Project, pool: dict[int, int], size: int, rng: np.random.Generator) -> set[int]:
    """Draw with the same chance for all; return the new rows.

    Audits that other draws took are in it as if they were not: without them, the rest would be too easy.
    """
    others = AuditDraw.objects.filter(sample__project=project, uniform_at=None, acceptance=None)
    gone = accepted_in_force(project)
    known = {row: pk for row, pk in others.values_list("sample__index", "pk") if row not in gone}
    rows = np.array(sorted({*pool, *known}), np.int64)
    if not size or not len(rows):
        return set()
    audits = np.setdiff1d(_audited(project), rows)
    chances = same_for_all(len(rows), len(audits), size)
    drawn = rows[draw(chances.of_pool, rng)].tolist()
    AuditDraw.objects.filter(pk__in=[known[row] for row in drawn if row in known]).update(uniform_at=clock.now())
    new = {row: pool[row] for row in drawn if row not in known}
    _write(project, new, chances, rows, audits, rng)
    return set(new)


def _draw_telling(project: Project, pool: dict[int, int], size: int, rng: np.random.Generator) -> int:
    """Draw where audits tell most; return how many."""
    if not size:
        return 0
    rows, audits = np.fromiter(pool, np.int64), _audited(project)
    chances = telling_most(project, rows, audits, size)
    drawn = rows[draw(chances.of_pool, rng)].tolist()
    _write(project, {row: pool[row] for row in drawn}, chances, rows, audits, rng)
    return len(drawn)


def _audited(project: Project) -> np.ndarray:
    """Return the rows of audits that would wait like the open samples, had nobody drawn them."""
    rows = AuditDraw.objects.filter(sample__project=project).values_list("sample__index", flat=True)
    return np.array(sorted({*rows} - accepted_in_force(project)), np.int64)


def _write(
    project: Project,
    drawn: dict[int, int],
    chances: Chances,
    rows: np.ndarray,
    audits: np.ndarray,
    rng: np.random.Generator,
) -> None:
    """Write the draws down, and what they mean for the chances of all."""
    chance = dict(zip(rows.tolist(), chances.of_pool.tolist(), strict=True))
    at = clock.now() if chances.kind == AuditDraw.Kind.UNIFORM else None
    AuditDraw.objects.bulk_create(
        AuditDraw(sample_id=pk, kind=chances.kind, probability=chance[row], pool=len(rows), uniform_at=at)
        for row, pk in drawn.items()
    )
    ask_twice(project, list(drawn.values()), rng)
    count_draw(project, np.concatenate([rows, audits]), np.concatenate([chances.of_pool, chances.of_audits]))
